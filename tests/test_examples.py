"""The sample repositories: valid for their own system's checker, and so is what comes out."""

import os
import subprocess
from pathlib import Path

import pytest

import ciconv
from oracles import NIX_ENVIRONMENT, ROOT, groovy_faults, tool

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
    ("gitlab", "jenkins"),
    ("gitlab", "nixactions"),
    ("circleci", "github"),
    ("circleci", "jenkins"),
    ("circleci", "nixactions"),
)  # the ways that hold for all examples
PAIRS = [
    (example, target) for example in EXAMPLES for origin, target in READY if origin == example.name
]
SCRIPTS = sorted((*(ROOT / "scripts").iterdir(), ROOT / ".ci/run"))

each_pair = pytest.mark.parametrize(
    ("example", "target"), PAIRS, ids=[f"{one.parent.name}-{one.name}-{to}" for one, to in PAIRS]
)


def check(*command: str | Path) -> None:
    """Run a checker; what it says is the reason of the failure."""
    done = subprocess.run(
        command, env=os.environ | NIX_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def actionlint(*files: Path) -> None:
    """Check workflows, without the checkers that may or may not be installed beside."""
    check(tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", *files)


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
    actionlint(*sorted((example / ".github/workflows").iterdir()))


@pytest.mark.oracle
@each_pair
def test_every_example_converts_to_everything(example: Path, target: str, tmp_path: Path) -> None:
    """Without an error, and the target's own checker takes the files."""
    found = ciconv.convert(example, to=target, format=example.name)
    assert [one for one in found.diagnostics if one.severity == "error"] == []
    assert found.files
    for path, text in found.files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if path.endswith(".nix"):
            check(tool("nix-instantiate"), "--parse", file)
        elif path.startswith(".github/workflows/"):
            actionlint(file)
        elif path == ".gitlab-ci.yml":
            schema = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
            check(tool("check-jsonschema"), *schema, file)
    if target == "jenkins":
        assert groovy_faults(sorted(tmp_path.iterdir())) == []


@pytest.mark.oracle
@each_pair
def test_every_conversion_does_the_same(example: Path, target: str) -> None:
    """Or a loss that was reported says what differs."""
    tool("nix-instantiate")
    files = ciconv.convert(example, to=target, format=example.name).files
    verified = ciconv.verify(example, files, formats=(example.name, target))
    assert [f"{one.span}: {one.message}" for one in verified.unexplained] == []


@pytest.mark.oracle
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_please_shellcheck(script: Path) -> None:
    """Those that a plain shell runs."""
    first = script.read_text(encoding="utf-8").partition("\n")[0]
    if not first.endswith("python3"):
        check(tool("shellcheck"), script)
