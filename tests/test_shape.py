"""The shape of the project itself: files where they are looked for, sizes, layers, packaging."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import ciconv
from ciconv.converters import BUILT_IN, registry
from ciconv.profile import Feature

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "ciconv"
MODULES = sorted(PACKAGE.rglob("*.py"))
SECTIONS = ("__init__", "profile", "document", "triggers", "jobs", "steps", "expressions")
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60
MAX_COMMAND_LINES = 60

SHARED = {"script_steps", "shell_tests"}  # what several formats use


def relative(path: Path) -> str:
    """A path as people say it, for names of tests."""
    return path.relative_to(ROOT).as_posix()


def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("format", BUILT_IN)
def test_every_format_has_the_same_files(format: str, section: str) -> None:
    """A section is a module, or a package where it is large."""
    folder = PACKAGE / "converters" / format
    assert (folder / f"{section}.py").exists() or (folder / section / "__init__.py").exists()


def test_every_format_folder_is_registered() -> None:
    """A folder that nobody lists is not found by anyone."""
    folders = {path.name for path in (PACKAGE / "converters").iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} - SHARED == set(BUILT_IN)


def test_the_independence_contract_names_every_format() -> None:
    """import-linter wants them by name, so a new one is easily forgotten."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    (modules,) = [one["modules"] for one in contracts if one["type"] == "independence"]
    assert modules == [f"ciconv.converters.{name}" for name in BUILT_IN]


@pytest.mark.parametrize("format", BUILT_IN)
def test_every_profile_has_every_feature_once(format: str) -> None:
    """What a profile forgets would be lost silently."""
    features = [one.feature for one in registry.get(format).profile.capabilities]
    assert sorted(features) == sorted(Feature)


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package, parsed."""
    return {relative(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def test_modules_are_small_and_say_what_they_are() -> None:
    """At most 500 lines, with a docstring, and no notes of work left undone."""
    texts = {relative(path): path.read_text(encoding="utf-8") for path in MODULES}
    assert [name for name, text in texts.items() if text.count("\n") > MAX_MODULE_LINES] == []
    assert [name for name, tree in trees().items() if not ast.get_docstring(tree)] == []
    assert [name for name, text in texts.items() if UNDONE.search(text)] == []


UNDONE = re.compile(r"\b(TODO|FIXME|XXX)\b")


def test_public_names_have_a_docstring() -> None:
    """Every public class and function at the top of a module says what it returns or means."""
    found = [
        f"{name}:{node.name}"
        for name, tree in trees().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    assert found == []


def functions() -> Iterator[tuple[str, int]]:
    """Name and lines, docstring included, of every function of the package."""
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{name}:{node.name}", _lines(node)


def _lines(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions_are_short() -> None:
    """Half of them have 12 lines or fewer, 95 % have 40, none more than 60."""
    sizes = dict(functions())
    assert median(sizes.values()) <= 12
    assert {name: size for name, size in sizes.items() if size > MAX_FUNCTION_LINES} == {}
    assert sum(size > 40 for size in sizes.values()) <= 0.05 * len(sizes)


COMMANDS = ("app", "convert", "formats", "list", "pairs")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_thin(command: str) -> None:
    """A command says what its options are; what it does stands elsewhere."""
    text = (PACKAGE / "cli" / f"{command}.py").read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_COMMAND_LINES


def test_layers_hold() -> None:
    """The contracts of import-linter, run as `make check` does."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


SLOW = (
    "graphviz",
    "jsonschema",
    "logging",
    "pydantic",
    "requests",
    "requests_cache",
    "rich",
    "ruamel",
    "typer",
)
CONVERSION = """
import sys
from ciconv.cli.main import run_plain
run_plain(["convert", sys.argv[1], "--to", "nixactions"])
print("modules:", *sys.modules, file=sys.stderr)
"""


