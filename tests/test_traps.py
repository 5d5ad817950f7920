"""Traps between systems: what an output has to say so that the other system does the same.

Each was once silently wrong: both sides were read by our own readers, which did not see it.
"""

from textwrap import dedent

import pytest

import ciconv
from ciconv.ir.expression import text
from ciconv.passes.usual_shells import has_no_bash

PATHS = {
    "github": ".github/workflows/ci.yml",
    "gitlab": ".gitlab-ci.yml",
    "circleci": ".circleci/config.yml",
    "jenkins": "Jenkinsfile",
}
NUMBERS = """\
    on: push
    jobs:
      a:
        runs-on: ubuntu-latest
        strategy: {matrix: {v: [3.10, 1.0]}}
        steps: [{run: "echo ${{ matrix.v }}"}]
    """
MAY_FAIL = """\
    on: push
    jobs:
      a:
        runs-on: ubuntu-latest
        continue-on-error: true
        steps: [{run: make}]
      b:
        needs: a
        runs-on: ubuntu-latest
        steps: [{run: make}]
    """
STATUS = """\
    on: push
    jobs:
      a:
        runs-on: ubuntu-latest
        steps:
          - run: make
          - if: always()
            run: echo "${{ job.status }}"
    """
ALPINE = """\
    a:
      image: alpine:3.20
      script: [make | tee log]
    """
SMALL = """\
    a:
      image: debian:12
      variables: {NAME: a$b}
      script: [echo $NAME]
    """
BESIDE = """\
    a:
      image: debian:12
      services: [redis:7]
      script: [make]
      after_script: [clean]
      artifacts: {paths: [logs/]}
    """
TRAPS = (
    # beside services all steps are in one script, also those behind what runs anyway
    ("gitlab", BESIDE, "jenkins", "sh 'make'"),
    # a number is written as GitHub does: 3.10 is 3.1
    ("github", NUMBERS, "circleci", "v: ['3.1', '1']"),
    ("github", NUMBERS, "jenkins", "values '3.1', '1'"),
    ("github", NUMBERS, "gitlab", "v: ['3.1', '1']"),
    ("github", NUMBERS, "nixactions", 'v = "3.1"'),
    # jobs behind one that may fail run after its failure
    ("github", MAY_FAIL, "circleci", "- a: [success, failed]"),
    # how it went so far, which a shell of its own does not know
    ("github", STATUS, "jenkins", '"job_status=${currentBuild.currentResult =='),
    # there is no bash in the image
    ("gitlab", ALPINE, "github", "shell: sh -eo pipefail {0}"),
    ("gitlab", ALPINE, "jenkins", "#!/bin/sh\n"),
    ("gitlab", ALPINE, "nixactions", 'shell = "sh -eo pipefail {0}"'),
    # other systems than GitHub tell small letters from capitals
    ("gitlab", SMALL, "circleci", 'NAME="a$b"'),
    ("gitlab", SMALL, "jenkins", "env.b ?: ''"),
    ("gitlab", SMALL, "nixactions", "VARS_B: $b"),
)


@pytest.mark.parametrize(
    ("format", "source", "target", "said"), TRAPS, ids=lambda one: one if len(one) < 12 else ""
)
def test_outputs_mind_the_trap(format: str, source: str, target: str, said: str) -> None:
    found = ciconv.convert({PATHS[format]: dedent(source)}, to=target, format=format)
    files = [text for path, text in found.files.items() if "ciconv-lib" not in path]
    assert any(said in one for one in files), "\n".join(files)


@pytest.mark.parametrize(
    ("image", "none"),
    [
        ("alpine", True),
        ("alpine:3.20", True),
        ("registry.example.org/node:20-alpine3.19", True),
        ("docker:27", True),
        ("docker:27-dind", True),
        ("alpine/git:2", True),
        ("alpine/k8s:1.30", False),
        ("postgres:16-alpine", False),
        ("debian:12", False),
        ("cimg/docker", False),
    ],
)
def test_images_without_bash(image: str, none: bool) -> None:
    assert has_no_bash(text(image)) is none


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *(("3.10", "3.1"), ("yes", "true"), ("010", "8"), ("1_000", "1000"), ("1:30", "5400")),
        *(
            ("12:30:45", "45045"),
            ("1e3", "1e3"),
            ("08", "08"),
            ("0o17", "0o17"),
            ("80:80", "80:80"),
        ),
    ],
)
def test_scalars_of_gitlab_are_those_of_its_parser(written: str, read: str) -> None:
    """https://github.com/ruby/psych/blob/master/lib/psych/scalar_scanner.rb"""
    source = f"a:\n  image: debian:12\n  variables: {{V: {written}}}\n  script: [echo $V]\n"
    found = ciconv.convert({".gitlab-ci.yml": source}, to="circleci", format="gitlab")
    (config,) = found.files.values()
    assert f"V: '{read}'" in config or f"V: {read}\n" in config
