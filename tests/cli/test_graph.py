"""`ciconv graph`: forms, files, and what is wrong with a call."""

from functools import partial
from pathlib import Path

import pytest

from calls import call

WORKFLOW = """\
on: {push: {branches: [main]}}
jobs:
  build: {runs-on: ubuntu-latest, steps: [{run: make}]}
  deploy: {needs: build, runs-on: ubuntu-latest, steps: [{uses: acme/deploy@v1}]}
"""


run = partial(call, "graph")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(WORKFLOW, encoding="utf-8")
    return tmp_path


def test_dot_is_printed(repository: Path) -> None:
    """Without a file and a form; Mermaid when asked for."""
    assert run(repository).stdout.startswith("digraph ciconv {\n")
    assert run(repository, "--form", "mermaid").stdout.startswith("flowchart LR\n")


def test_a_file_says_its_form(repository: Path, tmp_path: Path) -> None:
    """By the end of its name; one that is there is kept unless it is forced."""
    target = tmp_path / "out.mmd"
    assert run(repository, "-o", target).exit_code == 0
    assert target.read_text("utf-8").startswith("flowchart LR\n")
    target.write_text("mine", "utf-8")
    done = run(repository, "-o", target)
    assert (done.exit_code, target.read_text("utf-8")) == (1, "mine")
    assert "--force" in done.stderr
    assert run(repository, "-o", target, "--force").exit_code == 0
    assert run(repository, "-o", tmp_path / "out.gif").exit_code == 2


def test_an_event_greys_jobs(repository: Path) -> None:
    """And says which event it was."""
    shown = run(repository, "--event", "push", "--branch", "dev").stdout
    assert "event: push, branch dev" in shown
    assert "has no pattern that lets it in" in shown


def test_an_unknown_job(repository: Path) -> None:
    """The known ones are named."""
    done = run(repository, "--focus", "nobody")
    assert done.exit_code == 1
    assert "there is no job 'nobody'" in done.stderr
    assert "build, deploy" in done.stderr
    assert "p0_0" in run(repository, "--focus", "build").stdout


def test_source_and_target_in_one_picture(repository: Path) -> None:
    """Jobs that differ have another colour, and the legend says which."""
    shown = run(repository, "--beside", "github").stdout
    assert "before: ci" in shown
    assert "after: ci" in shown
    assert "differs" not in shown  # the same format does the same
