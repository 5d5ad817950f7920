"""Law 8 for pipelines of other systems, made by hand: what a writer makes of them does the same."""

import pytest

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.ir.expression import Call, Literal
from ciconv.ir.job import Choice, Need, Start, Status
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.passes import run_passes
from ciconv.simulation.verify import verify
from ciconv.source import Workspace
from foreign_pipelines import EVERYTHING, RUN, foreign, job, on_branch

WRITERS = ("github", "circleci", "jenkins")
EXACT = ("github",)  # those that can say of every failure that it makes a job run

_STAGES = ("build", "test", "deploy")
_GRAPHS = {
    "stages": foreign(
        job("a", RUN, stage="build", needs=None, choices=(Choice(condition=on_branch("main")),)),
        job("b", RUN, stage="build", needs=None),
        job("c", RUN, stage="test", needs=None),
        job("d", RUN, stage="deploy", needs=None, choices=(Choice(may_fail=Literal(value=True)),)),
        stages=_STAGES,
    ),
    "a job after failures": foreign(
        job("a", RUN, stage="build", needs=None),
        job("b", RUN, stage="test", needs=None),
        job(
            "c",
            RUN,
            stage="deploy",
            needs=None,
            choices=(Choice(condition=Call(function="failure")),),
        ),
        job("d", RUN, needs=(Need(job="b"),), choices=(Choice(condition=Call(function="always")),)),
        job("e", RUN, needs=(Need(job="d"),)),
        stages=_STAGES,
    ),
    "optional needs": foreign(
        job("a", RUN, choices=(Choice(condition=on_branch("main")),)),
        job("b", RUN, needs=(Need(job="a", optional=True),)),
        job("c", RUN, needs=(Need(job="b", accept=(Status.SUCCESS, Status.FAILURE)),)),
        job("d", RUN, needs=(Need(job="c"),)),
    ),
    "by hand": foreign(
        job("a", RUN),
        job("b", RUN, needs=(Need(job="a"),), choices=(Choice(start=Start.MANUAL),)),
        job("c", RUN, needs=(Need(job="b"),)),
    ),
    "everything": EVERYTHING,
}


def _context(files: dict[str, str] | None = None) -> Context:
    return Context(
        workspace=Workspace.of(files or {}), catalog=Catalog.builtin(), diagnostics=Diagnostics()
    )


def converted(project: Project, target: str) -> tuple[Project, tuple[Diagnostic, ...]]:
    """The project as the target's reader gives it back, and the losses on the way."""
    card = registry.get(target)
    assert card.write is not None and card.read is not None
    run = _context()
    files = dict(card.write(run_passes(project, card.profile, run), run))
    again = _context(files)
    paths = registry.files_of(card, tuple(sorted(files)))
    read = card.read(again.workspace, paths, again)
    assert [one.message for one in again.diagnostics if one.severity == "error"] == []
    return read, run.diagnostics.sorted()


@pytest.mark.parametrize("target", WRITERS)
@pytest.mark.parametrize("name", _GRAPHS)
def test_graphs_of_other_systems_do_the_same(name: str, target: str) -> None:
    """Stages, needs with other results than success, optional ones, what a person starts."""
    project = _GRAPHS[name]
    found = verify(project, *converted(project, target), _context())
    assert [one.message for one in found.differences if not one.explained] == []


@pytest.mark.parametrize("target", EXACT)
def test_a_lost_condition_is_found(target: str) -> None:
    """A job that runs although a job before it failed, and one that does not wait for it."""
    project = _GRAPHS["a job after failures"]
    read, losses = converted(project, target)
    (pipeline,) = read.pipelines
    for number, change in ((4, {"needs": ()}), (2, {"choices": (Choice(),)})):
        jobs = list(pipeline.jobs)
        jobs[number] = replace(jobs[number], **change)
        broken = replace(read, pipelines=(replace(pipeline, jobs=tuple(jobs)),))
        found = verify(project, broken, losses, _context())
        assert {one.job for one in found.unexplained} == {jobs[number].id}
