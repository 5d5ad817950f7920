"""Orbs that are written below `catalog/orbs`, and the list of those that people use."""

from pathlib import Path

import pytest

import ciconv.api as ciconv
from ciconv.catalog import catalog
from ciconv.catalog.catalog import Catalog
from ciconv.diagnostics import Diagnostics
from ciconv.source import Source
from ciconv.syntax import yaml
from ciconv.syntax.node import Mapping, Node, Scalar, resolve

FOLDER = catalog.FOLDER / "orbs"
FILES = sorted(FOLDER.glob("*/*.yml"))

# the orbs of public configurations with the commands and jobs that are used, most used first
USED = {
    "codecov/codecov": "upload",
    "circleci/slack": "status notify approval on-hold approval-notification",
    "circleci/path-filtering": "filter",
    "circleci/python": "install-packages load-cache save-cache install-deps test",
    "circleci/node": "install install-packages install-npm test run",
    "circleci/orb-tools": (
        "pack lint publish publish-dev review continue dev-promote-prod "
        "dev-promote-prod-from-commit-subject trigger-integration-workflow "
        "trigger-integration-tests-workflow"
    ),
    "circleci/android": "create-avd start-emulator save-gradle-cache restore-gradle-cache",
    "circleci/continuation": "continue",
    "circleci/macos": "preboot-simulator install-rosetta switch-ruby",
    "circleci/go": "install",
    "prometheus/prometheus": "setup_environment store_artifact publish_master publish_release",
    "snyk/snyk": "scan",
    "circleci/bats": "run",
    "circleci/shellcheck": "check install",
    "circleci/gcp-cli": "install initialize",
    "circleci/aws-cli": "setup install assume-role-with-web-identity",
    "circleci/aws-ecr": "build-and-push-image build_and_push_image",
    "circleci/aws-s3": "sync",
    "circleci/docker": "check install-docker-credential-helper",
    "circleci/gradle": "test with_cache",
    "circleci/maven": "test with_cache",
    "circleci/heroku": "deploy-via-git",
    "circleci/github-cli": "setup",
    "circleci/ruby": "install install-deps rspec-test",
    "artsy/yarn": (
        "workflow-queue setup update-cache relay type-check jest run update_dependencies"
    ),
    "artsy/auto": "publish publish-canary",
    "artsy/hokusai": "setup install-aws-iam-authenticator configure-hokusai",
    "sandbox/slack": "status notify",
    "revenuecat/sdks-common-config": (
        "setup-git-credentials trust-github-key install-mise-tools assert-git-clone-fails "
        "install-maestro install-public-api-diff tag-current-branch remove-all-ssh-keys "
        "checkout-with-key set-ssh-key-for-git install-gem-unix-dependencies"
    ),
    "eddiewebb/queue": "until_front_of_line",
}
EXECUTORS = {
    "circleci/windows": "default server-2019 server-2022 server-2025",
    "circleci/node": "default",
    "circleci/python": "default",
    "circleci/go": "default",
    "circleci/ruby": "default",
    "circleci/rust": "default",
    "circleci/android": "android-machine android_machine android-docker android_docker",
    "artsy/yarn": "node",
}
# what is used and stays a step that fails, with what is missing
LEFT_OUT = {
    "cci-orb/golang/gomod": "the orb is in no public repository",
    "auth0/ship/node-install-packages": "the orb is in no public repository",
    "auth0/ship/node-publish": "the orb is in no public repository",
    "revenuecat/sdks-common-config/merge-release-pr": "it asks a service with rights of the owner",
    "revenuecat/sdks-common-config/update-error-codes": "it reads a private repository",
}


def _root(file: Path) -> Mapping:
    source = Source(path=file.name, text=file.read_text(encoding="utf-8"))
    diagnostics = Diagnostics()
    root = yaml.parse(source, diagnostics)[0].root
    assert isinstance(root, Mapping) and not diagnostics.sorted()
    return root


def _names(orb: str, kind: str) -> set[str]:
    file = FOLDER / f"{orb}.yml"
    inside = _root(file).get(kind) if file.exists() else None
    return {one.name for one in inside.entries} if isinstance(inside, Mapping) else set()


@pytest.mark.parametrize("orb", USED)
def test_what_is_used_is_known(orb: str) -> None:
    """Each command and job is a tool of the catalog, or written as an orb is."""
    known = _names(orb, "commands") | _names(orb, "jobs")
    tools = Catalog.builtin()
    missing = [
        name
        for name in USED[orb].split()
        if name not in known and tools.tool_for("circleci", f"{orb}/{name}") is None
    ]
    assert missing == []


@pytest.mark.parametrize("orb", EXECUTORS)
def test_executors_that_are_used_are_known(orb: str) -> None:
    """A job that names one runs on it."""
    assert set(EXECUTORS[orb].split()) <= _names(orb, "executors")


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_nowhere(name: str) -> None:
    """The list above is no longer than it has to be."""
    orb, _, inner = name.rpartition("/")
    known = _names(orb, "commands") | _names(orb, "jobs")
    assert inner not in known and Catalog.builtin().tool_for("circleci", name) is None


_GIVEN = {"steps": "[]", "boolean": "true", "integer": "1", "env_var_name": "TOKEN"}


def _call(name: str, definition: Node) -> str:
    """A call with all that a definition asks for."""
    parameters = definition.get("parameters") if isinstance(definition, Mapping) else None
    asked = []
    for one in parameters.entries if isinstance(parameters, Mapping) else ():
        kind = one.value.get("type") if isinstance(one.value, Mapping) else None
        if isinstance(one.value, Mapping) and one.value.get("default") is None:
            word = kind.text if isinstance(kind, Scalar) else ""
            asked.append(f"{one.name}: {_GIVEN.get(word, 'word')}")
    return f"orb/{name}" if not asked else f"orb/{name}: {{{', '.join(asked)}}}"


def _calls(root: Mapping, kind: str) -> list[str]:
    inside = root.get(kind)
    entries = inside.entries if isinstance(inside, Mapping) else ()
    return [_call(one.name, resolve(one.value)) for one in entries]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_all_of_an_orb_can_be_used(file: Path) -> None:
    """Every command, job and executor is read without a fault."""
    root = _root(file)
    commands, jobs, executors = (_calls(root, kind) for kind in ("commands", "jobs", "executors"))
    lines = ["version: 2.1", f"orbs: {{orb: {file.parent.name}/{file.stem}@1.0}}", "jobs:"]
    for number, one in enumerate(executors):
        call = one.replace(": {", ", ").removesuffix("}")
        lines += [f"  on{number}: {{executor: {{name: {call}}}, steps: [run: make]}}"]
    lines += ["  all:", "    docker: [{image: x}]", "    steps:"]
    lines += [f"      - {one}" for one in ("checkout", *commands)]
    lines += ["workflows:", "  ci:", "    jobs:"]
    names = [*(f"on{number}" for number in range(len(executors))), "all", *jobs]
    lines += [f"      - {one}" for one in names]
    text = "\n".join((*lines, ""))
    read = ciconv.read({".circleci/config.yml": text}, format="circleci")
    assert {one.code for one in read.diagnostics} <= {"known-orb", "empty-workspace", "empty-cache"}
