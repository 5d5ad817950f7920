"""What is not said, as it follows from something else or may be wrong of another job."""

import pytest

import ciconv
from validators.rule_cases import PATHS

_SHARED = """.jobs:
  script: make
  rules:
    - if: $CI_COMMIT_BRANCH == "old"
      when: never
    - if: $CI_JOB_NAME =~ /release/
    - when: on_success
"""
_UNUSED = """version: 2.1
commands:
  greet:
    steps:
      - run: echo
executors:
  small:
    docker:
      - image: cimg/base:2024.01
"""
# name: system, text, a code, how often it is found
CASES = {
    "a rule that has no effect in one job of several": (
        "gitlab",
        f"{_SHARED}release: {{extends: .jobs}}\nbuild: {{extends: .jobs}}\n",
        "rule-without-effect",
        0,
    ),
    "in the only job": (
        "gitlab",
        f"{_SHARED}release: {{extends: .jobs}}\n",
        "rule-without-effect",
        1,
    ),
    "in all jobs": (
        "gitlab",
        ".jobs:\n  script: make\n  rules:\n    - when: always\n    - if: $CI_COMMIT_TAG\n"
        "one: {extends: .jobs}\ntwo: {extends: .jobs}\n",
        "rule-without-effect",
        1,
    ),
    "what a configuration without workflows does not use": (
        "circleci",
        _UNUSED,
        "unused-command",
        0,
    ),
    "what a configuration does not use": (
        "circleci",
        f"{_UNUSED}jobs:\n  build:\n    executor: small\n    steps: [checkout]\n",
        "unused-command",
        1,
    ),
    "a template that is elsewhere": (
        "gitlab",
        "include: {remote: 'https://example.com/ci.yml'}\nbuild: {extends: .jobs}\n",
        "missing-script",
        0,
    ),
    "inputs of another action that does the same": (
        "github",
        "on: push\njobs:\n  build:\n    runs-on: windows-2022\n    steps:\n"
        "      - uses: ilammy/msvc-dev-cmd@v1\n        with: {arch: x64}\n",
        "unknown-input",
        0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_how_often_it_is_said(name: str) -> None:
    """A finding is true by itself, or it is left out."""
    format, text, code, count = CASES[name]
    found = ciconv.validate({PATHS[format]: text}, format=format)
    assert [one.code for one in found].count(code) == count, found
