"""Pipelines written by hand in all systems, fixtures/equal/NAME/FORMAT, mean the same."""

from pathlib import Path

import pytest

import ciconv
from cases import FOLDER

SYSTEMS = {"circleci", "github", "gitlab", "jenkins"}
# what a system has no words for, so that no pipeline of it means the same
LACKING = {
    "changed-files": {"circleci"},  # which files were changed is asked by an orb, in a setup run
    "failure-is-fine": {"circleci"},  # no job may fail; a script that hides it is another script
}


def neighbours(case: Path) -> set[tuple[str, str]]:
    """The sides of a case in a ring, each with the one behind it, both ways."""
    names = sorted(path.name for path in case.iterdir() if path.is_dir())
    ring = list(zip(names, names[1:] + names[:1], strict=True))
    return {*ring, *((other, one) for one, other in ring)}


PAIRS = [
    (case.name, one, other)
    for case in sorted((FOLDER / "equal").iterdir())
    for one, other in sorted(neighbours(case))
]


def test_each_case_is_there_in_all_systems() -> None:
    """But in those that cannot say it."""
    for case in (FOLDER / "equal").iterdir():
        names = {path.name for path in case.iterdir() if path.is_dir()}
        assert names == SYSTEMS - LACKING.get(case.name, set()), case.name


@pytest.mark.parametrize(("case", "one", "other"), PAIRS)
def test_both_run_the_same(case: str, one: str, other: str) -> None:
    """For every event, but for what converting one into the other reports."""
    sides = (files(FOLDER / "equal" / case / name) for name in (one, other))
    found = ciconv.verify(*sides, formats=(one, other))
    assert [str(each.message) for each in found.unexplained] == []
    assert found.events


def files(folder: Path) -> dict[str, str]:
    """The repository of one side."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}
