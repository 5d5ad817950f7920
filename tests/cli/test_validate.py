"""`ciconv validate` and `ciconv explain` as they are called."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ciconv
from ciconv.cli.app import app
from ciconv.cli.main import run_plain
from ciconv.profile import Feature

BAD = """on: push
jobs:
  build:
    runs-on: ubuntu-lastest
    steps:
      - run: echo
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow that has one error."""
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    file.write_text(BAD, encoding="utf-8")
    return tmp_path


def test_exit_codes(repository: Path) -> None:
    """1 for an error, 0 without, 2 for wrong use."""
    run = CliRunner().invoke
    assert run(app, ["validate", str(repository)]).exit_code == 1
    assert run(app, ["validate", str(repository), "--ignore", "unknown-runner"]).exit_code == 0
    assert run(app, ["validate", str(repository), "--ignore", "nonsense"]).exit_code == 2
    assert run(app, ["validate", str(repository / "nothing")]).exit_code == 2


def test_the_short_way_says_the_same(repository: Path, capfdbinary: object) -> None:
    """A plain call goes without typer."""
    words = ["validate", str(repository), "--report=json"]
    done = subprocess.run(
        [sys.executable, "-m", "ciconv", *words], capture_output=True, check=False
    )
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert (found["code"], found["line"]) == ("unknown-runner", 4)
    slow = CliRunner().invoke(app, words)
    assert json.loads(slow.stdout) == [found]


def test_other_calls_are_left_to_typer() -> None:
    """Options, and words that are none."""
    assert run_plain(["validate", "--strict", "x"]) is None
    assert run_plain(["validate", "--report=nonsense"]) is None


def test_explain() -> None:
    """A page for each code, a list without one, and advice for a misspelt one."""
    run = CliRunner().invoke
    assert "wait" in run(app, ["explain", "needs-cycle"]).stdout
    assert "needs-cycle" in run(app, ["explain"]).stdout
    wrong = run(app, ["explain", "need-cycle"])
    assert wrong.exit_code == 2
    assert "needs-cycle" in wrong.output


@pytest.mark.parametrize("feature", Feature)
def test_explain_what_losses_are_named_after(feature: Feature) -> None:
    """What a feature becomes in each format, and what the outcomes mean."""
    said = CliRunner().invoke(app, ["explain", feature.value])
    assert said.exit_code == 0
    assert "- GitLab CI/CD: " in said.stdout and "`manual`" in said.stdout


SINGLE = {
    "a.yml": ("github", "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: x}]}}\n"),
    "b.yml": ("gitlab", "a:\n  script: [x]\n"),
    "c.yml": ("circleci", "version: 2.1\njobs: {build: {machine: true, steps: [{run: x}]}}\n"),
    "d.groovy": ("jenkins", "pipeline { agent any; stages { stage('a') { steps { sh 'x' } } } }\n"),
}


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_file_is_known_by_what_it_says(name: str, tmp_path: Path) -> None:
    """Wherever it lies."""
    format, text = SINGLE[name]
    (tmp_path / name).write_text(text)
    assert ciconv.validate(tmp_path / name) == ciconv.validate(tmp_path / name, format=format)
    assert not any(one.severity == "error" for one in ciconv.validate(tmp_path / name))
    known = ciconv.read(tmp_path / name).project
    assert known is not None and known.origin == format


def test_a_file_that_says_nothing_is_none(tmp_path: Path) -> None:
    """The error says how to name the format."""
    (tmp_path / "x.yml").write_text("a: 1\n")
    (found,) = ciconv.validate(tmp_path / "x.yml")
    assert found.code == "no-pipeline" and "--from" in found.help


LOADED = """
import sys
from ciconv.cli.main import run_plain
run_plain(["validate", sys.argv[1]])
print("modules:", *sys.modules, file=sys.stderr)
"""


def test_a_plain_call_loads_nothing_slow(repository: Path) -> None:
    """The cold start is a promise; a file without faults needs no words of jsonschema."""
    file = repository / ".github/workflows/ci.yml"
    file.write_text(BAD.replace("lastest", "latest"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(file)], capture_output=True, text=True, check=True
    )
    loaded = done.stderr.rpartition("modules:")[2].split()
    slow = ("typer", "jsonschema", "requests", "ruamel", "rich", "pydantic", "ciconv.api")
    assert "ciconv.validators.validate" in loaded
    assert [name for name in slow if name in loaded] == []
