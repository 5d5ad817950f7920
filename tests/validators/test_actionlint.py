"""The data of actionlint, where a checkout of it is named by CICONV_ACTIONLINT."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import ciconv
from ciconv.diagnostics import Diagnostic
from ciconv.validators.settings import Settings

CHECKOUT = os.environ.get("CICONV_ACTIONLINT", "")
FOLDER = Path(CHECKOUT) / "testdata"
LINE = re.compile(r"yaml:(\d+):")
PATH = ".github/workflows/test.yaml"

pytestmark = pytest.mark.skipif(not CHECKOUT, reason="CICONV_ACTIONLINT names no checkout")


def files(case: Path) -> Mapping[str, str]:
    """The workflow of a case with the actions and workflows that stand beside it."""
    beside = sorted((case.parent / ".github").rglob("*"))
    found = {
        one.relative_to(case.parent).as_posix(): one.read_text(encoding="utf-8")
        for one in beside
        if one.is_file() and one.suffix in (".yml", ".yaml")
    }
    return found | {PATH: case.read_text(encoding="utf-8")}


def found(case: Path) -> list[Diagnostic]:
    """What is found in the file of a case."""
    settings = Settings(enable=("shellcheck",), schema=False)
    said = ciconv.validate(files(case), format="github", settings=settings)
    return [one for one in said if one.span is not None and one.span.source.path == PATH]


def flagged(case: Path) -> bool:
    """Whether something is found at a line where something is expected."""
    expected = set(LINE.findall(case.with_suffix(".out").read_text(encoding="utf-8"))) - {"0"}
    lines = {str(one.span.start.line) for one in found(case) if one.span and one.severity != "note"}
    return bool(lines & expected) if expected else bool(lines)  # some have no line


def missed(folder: str) -> list[str]:
    """The cases in which nothing is found where something is expected."""
    cases = sorted((FOLDER / folder).glob("*.yaml"))
    names = [one.name for one in cases if not flagged(one)]
    print(f"actionlint, {folder}: {len(cases) - len(names)} of {len(cases)} are flagged")
    return names


def test_invalid_files_are_flagged() -> None:
    """At a line that is expected."""
    assert len(missed("err")) <= 2


def test_documented_examples_are_flagged() -> None:
    """At a line that is expected."""
    assert len(missed("examples")) <= 3


def test_valid_files_have_no_errors() -> None:
    """Warnings may be."""
    cases = sorted((FOLDER / "ok").glob("*.yaml"))
    errors = {
        case.name: [one.message for one in found(case) if one.severity == "error"] for case in cases
    }
    wrong = {name: messages for name, messages in errors.items() if messages}
    print(f"actionlint, ok: {len(cases) - len(wrong)} of {len(cases)} have no errors")
    assert wrong == {}
