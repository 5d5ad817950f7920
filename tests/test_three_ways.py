"""GitHub → CircleCI → GitLab → GitHub, and there and back: the plan of the original wherever no
loss was reported.
"""

from itertools import pairwise

import pytest

import ciconv
from cases import CASES, Case
from ciconv.diagnostics import Loss
from ciconv.simulation.compare.difference import Difference
from ciconv.simulation.effects import EFFECTS

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
VALID = [one for one in CASES if one.format == "github" and not one.settings.get("invalid")]
SOURCES = [one for one in VALID if one.path.name in NAMES]


@pytest.mark.parametrize("case", SOURCES, ids=str)
def test_the_last_one_does_what_the_first_one_did(case: Case) -> None:
    """What differs is what a loss of that job, in one of the three conversions, speaks of."""
    assert untold(case, WAY) == []


@pytest.mark.parametrize("case", VALID, ids=str)
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
    return [one.message for one in found.differences if not _is_told(one, losses)]


def _is_told(difference: Difference, losses: list[Loss]) -> bool:
    return any(
        one.job in ("", difference.job) and difference.field in EFFECTS[one.feature]
        for one in losses
    )
