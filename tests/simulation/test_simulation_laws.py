"""Laws of plans and their comparison, for pipelines made up by hypothesis."""

import json

from hypothesis import given, settings

import strategies
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import text
from ciconv.ir.job import Axis, Job, Matrix
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Run
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.report.plan import render_json, render_text
from ciconv.simulation.compare.difference import grouped
from ciconv.simulation.compare.pipelines import differences
from ciconv.simulation.coverage import MAX_EVENTS, events_for
from ciconv.simulation.event import Event
from ciconv.simulation.simulate import Simulator, simulate
from ciconv.simulation.verify import verify
from ciconv.source import Workspace
from ciconv.syntax import build


def context(files: dict[str, str] | None = None) -> Context:
    """A run over these files."""
    return Context(
        workspace=Workspace.of(files or {}),
        catalog=Catalog.builtin(),
        diagnostics=Diagnostics(),
    )


def again(project: Project) -> Project:
    """The project as GitHub's reader gives it back."""
    github = registry.get("github")
    assert github.write is not None and github.read is not None
    files = dict(github.write(project, context()))
    run = context(files)
    read = github.read(run.workspace, tuple(sorted(files)), run)
    assert [one.message for one in run.diagnostics if one.severity == "error"] == []
    return read


@given(strategies.projects(), strategies.events())
def test_every_event_has_a_plan(project: Project, event: Event) -> None:
    """Each job is in it, and it can be printed for people and for programs."""
    plan = simulate(project, event, context())
    for pipeline, planned in zip(project.pipelines, plan.pipelines, strict=True):
        assert planned.id == pipeline.id
        if planned.starts:
            assert {job.id for job in pipeline.jobs} == {job.job for job in planned.jobs}
        else:
            assert planned.why is not None
        for job in planned.jobs:
            assert job.runs or job.why is not None
    assert json.loads(render_json(plan))["pipelines"]
    assert render_text(plan, steps=True).startswith("event: ")


@given(strategies.projects(), strategies.events())
def test_a_plan_is_a_function_of_project_and_event(project: Project, event: Event) -> None:
    """Two simulations give the same."""
    assert simulate(project, event, context()) == simulate(project, event, context())


@settings(max_examples=20)
@given(strategies.projects())
def test_a_project_does_what_it_does(project: Project) -> None:
    """Also after it was written and read again, where the expressions have other places."""
    assert verify(project, project, (), context()).differences == ()
    read = again(project)
    assert read == project
    assert verify(project, read, (), context()).differences == ()


@settings(max_examples=20)
@given(strategies.projects(), strategies.projects())
def test_events_start_what_can_be_started(project: Project, other: Project) -> None:
    """They are bounded, all different, and there is one of every kind of trigger."""
    events = events_for(project, other)
    assert len(events) == len(set(events)) <= MAX_EVENTS
    pipelines = (*project.pipelines, *other.pipelines)
    kinds = {one.kind for pipeline in pipelines for one in pipeline.triggers}
    assert kinds == {event.kind for event in events}


@settings(max_examples=15)
@given(strategies.projects(), strategies.projects())
def test_events_without_a_difference_are_looked_at_once(project: Project, other: Project) -> None:
    """That saves time, and finds the same differences for the same events."""
    sides = Simulator(project, context()), Simulator(other, context())
    events = events_for(project, other)
    every = grouped(
        found for one in events for found in differences(sides[0].plan(one), sides[1].plan(one))
    )
    quick = verify(project, other, (), context()).differences
    expected = {one.cause: set(map(str, one.events)) for one in every}
    assert {one.cause: set(map(str, one.events)) for one in quick} == expected


def test_the_cells_of_a_matrix_are_planned_once_for_many_events() -> None:
    """Branches that nobody asks for make no difference to any of them."""
    one = Axis(name="x", values=tuple(build.number(n) for n in range(100)))
    job = Job(id="a", matrix=Matrix(axes=(one,)), steps=(Run(script=text("x")),))
    push = Trigger(kind=EventKind.PUSH, native="push")
    project = Project(
        origin="github", pipelines=(Pipeline(id="ci", triggers=(push,), jobs=(job,)),)
    )
    simulator = Simulator(project, context(), words=frozenset())
    plans = [simulator.plan(one) for one in events_for(project, project)]
    assert len(plans) > 1
    assert len({id(plan.pipelines[0]) for plan in plans}) == 1
