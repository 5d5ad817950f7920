"""Every rule finds what it is for, at its place, and nothing in what is right."""

import shutil

import pytest

from ciconv.diagnostics import Diagnostic
from ciconv.validators import RULES
from ciconv.validators.reference import all_codes, page
from ciconv.validators.runner import load
from ciconv.validators.schema import is_available
from conftest import Golden
from validators.rule_cases import CASES, FOLDER, RuleCase

CODES = [code for codes in RULES.values() for code in codes]


@pytest.mark.parametrize("case", [one for one in CASES if one.is_bad], ids=str)
def test_a_rule_finds(case: RuleCase, golden: Golden) -> None:
    """What is found in a bad case is what stands beside it, and some of it is the rule's."""
    if case.code == "shellcheck" and shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    if case.code == "schema" and not is_available(case.format):
        pytest.skip("the schemas or jsonschema-rs are not installed")
    found = case.found()
    assert any(one.code == case.code for one in found)
    golden.file(case.expected, "".join(map(_line, found)))


@pytest.mark.parametrize("case", [one for one in CASES if not one.is_bad], ids=str)
def test_a_rule_leaves_alone_what_is_right(case: RuleCase) -> None:
    """The rule finds nothing in the good case, and no rule finds an error."""
    wrong = [one for one in case.found() if one.code == case.code or one.severity == "error"]
    assert list(map(_line, wrong)) == []


def _line(one: Diagnostic) -> str:
    place = "" if one.span is None else f"{one.span.source.path}:{one.span.start.line}"
    column = "" if one.span is None else f":{one.span.start.column}: "
    help = f" ({one.help})" if one.help else ""
    return f"{place}{column}{one.severity}[{one.code}] {one.message}{help}\n"


@pytest.mark.parametrize("code", CODES)
def test_a_rule_is_complete(code: str) -> None:
    """Code, module, class, a page, a bad and a good case."""
    rule = load(code)
    assert rule.code == code
    assert len(page(code)) > 100
    assert rule.summary == all_codes()[code]
    names = {path.name.split(".")[0] for path in (FOLDER / code).iterdir()}
    assert {"bad", "good"} <= names


def test_codes_are_unique() -> None:
    """One list, each code once."""
    assert len(CODES) == len(set(CODES))
