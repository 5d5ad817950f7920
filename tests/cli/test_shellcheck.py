"""When `ciconv validate` asks shellcheck, what it hands to it, and what becomes of the answer."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ciconv
from ciconv.cli import validation
from ciconv.cli.app import app
from ciconv.diagnostics import Diagnostic
from ciconv.validators.rules import shellcheck
from ciconv.validators.settings import Settings

TWO_SCRIPTS = """on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo ${{ github.sha }}
          A = 1
      - run: echo two
      - run: echo two
"""
GITLAB = """build:
  script:
    - echo one
    - |
      cd there
      A = 1
"""


def program(folder: Path, body: str) -> Path:
    """Put a program `shellcheck` into a folder, and return the folder."""
    folder.mkdir(exist_ok=True)
    file = folder / "shellcheck"
    file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    file.chmod(0o755)
    return folder


def answering(folder: Path, line: int) -> Path:
    """A program that notes how it is called, and finds one thing in its first file."""
    said = json.dumps([{"file": "FILE", "line": line, "code": 1, "message": "This is bad."}])
    log = f'echo call >>{folder}/log; cat "$5" >>{folder}/log'
    return program(folder, f"{log}\nprintf '%s' '{said}' | sed \"s#FILE#$5#\"")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow."""
    file = tmp_path / "repository/.github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(TWO_SCRIPTS, encoding="utf-8")
    return tmp_path / "repository"


def called(*words: str) -> str:
    """What `ciconv validate` prints."""
    return CliRunner().invoke(app, ["validate", *words]).output


def test_it_is_asked_once_about_all_scripts(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal scripts are one; expressions become a word; the finding stands at its line."""
    bin = answering(tmp_path / "bin", 2)
    monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    assert "ci.yml:8:11: warning[shellcheck] SC1: This is bad\n" in called(str(repository))
    assert (bin / "log").read_text("utf-8") == "call\necho _\nA = 1\n"


def test_nobody_asks_it_unwanted(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an option, by settings, by the choice of other rules, by many files, or by the library."""
    bin = answering(tmp_path / "bin", 1)
    monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    ciconv.validate(repository)
    called(str(repository), "--no-shellcheck")
    called(str(repository), "--ignore", "shellcheck")
    called(str(repository), "--select", "unknown-need")
    monkeypatch.setattr(validation, "MAX_SHELLCHECKED", 1)
    assert "left out for more than 1 files" in called(str(repository), str(repository))
    (repository / ".ciconv.toml").write_text('[validate]\nignore = ["shellcheck"]\n', "utf-8")
    called(str(repository))
    assert not (bin / "log").exists()


@pytest.mark.parametrize("body", ["echo nonsense", "exit 3", "#!", "echo '[{}]'", "sleep 9"])
def test_a_program_that_fails_finds_nothing(
    body: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it does, there is an answer, and no file is left behind."""
    bin = program(tmp_path / "bin", body)
    monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(shellcheck, "_SECONDS", 0.2)
    found = ciconv.validate(repository, settings=Settings(enable=("shellcheck",)))
    assert [one for one in found if one.code == "shellcheck"] == []
    assert list(tmp_path.glob("ciconv-*")) == []


def test_places_in_lists_of_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script of GitLab is made of the items of a list."""
    bin = answering(tmp_path / "bin", 3)
    monkeypatch.setenv("PATH", f"{bin}{os.pathsep}{os.environ['PATH']}")
    settings = Settings(select=("shellcheck",))
    found = ciconv.validate({".gitlab-ci.yml": GITLAB}, settings=settings)
    assert [place(one) for one in found] == [(6, 7, "A = 1")]


def place(one: Diagnostic) -> tuple[int, int, str]:
    """Line, column and text of a finding."""
    assert one.span is not None
    return one.span.start.line, one.span.start.column, one.span.text
