"""Plans by the rules of each system, of pipelines made by hand."""

from typing import TypeVar

import pytest

from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    text,
)
from ciconv.ir.filter import Filter, Pattern
from ciconv.ir.job import Choice, Job, JobBase, Need
from ciconv.ir.node import replace
from ciconv.ir.step import Run
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.simulation.compare.pipelines import compare
from ciconv.simulation.coverage import events_for
from ciconv.simulation.event import Event
from ciconv.simulation.plan import JobPlan, Plan, State
from ciconv.simulation.shells import plain_command
from ciconv.simulation.simulate import simulate
from ciconv.source import Workspace
from foreign_pipelines import MERGE, PUSH, foreign

T = TypeVar("T")
MAIN, TOPIC = (Event(kind=EventKind.PUSH, branch=name) for name in ("main", "topic"))
REQUEST = Event(kind=EventKind.PULL_REQUEST, branch="topic")
TAG = Event(kind=EventKind.PUSH, tag="v1")
SCHEDULE = Trigger(kind=EventKind.SCHEDULE, native="schedule")


def _known(*rows: tuple[str, T]) -> tuple[tuple[str, T], ...]:
    """The rows of formats that there are."""
    return tuple(row for row in rows if row[0] in registry.names())


def plan(origin: str, event: Event, *jobs: JobBase, stages: tuple[str, ...] = ()) -> Plan:
    """What an event starts in a pipeline of a system."""
    project = foreign(*jobs, triggers=(PUSH, MERGE, SCHEDULE), stages=stages)
    context = Context(
        workspace=Workspace.of({}), catalog=Catalog.builtin(), diagnostics=Diagnostics()
    )
    return simulate(replace(project, origin=origin), event, context)


def states(found: Plan) -> dict[str, State]:
    """The states of the jobs."""
    return {job.id: job.state for job in found.pipelines[0].jobs}


def job(name: str, condition: Expr | None = None, *needs: Need, **fields: object) -> Job:
    """A job with one step."""
    given = {"needs": needs, "choices": (Choice(condition=condition),), **fields}
    return Job(id=name, steps=(Run(script=text("x")),), **given)  # type: ignore[arg-type]


def is_equal(*path: str, to: str | None) -> Expr:
    """A comparison as GitLab makes it."""
    left, right = Ref(path=path), Literal(value=to)
    return Binary(op=Op.EQ, left=left, right=right, semantics=Semantics.GITLAB)


ON_MAIN = is_equal("ref", "branch", to="main")


def test_jobs_of_gitlab_take_part_by_their_rules() -> None:
    """No choice holds: the job is absent. Of change requests there is no branch."""
    found = {
        str(event): states(plan("gitlab", event, job("a", ON_MAIN)))["a"]
        for event in (MAIN, TOPIC, REQUEST, TAG)
    }
    assert list(found.values()) == [State.RUN, State.ABSENT, State.ABSENT, State.ABSENT]


@pytest.mark.parametrize(
    ("event", "name", "value"),
    [
        (MAIN, "CI_PIPELINE_SOURCE", "push"),
        (REQUEST, "CI_PIPELINE_SOURCE", "merge_request_event"),
        (Event(kind=EventKind.SCHEDULE), "CI_PIPELINE_SOURCE", "schedule"),
        (MAIN, "CI_MERGE_REQUEST_IID", None),
        (TAG, "CI_COMMIT_BRANCH", None),
        (TAG, "CI_COMMIT_TAG", "v1"),
        (REQUEST, "CI_COMMIT_REF_NAME", "topic"),
        (TAG, "GITLAB_CI", "true"),
    ],
)
def test_rules_see_what_gitlab_predefines(event: Event, name: str, value: str | None) -> None:
    """One that is not defined is null."""
    found = plan("gitlab", event, job("a", is_equal("env", name, to=value)))
    assert states(found)["a"] is State.RUN


def test_rules_of_gitlab_see_the_variables_of_job_and_pipeline() -> None:
    """GitHub's conditions of jobs do not."""
    from ciconv.ir.step import EnvVar

    asked = job("a", is_equal("env", "X", to="1"), env=(EnvVar(name="X", value=text("1")),))
    (gitlab,) = plan("gitlab", MAIN, asked).pipelines[0].jobs
    (github,) = plan("github", MAIN, asked).pipelines[0].jobs
    assert (gitlab.condition, github.condition) == ("success()", "env.X == '1' && success()")


def test_changed_files() -> None:
    """GitLab takes all files for changed where there is no push of a branch."""
    asked = job("a", Changes(filter=Filter(patterns=(Pattern(text="src/**"),))))
    inside = replace_files(MAIN, "src/a")
    assert states(plan("gitlab", inside, asked)) == {"a": State.RUN}
    assert states(plan("gitlab", replace_files(MAIN, "x"), asked)) == {"a": State.ABSENT}
    assert states(plan("gitlab", replace_files(TAG, "x"), asked)) == {"a": State.RUN}
    (unknown,) = plan("gitlab", MAIN, asked).pipelines[0].jobs
    assert unknown.condition == "changes('src/**') && success()"


def replace_files(event: Event, *files: str) -> Event:
    """The event with these files changed."""
    from msgspec.structs import replace

    return replace(event, changed_files=files)


