"""What was written as Jenkinsfiles means the same when it is converted back."""

from pathlib import Path

import pytest

import ciconv
from cases import FOLDER

EXCEPTIONS = {
    "action-unknown",  # what a step gives that is none here: nothing on GitHub, unknown to scripts
    "cache",
    "conditions-of-jobs",  # GitHub compares names of branches whatever their case
    "setup-caches",  # a script does not say again in which action's place it stands
    "setups",
}
CASES = [
    (format, case.name)
    for format in ("github", "gitlab")
    for case in sorted((FOLDER / format).iterdir())
    if (case / "expected" / "jenkins" / "Jenkinsfile").is_file() and case.name not in EXCEPTIONS
]


@pytest.mark.parametrize(("format", "case"), CASES)
def test_a_jenkinsfile_of_ours_comes_back_as_it_is(format: str, case: str) -> None:
    """For every event, but for what the way back reports."""
    there = files(FOLDER / format / case / "expected" / "jenkins")
    back = ciconv.convert(there, to=format, format="jenkins").files
    found = ciconv.verify(there, back, formats=("jenkins", format))
    assert [str(one.message) for one in found.unexplained] == []
    assert found.events


def files(folder: Path) -> dict[str, str]:
    """The Jenkinsfiles of a case."""
    found = sorted(folder.glob("Jenkinsfile*"))
    return {one.name: one.read_text("utf-8") for one in found}
