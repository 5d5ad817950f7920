"""Every case below fixtures/: what is read of it, and what it becomes in each target."""

from functools import cache
from pathlib import Path

import jsonschema
import msgspec
import pytest

import ciconv
from cases import CASES, LIBRARY, Case, conversion, evaluations, reading, write
from ciconv.diagnostics import Diagnostic
from ciconv.ir.dump import dump
from comment_counts import Fate, fates
from conftest import Golden
from oracles import ROOT, complaints, tool

PACKAGE = ROOT / "src/ciconv"
TARGETS = tuple((case, target) for case in CASES for target in case.settings["to"])
NIX = tuple(case for case, target in TARGETS if target == "nixactions")

each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_target = pytest.mark.parametrize(
    ("case", "target"), TARGETS, ids=[f"{case}-{target}" for case, target in TARGETS]
)


def test_there_are_cases() -> None:
    """A wrong folder would make every other test here vanish."""
    assert len(CASES) >= 85


@each_case
def test_case_says_what_it_is_about(case: Case) -> None:
    """One sentence, and the targets; every folder is one of the three."""
    assert set(case.settings) <= {"about", "to", "invalid", "lint"}
    assert case.settings["about"].strip()
    found = {path.name for path in case.path.iterdir()}
    assert {"case.toml", "input"} <= found <= _PARTS


_PARTS = {"case.toml", "input", "expected", "runs.toml"}


@each_case
def test_reading(case: Case, golden: Golden) -> None:
    """The IR is the expected one, and of the form that the schema promises."""
    project = reading(case).project
    path = case.path / "expected/ir.json"
    if project is None:
        assert not path.exists()
        return
    text = msgspec.json.format(msgspec.json.encode(dump(project)), indent=1).decode()
    _schema().validate(msgspec.json.decode(text))
    golden.file(path, text + "\n")


@cache
def _schema() -> jsonschema.protocols.Validator:
    schema = msgspec.json.decode((PACKAGE / "ir/schema.json").read_bytes())
    return jsonschema.Draft202012Validator(schema)


@each_target
def test_conversion(case: Case, target: str, golden: Golden) -> None:
    """The files and the diagnostics are the expected ones; each has a place; no comment is lost."""
    found = conversion(case, target)
    assert [one.message for one in found.diagnostics if one.span is None] == []
    project = reading(case).project
    read = {one.path for one in project.pipelines} if project is not None else set()
    pipelines = {path: text for path, text in case.inputs.items() if path in read}
    assert [one for one in fates(pipelines, found) if one.fate is Fate.LOST] == []
    said = "".join(f"{_line(one)}\n" for one in found.diagnostics)
    files = {path: text for path, text in found.files.items() if path not in LIBRARY}
    golden.folder(case.path / "expected" / target, {"diagnostics.txt": said} | files)


def _line(one: Diagnostic) -> str:
    where = "" if one.span is None else f"{one.span}: "
    outcome = "" if one.loss is None else f" ({one.loss.outcome})"
    return f"{where}{one.severity}[{one.code}] {one.message}{outcome}"


def test_library_is_that_of_the_package() -> None:
    """It is left out of the expected files, since it is the same everywhere."""
    files = ciconv.convert(NIX[0].inputs, to="nixactions", format=NIX[0].format).files
    for path, name in LIBRARY.items():
        assert files[path] == (PACKAGE / "converters/nixactions" / name).read_text("utf-8")


@pytest.mark.oracle
@pytest.mark.parametrize("case", [case for case in NIX if not case.runs], ids=str)
def test_nixactions_understands_the_files(case: Case, tmp_path: Path) -> None:
    """What they hand to it; cases that are run have been evaluated for that."""
    tool("nix-instantiate")
    found = evaluations(case, tmp_path)
    assert bool(found) is bool(conversion(case, "nixactions").files)
    assert {path: one.problems for path, one in found.items() if one.problems} == {}


@pytest.mark.oracle
def test_nix_can_read_the_files(tmp_path: Path) -> None:
    """Those of all cases in one go."""
    program = tool("nix-instantiate")
    for case in NIX:
        write(conversion(case, "nixactions").files, tmp_path / str(case))
    assert complaints(program, "--parse", *_paths(tmp_path, "**/*.nix")) == ""


@pytest.mark.oracle
def test_actionlint_takes_the_workflows(tmp_path: Path) -> None:
    """Inputs, where they are not meant to be wrong, are what GitHub takes; and so are shims."""
    program = tool("actionlint")
    for number, case in enumerate(CASES):
        if not case.settings.get("invalid") and case.settings.get("lint", True):
            # to actionlint, a folder 1 holds what is in a folder 12
            before, after = (tmp_path / f"{kind}-{number:05}-{case}" for kind in ("in", "out"))
            write(case.inputs, before)
            write(conversion(case, "nixactions").files, after)
            for folder in (before, after):
                (folder / ".git").mkdir(parents=True, exist_ok=True)
    files = _paths(tmp_path, "*/.github/workflows/*")
    assert complaints(program, "-no-color", "-shellcheck=", "-pyflakes=", *files) == ""


def _paths(folder: Path, pattern: str) -> list[str]:
    found = sorted(map(str, folder.glob(pattern)))
    assert len(found) > len(CASES) / 4
    return found
