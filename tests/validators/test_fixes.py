"""Fixes of all rules: what they mend is gone, nothing breaks, and doing it twice is enough."""

from collections import Counter

import pytest

import ciconv
from ciconv.cli.fixing import mended
from ciconv.diagnostics import Diagnostic
from ciconv.validators.settings import Settings
from validators.rule_cases import CASES, RuleCase

BROKEN = {"yaml-syntax", "duplicate-key", "unknown-key", "missing-key", "wrong-type"}
FILES = [one for one in CASES if one.is_bad and one.path.is_file()]


def found(case: RuleCase, text: str) -> tuple[Diagnostic, ...]:
    """What is found in a text in the place of the case's file."""
    (path,) = case.files()
    settings = Settings(enable=(case.code,), schema=False)
    return ciconv.validate({path: text}, format=case.format, settings=settings)


@pytest.mark.parametrize("case", FILES, ids=str)
def test_a_fix_mends(case: RuleCase) -> None:
    """Each fix alone takes its finding away and no error comes; all safe ones are done at once."""
    (text,) = case.files().values()
    if case.code == "shellcheck":
        pytest.skip("its findings have no fixes")
    before = found(case, text)
    kinds = Counter((one.code, one.message) for one in before)
    for one in before:
        if one.fix is None:
            continue
        after = found(case, mended(text, [one.fix]))
        left = Counter((it.code, it.message) for it in after)
        assert left[one.code, one.message] < kinds[one.code, one.message], one.message
        # where a name was guessed, what it now means may be wrong as well
        codes = None if one.fix.safe else BROKEN
        assert [it.message for it in _errors(after, codes) if it.code not in _codes(before)] == []
    safe = [one.fix for one in before if one.fix is not None and one.fix.safe]
    once = mended(text, safe)
    again = [one.fix for one in found(case, once) if one.fix is not None and one.fix.safe]
    assert mended(once, again) == once


def _errors(found: tuple[Diagnostic, ...], codes: set[str] | None) -> list[Diagnostic]:
    errors = [one for one in found if one.severity == "error"]
    return [one for one in errors if codes is None or one.code in codes]


def _codes(found: tuple[Diagnostic, ...]) -> set[str]:
    return {one.code for one in found}
