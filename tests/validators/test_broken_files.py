"""Files with a line missing, or cut in the middle: there is an answer, never an exception."""

import pytest

import ciconv
from ciconv.validators.settings import Settings
from validators.rule_cases import CASES, RuleCase

FILES = [one for one in CASES if one.is_bad and one.path.is_file() and one.format != "jenkins"]


@pytest.mark.parametrize("case", FILES, ids=str)
def test_a_broken_file_has_an_answer(case: RuleCase) -> None:
    """Every third line taken out, and every third line cut."""
    ((path, text),) = case.files().items()
    lines = text.splitlines(keepends=True)[:24]
    settings = Settings(enable=() if case.code == "shellcheck" else (case.code,), schema=False)
    for number in range(len(lines)):
        changed = list(lines)
        changed[number] = "" if number % 3 == 0 else lines[number][: len(lines[number]) // 2] + "\n"
        found = ciconv.validate({path: "".join(changed)}, format=case.format, settings=settings)
        assert all(one.span is not None for one in found)