def test_needs_of_what_takes_no_part() -> None:
    """Optional ones are let go; CircleCI runs nothing when all of them are."""
    absent, there = job("a", ON_MAIN), job("b")
    one = job("c", None, Need(job="a", optional=True), Need(job="b"))
    alone = job("d", None, Need(job="a", optional=True))
    strict = job("e", None, Need(job="a"))
    for origin, of_alone in _known(("gitlab", State.RUN), ("circleci", State.ABSENT)):
        found = states(plan(origin, TOPIC, absent, there, one, alone, strict))
        assert found == {
            "a": State.ABSENT,
            "b": State.RUN,
            "c": State.RUN,
            "d": of_alone,
            "e": State.ABSENT,
        }


def test_only_github_asks_all_jobs_before() -> None:
    """A job that always runs is between: elsewhere, only its result counts."""
    jobs = (
        job("a", ON_MAIN),
        job("b", Call(function="always"), Need(job="a")),
        job("c", None, Need(job="b")),
    )
    assert states(plan("github", TOPIC, *jobs))["c"] is State.SKIP
    assert states(plan("gitlab", TOPIC, *jobs))["c"] is State.RUN


def test_stages_go_on_after_jobs_that_take_no_part() -> None:
    """As GitLab and Jenkins do it."""
    jobs = (
        job("a", ON_MAIN, stage="build", needs=None),
        job("b", None, stage="test", needs=None),
    )
    for origin in ("gitlab", "jenkins"):
        assert states(plan(origin, TOPIC, *jobs, stages=("build", "test")))["b"] is State.RUN


def test_filters_of_names() -> None:
    """A name that is not there passes none, not even the one that all pass."""
    branch = Ref(path=("ref", "branch"))
    asked = job("a", Matches(value=branch, filter=Filter(patterns=(Pattern(text="**"),))))
    assert states(plan("gitlab", MAIN, asked)) == {"a": State.RUN}
    assert states(plan("gitlab", TAG, asked)) == {"a": State.ABSENT}


def _only_job(found: Plan) -> JobPlan:
    (one,) = found.pipelines[0].jobs
    return one


@pytest.mark.parametrize(
    ("origin", "shell"),
    _known(
        ("github", "bash -e {0}"),
        ("gitlab", "bash -eo pipefail {0}"),
        ("circleci", "bash -eo pipefail {0}"),
        ("jenkins", "sh -xe {0}"),
    ),
)
def test_default_shells(origin: str, shell: str) -> None:
    """What a script runs with that says nothing of it."""
    assert _only_job(plan(origin, MAIN, job("a"))).steps[0].shell == shell


def test_default_limits() -> None:
    """They are no difference where neither side says one; else each has its own."""
    minutes = Literal(value=360.0)
    github, gitlab = plan("github", MAIN, job("a")), plan("gitlab", MAIN, job("a"))
    limited = plan("gitlab", MAIN, job("a", timeout=minutes))
    short = plan("gitlab", MAIN, job("a", timeout=Literal(value=60.0)))
    fields = [
        [one.field for one in compare(github, other) if one.field == "timeout"]
        for other in (gitlab, limited, short)
    ]
    assert fields == [[], [], ["timeout"]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("bash --noprofile --norc -eo pipefail {0}", "bash -eo pipefail {0}", True),
        ("/bin/bash -o pipefail -e {0}", "bash -eo pipefail {0}", True),
        ("bash -o errexit {0}", "bash -e {0}", True),
        ("bash -e {0}", "bash -eo pipefail {0}", False),
        ("sh -e {0}", "bash -e {0}", False),
        ("sh -xe {0}", "sh -e {0}", False),
        ("bash -el {0}", "bash -e {0}", False),
        ("python {0}", "python3 {0}", False),
    ],
)
def test_commands_of_shells(one: str, other: str, same: bool) -> None:
    """Words and flags that do the same are equal."""
    assert (plain_command(one) == plain_command(other)) is same


def _events_of(*jobs: JobBase) -> tuple[Event, ...]:
    project = foreign(*jobs, triggers=(PUSH, MERGE))
    return events_for(project, project)


def test_events_come_from_the_rules_of_jobs() -> None:
    """Branches and tags inside and outside of what they ask, changed files, and variables."""
    feature = Filter(patterns=(Pattern(text="feat/*"),))
    search = Binary(
        op=Op.MATCH,
        left=Ref(path=("ref", "tag")),
        right=Literal(value="^v[0-9]"),
        semantics=Semantics.GITLAB,
    )
    events = _events_of(
        job("a", Matches(value=Ref(path=("ref", "branch")), filter=feature)),
        job("b", search),
        job("c", is_equal("ref", "branch", to="stable")),
        job("d", is_equal("pr", "base", to="next")),
        job("e", is_equal("vars", "DEPLOY", to="yes")),
    )
    branches = {one.branch for one in events if one.kind is EventKind.PUSH}
    tags = {one.tag for one in events}
    assert {"main", "stable", "feat/x"} <= branches and "feat/x/x" in branches
    assert any(tag and tag.startswith("v") for tag in tags) and "x" in "".join(filter(None, tags))
    assert "next" in {one.base_branch for one in events}
    assert ("vars.DEPLOY", "yes") in {fact for one in events for fact in one.facts}
    assert {one.changed_files for one in events} == {None}


def test_files_are_known_where_a_job_asks_for_them() -> None:
    """GitHub asks for all jobs at once; nobody could compare what is not known."""
    source = Filter(patterns=(Pattern(text="src/**"),))
    events = _events_of(job("a", Changes(filter=source)))
    files = {one.changed_files for one in events if one.tag is None}
    assert None not in files and ("src/x",) in files and len(files) > 2
    assert {one.changed_files for one in events if one.tag is not None} == {None}