def test_a_conversion_loads_nothing_slow() -> None:
    """The cold start is a promise: what only other commands need is not imported."""
    file = ROOT / "fixtures/examples/node/github/.github/workflows/ci.yml"
    done = subprocess.run(
        [sys.executable, "-c", CONVERSION, str(file)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "nixactions" in done.stdout
    loaded = done.stderr.rpartition("modules:")[2].split()
    assert "ciconv.api" in loaded
    assert [name for name in SLOW if name in loaded] == []


def test_the_package_loads_what_is_asked_for() -> None:
    """`import ciconv` alone is nearly free; all public names are there, and no others."""
    program = "import sys, ciconv; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert [name for name in done.stdout.split() if name.startswith("ciconv.")] == []
    assert all(hasattr(ciconv, name) for name in ciconv.__all__)
    assert set(ciconv.__all__) <= set(dir(ciconv))
    assert not hasattr(ciconv, "nonsense")


def test_constraints_are_exact_and_name_no_place() -> None:
    """Versions and hashes, but neither hosts nor folders; the same for npm."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    for line in filter(None, text.splitlines()):
        assert re.match(r"    --hash=sha256:[0-9a-f]{64}( \\)?$|[a-z0-9-]+==\S+( ; .*)? \\$", line)
    lock = json.loads((ROOT / "tests/oracle_tools/package-lock.json").read_text(encoding="utf-8"))
    assert "://" not in json.dumps(lock)


def test_every_requirement_is_pinned() -> None:
    """A package that is added to pyproject.toml is added to constraints.txt, too."""
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "constraints.txt").read_text(), re.M))
    table = project()["project"]
    groups = [table["dependencies"], *table["optional-dependencies"].values()]
    wanted = {re.split(r"[<>=\[; ]", item)[0] for group in groups for item in group}
    assert {re.sub(r"[._]", "-", name.lower()) for name in wanted} - {"ciconv"} <= pinned


OURS = (
    "src",
    "tests",
    "fixtures",
    "docs",
    "scripts",
    ".ci",
    "Makefile",
    "README.md",
    "CONTRIBUTING.md",
)
# spelled so that this file does not hold what it looks for
FOREIGN = re.compile(
    "|".join(
        (
            r"/wor[k]/(main|tmp|shared|corpus|oracles)\b",
            r"pyp[i]\.org",
            r"npmj[s]\.org",
            r"pythonhoste[d]",
        )
    )
)


def files_of_the_project() -> Iterator[Path]:
    """Everything a commit would hold."""
    for name in OURS:
        path = ROOT / name
        yield from (path,) if path.is_file() else filter(Path.is_file, path.rglob("*"))


def test_nothing_names_the_machine_it_was_made_on() -> None:
    """No folders of a developer, no hosts of package registries."""
    found = [
        relative(path)
        for path in files_of_the_project()
        if "__pycache__" not in path.parts
        and not path.is_relative_to(PACKAGE / "catalog/orbs")
        and path.parent != PACKAGE / "catalog/tools"  # a script may have to call a registry
        and FOREIGN.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").iterdir()), ids=relative)
def test_scripts_run_with_a_plain_shell(script: Path) -> None:
    """Executable, and `sh -n` reads them (a fresh machine may have no bash)."""
    assert os.access(script, os.X_OK)
    if script.read_text(encoding="utf-8").startswith("#!/bin/sh"):
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_every_make_target_is_a_script() -> None:
    """`make x` and `scripts/x` are the same thing."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = set(re.findall(r"^\t@scripts/(\w+)", makefile, re.M))
    assert called == {path.name for path in (ROOT / "scripts").iterdir()}


def test_patterns_go_back_into_groups() -> None:
    """CPython before 3.11.5 (Debian 12 has 3.11.2) finds less with `(…)*+` than is there.

    A possessive class of characters, `[^']++`, is right everywhere.
    https://github.com/python/cpython/issues/106052
    """
    texts = (
        (name, node.value)
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert [name for name, text in texts if re.search(r"[^\\(]\)[*+?]\+|\(\?>", text)] == []
