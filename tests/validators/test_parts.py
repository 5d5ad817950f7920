"""Files that others include or join: what they name stands elsewhere, and is no error."""

import pytest

import ciconv
from ciconv.source import MappingLoader, Workspace

PATHS = {"gitlab": ".gitlab-ci.yml", "circleci": ".circleci/config.yml"}
# name: format, text, the code of what is found, and how bad that is
FILES = {
    "a template that is elsewhere": (
        "gitlab",
        "build:\n  extends: .shared\n",
        "part-of-a-file",
        "warning",
    ),
    "a misspelt template of a whole file": (
        "gitlab",
        "stages: [build]\n.shared: {script: make}\nbuild:\n  stage: build\n  extends: .sharde\n",
        "unknown-template",
        "error",
    ),
    "templates alone": ("gitlab", ".shared:\n  script: make\n", "part-of-a-file", "warning"),
    "a need of nothing": (
        "gitlab",
        "build:\n  script: make\ntest:\n  needs: [biuld]\n  script: make test\n",
        "unknown-job",
        "error",
    ),
    "all jobs belong to stages elsewhere": (
        "gitlab",
        "check:\n  stage: lint\n  script: make\nother:\n  stage: lint\n  script: make\n",
        "part-of-a-file",
        "warning",
    ),
    "a stage elsewhere": (
        "gitlab",
        "check:\n  stage: pre_build\n  script: make\nother:\n  script: make\n",
        "part-of-a-file",
        "warning",
    ),
    "a misspelt stage": (
        "gitlab",
        "check:\n  stage: biuld\n  script: make\nother:\n  script: make\n",
        "unknown-stage",
        "error",
    ),
    "several jobs elsewhere": (
        "gitlab",
        "check:\n  script: make\n  needs: [image, tools]\nother:\n  script: make\n",
        "part-of-a-file",
        "warning",
    ),
    "workflows alone": (
        "circleci",
        "workflows:\n  main:\n    jobs: [build]\n",
        "part-of-a-file",
        "warning",
    ),
    "the orb under test": (
        "circleci",
        "version: 2.1\norbs:\n  orb-tools: circleci/orb-tools@12\n  mine: {}\n"
        "jobs:\n  use:\n    docker:\n"
        "      - image: cimg/base:2024.01\n    steps: [mine/greet]\nworkflows:\n"
        "  main:\n    jobs: [use]\n",
        "unknown-step",
        "warning",
    ),
    "an example of an orb": (
        "circleci",
        "description: how to greet\nusage:\n  version: 2.1\n",
        "part-of-a-file",
        "warning",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_names_of_parts(name: str) -> None:
    """A warning where the file is only a part, an error where it is a whole."""
    format, text, code, severity = FILES[name]
    found = ciconv.validate({PATHS[format]: text}, format=format)
    assert {one.severity for one in found if one.code == code} == {severity}


def test_the_file_of_a_repository_is_a_whole() -> None:
    """What is refused there is refused, though the same text may be a part elsewhere."""
    files = {".gitlab-ci.yml": FILES["a stage elsewhere"][1]}
    assert [one.severity for one in ciconv.validate(files | {"Makefile": ""})] == ["error"]
    assert [one.severity for one in ciconv.validate(files)] == ["warning"]


REPOSITORY = {
    ".gitlab-ci.yml": "include: ci/build.yml\n.shared:\n  script: make\n"
    "child:\n  trigger: {include: ci/child.yml}\n",
    "ci/child.yml": "build:\n  script: make\ntest:\n  script: make\n  needs: [biuld]\n",
    "ci/build.yml": "build:\n  extends: .shared\n  needs: [chekc]\ncheck:\n  extends: .shared\n",
    "ci/more.yml": "include: ci/other.yml\nmore:\n  script: make\n",
    "ci/other.yml": "other:\n  extends: .shared\n  needs: [build]\n",
}


def test_a_part_is_judged_by_the_file_that_includes_it() -> None:
    """Names of the whole are known; what nothing includes is told of, once."""
    loader = MappingLoader(REPOSITORY)
    found = ciconv.validate(Workspace(loader, focus=("ci/build.yml",)))
    assert [(one.code, one.severity, one.help) for one in found] == [
        ("unknown-job", "error", "did you mean 'check'?")
    ]
    found = ciconv.validate(Workspace(loader, focus=("ci/other.yml",)), format="gitlab")
    assert [(one.code, one.severity, len(one.labels)) for one in found] == [
        ("part-of-a-file", "warning", 1)
    ]
    found = ciconv.validate(Workspace(loader, focus=("ci/more.yml",)), format="gitlab")
    assert [(one.code, one.severity) for one in found] == [("part-of-a-file", "warning")]
    found = ciconv.validate(Workspace(loader, focus=("ci/child.yml",)), format="gitlab")
    assert [(one.code, one.severity) for one in found] == [("unknown-job", "error")]


def test_the_pipelines_that_a_pipeline_starts_are_judged() -> None:
    """What GitLab refuses there stands at its place; what a parent may have to do with does not."""
    files = {
        ".gitlab-ci.yml": "child:\n  trigger: {include: /ci/child.yml}\n"
        "made:\n  trigger: {include: [{artifact: made.yml, job: child}]}\n"
        "gone:\n  trigger: {include: ci/$NAME.yml}\n",
        "ci/child.yml": "spec:\n  inputs:\n    target: {}\n---\n"
        "build:\n  script: make $[[ inputs.target ]]\n  needs: [biuld]\n"
        "again:\n  trigger: {include: ci/more.yml}\n"
        "more:\n  trigger: {include: [{local: ci/more.yml}]}\n",
        "ci/more.yml": "more:\n  script: true\n  rules:\n"
        "    - if: $CI_MERGE_REQUEST_ID\n    - if: $A\n",
    }
    found = [(str(one.span), one.code) for one in ciconv.validate(files) if one.severity == "error"]
    assert found == [("ci/child.yml:7:11", "unknown-job"), ("ci/more.yml:2:11", "wrong-type")]


ACTION = """runs:
  using: composite
  steps:
    - {run: 'echo ${{ github.head_ref }}', shell: sh}
"""


@pytest.mark.parametrize("format", [None, "github"])
@pytest.mark.parametrize("focus", [(), ("tool/action.yml",), ("tool/action.yml", "ci.yml")])
def test_an_action_is_judged_by_itself(format: str | None, focus: tuple[str, ...]) -> None:
    """One that is asked for, and those of a repository that has no workflows."""
    loader = MappingLoader({"tool/action.yml": ACTION, "ci.yml": "on: push\njobs: {}\n"})
    found = ciconv.validate(Workspace(loader, focus=focus), format=format)
    here = [one for one in found if one.span and one.span.source.path == "tool/action.yml"]
    assert [one.code for one in here if one.severity == "error"] == ["untrusted-input"]
