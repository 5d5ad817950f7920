"""What pipelines of other systems become in CircleCI."""

import ciconv

PATH = ".github/workflows/ci.yml"
JOB = """\
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""


def written(text: str) -> str:
    """The configuration that a workflow of GitHub becomes, which means the same."""
    files = ciconv.convert({PATH: text}, to="circleci", format="github").files
    found = ciconv.verify({PATH: text}, files, formats=("github", "circleci"))
    assert [one.message for one in found.unexplained] == []
    return files[".circleci/config.yml"]


def test_pushes_alone_become_filters() -> None:
    """Globs are regular expressions of the whole name."""
    text = written("on: {push: {branches: [main, 'release/*'], tags: ['v*']}}\n" + JOB)
    assert "only:\n" in text and "- main\n" in text
    assert "/release/[^/]*/" in text
    assert "/v[^/]*/" in text
    assert "when:" not in text


def test_every_push_lets_tags_in() -> None:
    """Which CircleCI does only where a filter says so."""
    assert "only: /.*/" in written("on: push\n" + JOB)


def test_other_events_become_a_condition() -> None:
    """A pull request has to be set up, and is asked for by its name."""
    text = written("on: [push, pull_request, workflow_dispatch]\n" + JOB)
    assert "<< pipeline.event.name >>" in text
    assert "- pull_request" in text and "- api" in text


def test_the_filter_of_tags_stands_at_every_job() -> None:
    """Otherwise those behind the first one would never run for a tag."""
    jobs = JOB + "  last:\n    needs: build\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
    assert written("on: {push: {tags: ['v*']}}\n" + jobs).count("only: /v[^/]*/") == 2


def test_smaller_than_signs_are_escaped() -> None:
    """Two of them begin a value of CircleCI's."""
    steps = "      - run: |\n          cat <<EOF\n          x\n          EOF\n"
    text = written("on: push\n" + JOB + steps)
    assert "cat \\<<EOF" in text


def test_a_matrix_becomes_parameters() -> None:
    """Of the job, for which the workflow asks once for each combination."""
    job = """\
jobs:
  test:
    strategy: {fail-fast: false, matrix: {node: [18, 20]}}
    runs-on: ubuntu-latest
    steps:
      - run: node-${{ matrix.node }}
"""
    text = written("on: push\n" + job)
    assert "node: { type: integer }" in text
    assert "node: [18, 20]" in text
