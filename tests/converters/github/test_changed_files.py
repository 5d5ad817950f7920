"""Conditions on changed files: a job that looks for them, and back."""

from textwrap import dedent

import pytest
import yaml

import ciconv

GITLAB = dedent(
    """\
    docs:
      stage: build
      script: make docs
      rules:
        - changes: [docs/**/*, '*.md', /top/**]
    late:
      stage: test
      script: make late
      rules:
        - if: $CI_COMMIT_TAG
        - changes: {paths: ['src/**/*.{c,h}']}
          allow_failure: true
    """
)
GITHUB = dedent(
    """\
    on: pull_request
    jobs:
      changes:
        runs-on: ubuntu-latest
        outputs:
          back: ${{ steps.filter.outputs.back }}
        steps:
          - uses: actions/checkout@v4
          - uses: dorny/paths-filter@v3
            id: filter
            with:
              filters: |
                back: ['back/**', '*.md']
      test:
        needs: changes
        if: needs.changes.outputs.back == 'true'
        runs-on: ubuntu-latest
        steps: [{run: make}]
    """
)


def test_a_first_job_looks_for_the_files() -> None:
    files = {".gitlab-ci.yml": GITLAB}
    found = ciconv.convert(files, to="github", format="gitlab")
    jobs = yaml.safe_load(found.files[".github/workflows/gitlab-ci.yml"])["jobs"]
    assert yaml.safe_load(jobs["changes"]["steps"][1]["with"]["filters"]) == {
        "docs": ["docs/**/*", "*.md", "top/*"],
        "late": ["src/**/*.{c,h}"],
    }
    assert jobs["docs"]["if"] == "needs.changes.outputs.docs == 'true'"
    verified = ciconv.verify(files, found.files, formats=("gitlab", "github"))
    assert [one.message for one in verified.differences if not one.explained] == []


def test_an_unlike_glob_is_found() -> None:
    files = {".gitlab-ci.yml": GITLAB}
    found = ciconv.convert(files, to="github", format="gitlab").files
    changed = {path: text.replace("'docs/**/*'", "'dots/**/*'") for path, text in found.items()}
    verified = ciconv.verify(files, changed, formats=("gitlab", "github"))
    assert {(one.job, one.field) for one in verified.differences if one.field == "state"}


@pytest.mark.parametrize("to", ["gitlab", "jenkins"])
def test_other_systems_ask_for_the_files_themselves(to: str) -> None:
    found = ciconv.convert({".github/workflows/ci.yml": GITHUB}, to=to, format="github")
    text = next(iter(found.files.values()))
    assert "paths-filter" not in text
    assert ("back/**/*" if to == "gitlab" else "changeset pattern: 'back/") in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("needs.changes.outputs.back ==", "needs.changes.result == 'success' && 'a' !="),
        ("['back/**', '*.md']", "['!back/**']"),
        ("steps: [{run: make}]", "steps: [{run: 'echo ${{ needs.changes.outputs.back }}'}]"),
        ("id: filter", "id: filter\n        env: {A: b}\n        if: always()"),
    ],
)
def test_a_job_that_does_more_stays(old: str, new: str) -> None:
    source = {".github/workflows/ci.yml": GITHUB.replace(old, new)}
    project = ciconv.read(source, format="github").project
    assert project is not None
    names = [job.id for job in project.pipelines[0].jobs]
    assert names == (["test"] if "always" in new else ["changes", "test"])
