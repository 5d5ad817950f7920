"""The sample repositories: valid for their own system's checker, and so is what comes out."""

import os
import subprocess
from pathlib import Path

import pytest

import ciconv
from oracles import NIX_ENVIRONMENT, ROOT, tool

EXAMPLES = sorted(path for path in (ROOT / "fixtures/examples").iterdir() if path.is_dir())
SCRIPTS = sorted((*(ROOT / "scripts").iterdir(), ROOT / ".ci/run"))

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def check(*command: str | Path) -> None:
    """Run a checker; what it says is the reason of the failure."""
    done = subprocess.run(
        command, env=os.environ | NIX_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def actionlint(*files: Path) -> None:
    """Check workflows, without the checkers that may or may not be installed beside."""
    check(tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", *files)


@pytest.mark.oracle
@each_example
def test_the_workflows_are_valid(example: Path) -> None:
    """Otherwise they would show nothing."""
    actionlint(*sorted((example / ".github/workflows").iterdir()))


@pytest.mark.oracle
@each_example
def test_the_nix_files_are_syntax(example: Path, tmp_path: Path) -> None:
    """Nix reads every file; the shims that stay on GitHub are workflows."""
    files = ciconv.convert(example, to="nixactions").files
    assert files
    for path, text in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if path.endswith(".nix"):
            check(tool("nix-instantiate"), "--parse", file)
        elif path.startswith(".github/workflows/"):
            actionlint(file)


@pytest.mark.oracle
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_please_shellcheck(script: Path) -> None:
    """Those that a plain shell runs."""
    first = script.read_text(encoding="utf-8").partition("\n")[0]
    if not first.endswith("python3"):
        check(tool("shellcheck"), script)
