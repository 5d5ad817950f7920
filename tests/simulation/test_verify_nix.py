"""Whether `verify` finds what is wrong with a workflow in Nix, although losses were reported."""

from functools import cache

import pytest

import ciconv
from oracles import tool

PATH = ".github/workflows/ci.yml"
WORKFLOW = """\
name: CI
on:
  push:
    branches: [main, 'release/**', '!release/old']
    tags: ['v*']
    paths-ignore: ['docs/**']
  schedule:
    - cron: '0 3 * * *'
  workflow_dispatch:
    inputs:
      level: {type: choice, options: [low, high]}
permissions: {contents: read}
concurrency: {group: "ci-${{ github.ref }}", cancel-in-progress: true}
env:
  GLOBAL: one
jobs:
  test:
    runs-on: ${{ matrix.os }}
    strategy:
      fail-fast: false
      matrix: {os: [ubuntu-latest, macos-14], v: [1, 2]}
    env: {LOCAL: two}
    timeout-minutes: 10
    container: node:20
    services:
      db: {image: "postgres:16"}
    outputs:
      out: ${{ steps.s.outputs.out }}
    steps:
      - uses: actions/checkout@v4
      - id: s
        run: |
          echo "${{ matrix.v }}"
          make
        env: {STEP: three}
      - run: make coverage
        if: matrix.v == 2
        shell: bash
      - run: make report
        if: failure()
        working-directory: out
        continue-on-error: true
  lint:
    runs-on: ubuntu-latest
    steps:
      - {name: first, run: one}
      - {name: second, run: two}
  deploy:
    needs: [test, lint]
    if: github.ref_name == 'main'
    runs-on: ubuntu-latest
    steps:
      - run: deploy ${{ inputs.level }}
        if: github.event_name != 'schedule'
"""


@cache
def files() -> dict[str, str]:
    """The workflow in Nix, and the shim that starts it."""
    return ciconv.convert({PATH: WORKFLOW}, to="nixactions").files


def unexplained(changed: dict[str, str]) -> list[tuple[str, str, str]]:
    """Field, job and step of the differences without a loss."""
    found = ciconv.verify({PATH: WORKFLOW}, changed)
    assert [one.message for one in found.diagnostics if one.severity == "error"] == []
    return [(one.field.value, one.job, one.step) for one in found.unexplained]


@pytest.mark.oracle
def test_the_conversion_means_the_same() -> None:
    """Every difference has its loss."""
    tool("nix-instantiate")
    assert unexplained(files()) == []


NIX = "nix/ci.nix"
PLANTED = (
    (NIX, "  make\n", "  make all\n", ("script", "test", "s")),
    (NIX, "make coverage", "make cover", ("script", "test", "#3")),
    (NIX, 'GLOBAL = "one"', 'GLOBAL = "1"', ("env", "", "")),
    (NIX, 'LOCAL = "two"', 'LOCAL = "2"', ("env", "test", "")),
    (NIX, 'STEP = "three"', 'STEP = "3"', ("env", "test", "s")),
    (NIX, "deadline 10", "deadline 11", ("timeout", "test", "")),
    (NIX, "postgres:16", "postgres:17", ("services", "test", "")),
    (NIX, "node:20", "node:22", ("container", "test", "")),
    (NIX, "mayFail = true;", "", ("may-fail", "test", "#4")),
    (NIX, 'directory = "out"', 'directory = "in"', ("directory", "test", "#4")),
    (NIX, 'condition = "failure()"', 'condition = "always()"', ("condition", "test", "#4")),
    (NIX, 'needs = [ "lint" ] ++ cells.test', 'needs = [ "lint" ]', ("needs", "deploy", "")),
    (NIX, 'out = "$STEPS_S_OUTPUTS_OUT"', 'out = "x"', ("outputs", "test", "")),
    (NIX, "bash --noprofile --norc -eo pipefail {0}", "bash -eu {0}", ("shell", "test", "#3")),
    (PATH, "branches: [main", "branches: [main, dev", ("starts", "", "")),
    (PATH, "v*", "w*", ("starts", "", "")),
    (PATH, "docs/**", "docs/*", ("starts", "", "")),
    (PATH, "0 3 * * *", "0 4 * * *", ("starts", "", "")),
    (PATH, "[low, high]", "[high, low]", ("inputs", "", "")),
    (PATH, "cancel-in-progress: true", "cancel-in-progress: false", ("concurrency", "", "")),
)


@pytest.mark.oracle
@pytest.mark.parametrize(("path", "old", "new", "expected"), PLANTED)
def test_what_is_wrong_in_the_nix_file_is_found(
    path: str, old: str, new: str, expected: tuple[str, str, str]
) -> None:
    """A loss that was reported for something else does not cover it."""
    tool("nix-instantiate")
    text = files()[path]
    assert text.count(old) == 1
    assert expected in unexplained({**files(), path: text.replace(old, new)})
