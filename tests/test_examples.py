"""The sample repositories: valid for their own system's checker, and so is what comes out."""

from pathlib import Path

import pytest

import ciconv
from cases import write
from oracles import ROOT, complaints, tool

FOLDER = ROOT / "fixtures/examples"
EXAMPLES = sorted(path for path in FOLDER.glob("*/*") if path.is_dir())  # NAME/SYSTEM
WORKFLOWS = [path for path in EXAMPLES if path.name == "github"]
SYSTEMS = ("github", "gitlab", "circleci", "jenkins")
READY = (
    ("github", "gitlab"),
    ("github", "circleci"),
    ("github", "jenkins"),
    ("github", "nixactions"),
    ("gitlab", "github"),
    ("gitlab", "circleci"),
    ("gitlab", "jenkins"),
    ("gitlab", "nixactions"),
    ("circleci", "github"),
    ("circleci", "gitlab"),
    ("circleci", "jenkins"),
    ("circleci", "nixactions"),
    ("jenkins", "github"),
    ("jenkins", "circleci"),
    ("jenkins", "gitlab"),
    ("jenkins", "nixactions"),
)  # the ways that hold for all examples
PAIRS = [
    (example, target) for example in EXAMPLES for origin, target in READY if origin == example.name
]
SCRIPTS = [
    path
    for path in sorted((*(ROOT / "scripts").iterdir(), ROOT / ".ci/run"))
    if not path.read_text(encoding="utf-8").partition("\n")[0].endswith("python3")
]

each_pair = pytest.mark.parametrize(
    ("example", "target"), PAIRS, ids=[f"{one.parent.name}-{one.name}-{to}" for one, to in PAIRS]
)


def actionlint(*files: Path) -> str:
    """What is wrong with workflows, without checkers that may or may not be there beside it."""
    return complaints(tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", *files)


def gitlab(*files: Path) -> str:
    """What is wrong with pipelines by the schema of GitLab."""
    schema = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    return complaints(tool("check-jsonschema"), *schema, *files)


def circleci(*files: Path) -> str:
    """What is wrong with pipelines by the schema of CircleCI."""
    return complaints(tool("check-jsonschema"), "--builtin-schema", "vendor.circle-ci", *files)


def nix(*files: Path) -> str:
    """Why files are no Nix."""
    return complaints(tool("nix-instantiate"), "--parse", *files)


# by target: the checker, and which of the written files are its own
CHECKERS = {
    "github": (actionlint, ".github/workflows/*"),
    "gitlab": (gitlab, ".gitlab-ci.yml"),
    "circleci": (circleci, ".circleci/config.yml"),
    "nixactions": (nix, "*.nix"),
}


def test_every_example_is_there_in_every_system() -> None:
    """Eight projects, each written by hand for all four."""
    assert len({example.parent for example in EXAMPLES}) == 8
    assert len(EXAMPLES) == 8 * len(SYSTEMS)


@pytest.mark.oracle
@pytest.mark.parametrize(
    "example", sorted(FOLDER.glob("*/github")), ids=lambda path: path.parent.name
)
def test_the_workflows_are_valid(example: Path) -> None:
    """Otherwise they would show nothing."""
    assert actionlint(*sorted((example / ".github/workflows").iterdir())) == ""


@pytest.mark.oracle
@pytest.mark.parametrize("target", sorted({to for _, to in READY} - {"jenkins"}))
def test_the_checkers_take_what_comes_out(target: str, tmp_path: Path) -> None:
    """All examples in one call; Groovy takes the Jenkinsfiles in test_oracles_jenkins.py."""
    for example in (one for one, to in PAIRS if to == target):
        folder = tmp_path / f"{example.parent.name}-{example.name}"
        write(ciconv.convert(example, to=target, format=example.name).files, folder)
    checker, pattern = CHECKERS[target]
    files = sorted(path for path in tmp_path.rglob("*") if path.match(pattern))
    assert files
    assert checker(*files) == ""


@pytest.mark.oracle
@each_pair
def test_every_conversion_does_the_same(example: Path, target: str) -> None:
    """Or a loss that was reported says what differs."""
    tool("nix-instantiate")
    found = ciconv.convert(example, to=target, format=example.name)
    assert [one for one in found.diagnostics if one.severity == "error"] == []
    verified = ciconv.verify(example, found.files, formats=(example.name, target))
    assert [f"{one.span}: {one.message}" for one in verified.unexplained] == []


@pytest.mark.oracle
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_please_shellcheck(script: Path) -> None:
    """Those that a plain shell runs."""
    assert complaints(tool("shellcheck"), script) == ""
