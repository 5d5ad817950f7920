"""GitHub → CircleCI → GitLab → GitHub, and there and back: the plan of the original wherever no
loss was reported.
"""

from collections.abc import Iterator
from itertools import pairwise

import pytest

import ciconv
from cases import CASES, Case
from ciconv.diagnostics import Loss
from ciconv.ir.expression import constant
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps
from ciconv.profile import Feature
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.effects import EFFECTS
from ciconv.source import Span

WAY = ("github", "circleci", "gitlab", "github")
BACK = ("github", "gitlab", "github")
# each about something else, and small
NAMES = (
    "conditions-compound",
    "container",
    "defaults-of-run",
    "env-precedence",
    "matrix-of-two",
    "needs-and-branch",
    "outputs-of-jobs",
    "service",
    "steps-in-order",
    "tags",
    "two-workflows",
)
GITHUB = [one for one in CASES if one.format == "github"]
SOURCES = [one for one in GITHUB if one.path.name in NAMES]
# several workflows become one, which is no longer the same pipeline
ALONE = [
    case
    for case in GITHUB
    if not case.settings.get("invalid")
    and sum(path.startswith(".github/workflows/") for path in case.inputs) == 1
]


@pytest.mark.parametrize("case", SOURCES, ids=str)
def test_the_last_one_does_what_the_first_one_did(case: Case) -> None:
    """What differs is what a loss of that job, in one of the three conversions, speaks of."""
    assert untold(case, WAY) == []


@pytest.mark.parametrize("case", ALONE, ids=str)
def test_there_and_back(case: Case) -> None:
    """GitLab can have all of it, or says what it has not."""
    assert untold(case, BACK) == []


def untold(case: Case, way: tuple[str, ...]) -> list[str]:
    """The differences after a way of conversions that none of them told of."""
    files, losses = dict(case.inputs), []
    for source, target in pairwise(way):
        made = ciconv.convert(files, to=target, format=source)
        assert [one.message for one in made.diagnostics if one.severity == "error"] == []
        losses += [one.loss for one in made.diagnostics if one.loss is not None]
        files = dict(made.files)
    found = ciconv.verify(case.inputs, files, formats=("github", "github"))
    scripts = tuple(_scripts(dict(case.inputs))), tuple(_scripts(files))
    return [
        one.message
        for one in found.differences
        if not (_is_told(one, losses) or _is_joined(one, *scripts))
    ]


def _is_told(difference: Difference, losses: list[Loss]) -> bool:
    return any(
        one.job in ("", difference.job)
        and difference.field in EFFECTS[one.feature]
        and (one.feature is not Feature.CONCURRENCY or _is_of_turns(difference))
        for one in losses
    )


def _is_of_turns(difference: Difference) -> bool:
    """Whether it is of runs that end each other; of the other keys, that is GitLab's alone."""
    return difference.field is not Field.EXTRA or difference.subject.endswith("auto_cancel")


Script = tuple[str, Span | None, str]  # the job, the place of the step, its text


def _is_joined(
    difference: Difference, before: tuple[Script, ...], after: tuple[Script, ...]
) -> bool:
    """Whether a step is missing whose script stands in another one: GitLab has but one script."""
    if difference.field not in (Field.STEP, Field.SCRIPT):
        return False
    own = [(job, text) for job, span, text in before if span == difference.span]
    return any(
        job == other and f"\n{text}" in f"\n{whole}"
        for job, text in own
        for other, _, whole in after
    )


def _scripts(files: dict[str, str]) -> Iterator[Script]:
    project = ciconv.read(files, format="github").project
    assert project is not None
    for pipeline in project.pipelines:
        for job, step in all_steps(pipeline):
            if isinstance(step, Run):
                yield job.id, step.span, constant(step.script) or ""
