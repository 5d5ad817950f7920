"""`ciconv guide`: Markdown or HTML, printed or written."""

from functools import partial
from pathlib import Path

import pytest

from calls import call

WORKFLOW = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n"


run = partial(call, "guide")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A workflow of a repository."""
    place = tmp_path / "shop/.github/workflows/ci.yml"
    place.parent.mkdir(parents=True)
    place.write_text(WORKFLOW, "utf-8")
    return place


def test_it_is_printed_or_written(file: Path, tmp_path: Path) -> None:
    """The end of the name says in which form; what is there is kept."""
    assert run(file, "--to", "github").stdout.startswith("# shop: GitHub Actions to ")
    page = tmp_path / "guide.html"
    assert run(file, "--to", "github", "-o", page).exit_code == 0
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    page.write_text("mine", "utf-8")
    assert run(file, "--to", "github", "-o", page).exit_code == 1
    assert page.read_text("utf-8") == "mine"
    assert run(file, "--to", "github", "-o", tmp_path / "guide.doc").exit_code == 2
    assert run(file, "--to", "nobody").exit_code == 2


def test_a_source_with_errors_has_no_guide(file: Path) -> None:
    """The errors are shown."""
    file.write_text("on: [", "utf-8")
    done = run(file, "--to", "github")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "yaml-syntax" in done.stderr
