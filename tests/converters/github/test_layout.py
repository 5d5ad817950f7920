"""GitHub → GitHub: what was not changed looks as it did, with its comments at their places."""

import pytest

from cases import CASES, Case, conversion
from ciconv.catalog.catalog import Catalog
from ciconv.context import Context
from ciconv.converters import registry
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import text
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Run
from ciconv.source import Workspace
from yaml_comments import comments_at, kept

GITHUB = registry.get("github")
VALID = [case for case in CASES if not case.settings.get("invalid")]

WORKFLOW = """\
# Copyright

#   - an old step
name: "CI"  # what it is called

on:
    push:
        branches:
        - main  # the one
        - 'release/**'
    workflow_dispatch:
        inputs:
            level:
                required: false

# who may what
permissions: {}

jobs:
    build:
        strategy:
            matrix:
                os: [ubuntu-latest]
        needs: []
        if: ${{ github.ref == 'refs/heads/main' }}  # not elsewhere
        runs-on: ${{matrix.os}}
        steps:
        # get it
        - uses: actions/checkout@v4

        - name: Build
          if: |
            always() &&
              github.actor != 'me'
          run: |
            make
            make test

        # the end
"""


def context(files: dict[str, str]) -> Context:
    """A context for going from the format to itself."""
    workspace = Workspace.of(files)
    return Context(
        workspace=workspace, catalog=Catalog.builtin(), diagnostics=Diagnostics(), expand=False
    )


def read(text: str) -> tuple[Project, Context]:
    """The project of one workflow."""
    files = {".github/workflows/ci.yml": text}
    shared = context(files)
    assert GITHUB.read is not None
    return GITHUB.read(shared.workspace, tuple(files), shared), shared


def written(project: Project, shared: Context) -> str:
    """The text of the only file."""
    assert GITHUB.write is not None
    ((_, found),) = GITHUB.write(project, shared)
    return found


def test_what_was_not_changed_stays() -> None:
    """Order, quotes, blank lines, indentation, braces, comments and their blanks."""
    project, shared = read(WORKFLOW)
    assert written(project, shared) == WORKFLOW


def with_script(project: Project, script: str) -> Project:
    """The project with another script in its last step."""
    (pipeline,) = project.pipelines
    (job,) = pipeline.jobs
    assert isinstance(job, Job)
    (*others, last) = job.steps
    assert isinstance(last, Run)
    steps = (*others, replace(last, script=text(script)))
    jobs = (replace(job, steps=steps),)
    return replace(project, pipelines=(replace(pipeline, jobs=jobs),))


def test_a_change_shows_at_its_place_alone() -> None:
    """The rest of the file is as it was."""
    project, shared = read(WORKFLOW)
    after = written(with_script(project, "make all"), shared)
    script = "run: |\n            make\n            make test\n"
    assert script in WORKFLOW
    assert after == WORKFLOW.replace(script, "run: make all\n")


@pytest.mark.parametrize("case", VALID, ids=str)
def test_comments_stay_where_they_are(case: Case) -> None:
    """All of them, at the same construct."""
    files = conversion(case, "github").files
    for path, before in case.inputs.items():
        if path in files:
            found, of = kept(before, files[path])
            assert found == of, comments_at(before) - comments_at(files[path])


def test_a_comment_that_moves_is_noticed() -> None:
    """Counting would be worth nothing otherwise."""
    before = "a:\n  b: 1 # x\n  c: 2 # y\n"
    assert kept(before, before) == (2, 2)
    assert kept(before, "a:\n  b: 1\n  c: 2 # x\n") == (0, 2)
    assert kept(before, "a:\n  c: 2 # y\n") == (1, 2)
