"""`ciconv verify` and `ciconv dry-run`: what is printed, and the exit code."""

import json
from pathlib import Path

import pytest

from calls import call as run

WORKFLOW = """\
name: CI
on:
  push: {branches: [main]}
  schedule: [{cron: '0 1 * * *'}]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make
"""
PATH = ".github/workflows/ci.yml"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one workflow."""
    return put(tmp_path / "one", WORKFLOW)


def put(folder: Path, text: str) -> Path:
    """A repository with this workflow."""
    file = folder / PATH
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return folder


def test_equal_pipelines_are_fine(repository: Path, tmp_path: Path) -> None:
    """Whatever the files look like."""
    other = put(tmp_path / "two", WORKFLOW.replace("[main]", "main").replace("name: CI\n", ""))
    done = run("verify", repository, other)
    assert done.exit_code == 0
    assert done.stdout.startswith("no difference over ")
    assert done.stderr == ""


def test_a_difference_is_a_finding(repository: Path, tmp_path: Path) -> None:
    """With both places and the events for which there is one."""
    other = put(tmp_path / "two", WORKFLOW.replace("run: make", "run: make all"))
    done = run("verify", repository, other)
    assert done.exit_code == 1
    block, last = done.stdout.rstrip().split("\n\n")
    first, place, events = block.split("\n")
    assert first == (
        f"{PATH}:10:9: difference[script] step 'make' of job 'build': "
        "the script says 'make', on the other side 'make all'"
    )
    assert place == f"  {PATH}:10:9: the other side"
    assert events == "  for push, branch main; schedule, cron 0 1 * * *"
    assert last.endswith("1 unexplained, 0 explained by reported losses")


def test_json_numbers_the_events(repository: Path, tmp_path: Path) -> None:
    """So that each is written once."""
    other = put(tmp_path / "two", WORKFLOW.replace("0 1", "0 2"))
    done = run("verify", repository, other, "--report", "json")
    data = json.loads(done.stdout)
    (found,) = data["differences"]
    assert done.exit_code == 1
    assert data["equal"] is False
    assert found["field"] == "starts" and found["explained"] is False
    assert found["at"].startswith(PATH) and found["there"][0].startswith(PATH)
    crons = {data["events"][number]["cron"] for number in found["events"]}
    assert crons == {"0 1 * * *", "0 2 * * *"}


@pytest.mark.parametrize(
    "arguments",
    [("one", "none"), ("none", "one"), ("one", "one", "--to", "nonsense")],
)
def test_wrong_use_is_said(repository: Path, arguments: tuple[str, ...]) -> None:
    """With exit code 2."""
    folder = repository.parent
    words = [folder / one if one in ("one", "none") else one for one in arguments]
    assert run("verify", *words).exit_code == 2


def test_bad_input_is_a_finding(repository: Path, tmp_path: Path) -> None:
    """Nothing is called equal that was not compared."""
    other = put(tmp_path / "two", "on: [\n")
    done = run("verify", repository, other)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "error[" in done.stderr


def test_a_dry_run_writes_nothing(repository: Path) -> None:
    """It names the files, compares both sides and shows what each event runs."""
    before = sorted(repository.rglob("*"))
    done = run("dry-run", repository, "--to", "github")
    assert done.exit_code == 0
    assert f"would write:\n  {PATH}  " in done.stdout
    assert "no difference over " in done.stdout
    assert done.stdout.count("event: ") == 2
    assert sorted(repository.rglob("*")) == before


def test_a_dry_run_is_json_too(repository: Path) -> None:
    """With the texts of the files."""
    done = run("dry-run", repository, "--to", "github", "--report", "json")
    data = json.loads(done.stdout)
    assert list(data["files"]) == [PATH]
    assert data["verification"]["equal"] is True
    assert [plan["event"]["kind"] for plan in data["plans"]] == ["push", "schedule"]


def test_a_dry_run_of_bad_input_is_a_finding(repository: Path) -> None:
    """And there is nothing to write."""
    (repository / PATH).write_text("on: [\n", encoding="utf-8")
    done = run("dry-run", repository, "--to", "github")
    assert done.exit_code == 1
    assert "would write nothing" in done.stdout
