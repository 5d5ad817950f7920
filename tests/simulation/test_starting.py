"""Which events start a pipeline: GitHub's rules for `on`."""

import pytest

import ciconv
from ciconv import Event, EventKind
from ciconv.simulation.event import event_of
from ciconv.simulation.plan import PipelinePlan

JOBS = "\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"


def started(on: str, event: Event) -> PipelinePlan:
    """The only pipeline of a workflow with these triggers."""
    plan = ciconv.simulate({".github/workflows/ci.yml": f"on: {on}{JOBS}"}, event)
    assert plan.diagnostics == ()
    (pipeline,) = plan.pipelines
    return pipeline


def push(branch: str | None = None, tag: str | None = None, *files: str) -> Event:
    """A push of a branch or a tag that changed these files."""
    return Event(kind=EventKind.PUSH, branch=branch, tag=tag, changed_files=files or None)


def pull(**values: str) -> Event:
    """A pull request."""
    return event_of("pull_request", **values)


PUSHES = (
    ("push", push("any"), True),
    ("push", push(tag="v1"), True),
    ("{push: {branches: [main]}}", push("main"), True),
    ("{push: {branches: [main]}}", push("mainly"), False),
    ("{push: {branches: [main]}}", push(tag="main"), False),
    ("{push: {tags: ['v*']}}", push(tag="v1.0"), True),
    ("{push: {tags: ['v*']}}", push("v1.0"), False),
    ("{push: {tags-ignore: ['v*']}}", push("main"), False),
    ("{push: {tags-ignore: ['v*']}}", push(tag="x1"), True),
    ("{push: {branches-ignore: ['x/**']}}", push("x/1"), False),
    ("{push: {branches-ignore: ['x/**']}}", push("y/1"), True),
    ("{push: {branches: [main], tags: ['v*']}}", push(tag="v1"), True),
    ("{push: {branches: ['rel/**', '!rel/x/**', 'rel/x/y']}}", push("rel/1"), True),
    ("{push: {branches: ['rel/**', '!rel/x/**', 'rel/x/y']}}", push("rel/x/z"), False),
    ("{push: {branches: ['rel/**', '!rel/x/**', 'rel/x/y']}}", push("rel/x/y"), True),
    ("{push: {branches: ['rel/*']}}", push("rel/1/2"), False),
    ("{push: {paths: ['src/**']}}", push("main", None, "src/a.py"), True),
    ("{push: {paths: ['src/**']}}", push("main", None, "docs/a.md", "src/a.py"), True),
    ("{push: {paths: ['src/**']}}", push("main", None, "docs/a.md"), False),
    ("{push: {paths: ['src/**']}}", push(None, "v1", "docs/a.md"), True),
    ("{push: {paths-ignore: ['docs/**']}}", push("main", None, "docs/a.md"), False),
    ("{push: {paths-ignore: ['docs/**']}}", push("main", None, "docs/a.md", "a"), True),
    ("{push: {branches: [main], paths: ['src/**']}}", push("dev", None, "src/a"), False),
)
OTHERS = (
    ("pull_request", pull(), True),
    ("pull_request", pull(activity="synchronize"), True),
    ("pull_request", pull(activity="closed"), False),
    ("{pull_request: {types: [closed]}}", pull(activity="closed"), True),
    ("{pull_request: {types: [closed]}}", pull(activity="opened"), False),
    ("{pull_request: {branches: [main]}}", pull(base_branch="main", branch="dev"), True),
    ("{pull_request: {branches: [main]}}", pull(base_branch="dev", branch="main"), False),
    ("pull_request", event_of("pull_request_target"), False),
    ("[push, issues]", event_of("issues", activity="opened"), True),
    ("[push, issues]", event_of("issue_comment"), False),
    ("{issues: {types: [labeled]}}", event_of("issues", activity="opened"), False),
    ("{schedule: [{cron: '0 0 * * *'}, {cron: '5 5 * * *'}]}", event_of("schedule"), True),
    ("{schedule: [{cron: '0 0 * * *'}]}", event_of("schedule", cron="0 0 * * *"), True),
    ("{schedule: [{cron: '0 0 * * *'}]}", event_of("schedule", cron="1 0 * * *"), False),
    ("workflow_dispatch", event_of("manual"), True),
    ("workflow_dispatch", event_of("workflow_dispatch"), True),
    ("workflow_call", event_of("call"), True),
    ("{repository_dispatch: {types: [x]}}", event_of("api", activity="y"), False),
    ("{workflow_run: {workflows: [CI]}}", event_of("upstream", upstream="CI"), True),
    ("{workflow_run: {workflows: [CI]}}", event_of("upstream", upstream="Other"), False),
    (
        "{workflow_run: {workflows: [CI], branches: [main]}}",
        event_of("upstream", upstream="CI", branch="dev"),
        False,
    ),
    ("{release: {types: [published]}}", event_of("release", tag="v1"), True),
    ("{release: {types: [created]}}", event_of("release", tag="v1"), False),
    ("merge_group", event_of("merge_queue"), True),
    ("{merge_group: {branches: [dev]}}", event_of("merge_queue"), False),
)


@pytest.mark.parametrize(("on", "event", "expected"), [*PUSHES, *OTHERS])
def test_an_event_starts_a_pipeline(on: str, event: Event, expected: bool) -> None:
    """As GitHub does, and what does not start says why, at a place of the file."""
    pipeline = started(on, event)
    assert pipeline.starts is expected
    assert (pipeline.why is None) is expected
    if pipeline.why is not None:
        assert pipeline.why.span is not None and pipeline.why.span.source.path


@pytest.mark.parametrize(
    ("on", "event", "place", "words"),
    [
        ("{push: {branches: [main]}}", push("dev"), "branches: [main]", "'dev' has no pattern"),
        ("{push: {branches-ignore: [d*]}}", push("dev"), "branches-ignore: [d*]", "out by 'd*'"),
        (
            "{push: {paths: [a/**, '!a/b']}}",
            push("dev", None, "a/b"),
            "paths: [a/**, '!a/b']",
            "left out by '!a/b'",
        ),
        ("{push: {tags: [v1]}}", push("dev"), "tags: [v1]", "only tags are listed"),
        ("{push: {paths: [src]}}", push("dev", None, "x"), "paths: [src]", "'x' matches none"),
        ("{pull_request: {types: [closed]}}", pull(), "closed", "'opened' is none of 'closed'"),
    ],
)
def test_the_reason_points_at_its_cause(on: str, event: Event, place: str, words: str) -> None:
    """The filter that kept it out."""
    why = started(on, event).why
    assert why is not None and why.span is not None
    assert why.span.text == place
    assert words in why.message


def test_unknown_files_leave_it_open() -> None:
    """Without a list of files nobody can tell what a filter of paths says."""
    pipeline = started("{push: {paths: [src]}}", push("main"))
    assert pipeline.starts
    assert pipeline.why is not None and "depends on the files" in pipeline.why.message
