"""`ciconv diff`: jobs and steps that are the same, changed, added or removed."""

import json
from functools import partial
from pathlib import Path

import pytest

from calls import call

BEFORE = """\
on: push
jobs:
  lint: {runs-on: ubuntu-latest, steps: [{run: make lint}]}
  test:
    needs: lint
    runs-on: ubuntu-latest
    steps: [{run: make a}, {run: make b}, {run: make c}, {run: drop}]
  old: {runs-on: ubuntu-latest, steps: [{run: x}]}
"""
AFTER = """\
on: push
jobs:
  lint: {runs-on: ubuntu-latest, steps: [{run: make lint}]}
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps: [{run: make a}, {run: make b all}, {run: make d}, {run: make c}]
  new: {runs-on: ubuntu-latest, steps: [{run: y}]}
"""
SHOWN = """\
~ ci
  = lint
  ~ test
      it needs 'lint', on the other side not set
      the timeout is '360', on the other side '5'
    + make d
    ~ make b
        the script says 'make b', on the other side 'make b all'
    - drop
    = 2 steps
  - old
  + new
"""


def put(folder: Path, text: str) -> Path:
    """A repository with one workflow."""
    file = folder / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """Two of them."""
    return put(tmp_path / "a", BEFORE), put(tmp_path / "b", AFTER)


run = partial(call, "diff")


def test_a_tree_of_what_differs(sides: tuple[Path, Path]) -> None:
    """In the order of the first side, with what is new at its end."""
    done = run(*sides)
    assert (done.exit_code, done.stdout) == (1, SHOWN)


def test_nothing_differs(sides: tuple[Path, Path]) -> None:
    """All of it is the same."""
    done = run(sides[0], sides[0])
    assert (done.exit_code, done.stdout) == (0, "= ci\n  = lint\n  = test\n  = old\n")


def test_for_programs(sides: tuple[Path, Path]) -> None:
    """The same tree as JSON."""
    (pipeline,) = json.loads(run(*sides, "--report", "json").stdout)
    signs = {one["name"]: one["sign"] for one in pipeline["parts"]}
    assert signs == {"lint": "same", "test": "changed", "old": "removed", "new": "added"}


def test_a_side_that_cannot_be_read(sides: tuple[Path, Path]) -> None:
    """Its errors are shown."""
    sides[1].write_text("on: [", "utf-8")
    done = run(*sides)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "yaml-syntax" in done.stderr
