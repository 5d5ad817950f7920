"""`ciconv plan`: a table for people, JSON for programs, and how fast it is."""

import json
import time
from functools import partial
from pathlib import Path

import pytest

from calls import call

WORKFLOW = """\
name: CI
on:
  push: {branches: [main], paths: ['src/**']}
  pull_request: {types: [opened, labeled], branches: [dev]}
  schedule: [{cron: '0 1 * * *'}]
  workflow_dispatch: {inputs: {what: {default: all}}}
  workflow_run: {workflows: [Build]}
jobs:
  build:
    strategy: {matrix: {v: [1, 2]}}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make ${{ inputs.what }}
        if: github.event_name != 'push'
  deploy:
    needs: build
    if: github.actor == 'me' && github.ref_name == 'prod'
    runs-on: ubuntu-latest
    steps: [{run: deploy}]
"""
PATH = ".github/workflows/ci.yml"


run = partial(call, "plan")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a workflow, and one that no push starts."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(WORKFLOW, encoding="utf-8")
    other = "on: issues\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n"
    (folder / "other.yml").write_text(other, encoding="utf-8")
    return tmp_path


def test_a_plan_is_a_table(repository: Path) -> None:
    """One line for each job, with the place of what keeps it from running."""
    done = run(repository, "--branch", "main", "--changed", "src/a.py")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert (
        done.stdout
        == f"""\
event: push, branch main, changed src/a.py

CI ({PATH}) starts
  job        state  runs on        needs  steps   when, or why not
  build (1)  run    ubuntu-latest         1 of 2
  build (2)  run    ubuntu-latest         1 of 2
  deploy     skip                  build          'if' is false: github.ref_name == 'prod' is \
false for branch 'main' ({PATH}:18:33)

other (.github/workflows/other.yml) does not start: it is not started by the event 'push' \
(.github/workflows/other.yml:1:1)
"""
    )


def test_the_steps_can_be_listed(repository: Path) -> None:
    """With what keeps each from running."""
    done = run(repository, "--branch", "main", "--changed", "src/a.py", "--steps")
    assert done.stdout.count("actions/checkout@v4") == 2
    assert f"'push' is false for branch 'main' ({PATH}:15:13)" in done.stdout


EVENTS = (
    (("--branch", "main"), "starts, perhaps: it depends on the files"),
    (("--branch", "x", "--changed", "src/a"), "the branch 'x' has no pattern that lets it in"),
    (("--branch", "main", "--changed", "a", "--changed", "src/b"), "starts\n"),
    (("--tag", "v1"), "only branches are listed"),
    (("--event", "pull_request", "--base", "dev"), "starts\n"),
    (("--event", "pull_request", "--base", "x"), "the branch 'x' has no pattern"),
    (("--event", "pull_request", "--base", "dev", "--activity", "labeled"), "starts\n"),
    (("--event", "pull_request", "--base", "dev", "--activity", "closed"), "'closed' is none of"),
    (("--event", "schedule"), "starts\n"),
    (("--event", "schedule", "--cron", "1 1 * * *"), "its schedule is '0 1 * * *'"),
    (("--event", "workflow_run", "--upstream", "Build"), "starts\n"),
    (("--event", "upstream", "--upstream", "Other"), "the pipeline 'Other' is not listed"),
    (("--event", "manual", "--input", "what=one", "--steps"), "make one"),
    (("--event", "manual", "--steps"), "make all"),
    (("--event", "manual", "--branch", "prod", "--actor", "me"), "deploy     run"),
    (("--event", "manual", "--branch", "prod", "--actor", "you"), "deploy     skip"),
    (("--event", "manual", "--default-branch", "prod", "--actor", "me"), "deploy     run"),
)


@pytest.mark.parametrize(("options", "expected"), EVENTS)
def test_every_option_counts(repository: Path, options: tuple[str, ...], expected: str) -> None:
    """What happened decides what runs."""
    done = run(repository / PATH, *options)
    assert done.exit_code == 0
    assert expected in done.stdout


def test_json_has_everything(repository: Path) -> None:
    """The steps with their texts, too."""
    done = run(repository, "--event", "manual", "--report", "json")
    data = json.loads(done.stdout)
    assert data["event"] == {"kind": "manual"}
    assert data["diagnostics"] == []
    ci, other = data["pipelines"]
    assert (ci["starts"], other["starts"]) == (True, False)
    assert [job["id"] for job in ci["jobs"]] == ["build (1)", "build (2)", "deploy"]
    assert ci["jobs"][0]["steps"][1]["script"] == "make all"
    assert ci["jobs"][2]["why"]["at"] == f"{PATH}:18:33"
    assert other["why"]["message"] == "it is not started by the event 'workflow_dispatch'"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--input", "x"), "'x' is not name=value"),
        (("--from", "nonsense"), "nonsense"),
    ],
)
def test_wrong_use_is_said(repository: Path, options: tuple[str, ...], said: str) -> None:
    """With exit code 2."""
    done = run(repository, *options)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_path_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    """And so nothing is printed."""
    done = run(tmp_path / "none")
    assert (done.exit_code, done.stdout) == (2, "")


def test_bad_input_is_a_finding(repository: Path) -> None:
    """The diagnostics say where."""
    (repository / PATH).write_text("on: [\n", encoding="utf-8")
    done = run(repository)
    assert done.exit_code == 1
    assert f"{PATH}:" in done.stderr


JOB = """
  j{0}:
    needs: [{1}]
    if: github.ref_name == 'main' && github.event_name == 'push'
    runs-on: ubuntu-latest
    env: {{B: "${{{{ github.ref }}}}"}}
    steps:
      - uses: actions/checkout@v4
      - run: echo "${{{{ github.sha }}}}" {0}
      - {{run: make test, if: failure()}}
"""


def test_a_thousand_jobs_are_planned_in_a_second(tmp_path: Path) -> None:
    """Reading the file and printing the table included; the best of three counts."""
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    jobs = "".join(JOB.format(n, f"j{n - 1}" if n % 10 else "") for n in range(1000))
    file.write_text(f"on: push\nenv: {{A: '1'}}\njobs:{jobs}", encoding="utf-8")
    best = 60.0
    for _ in range(3):
        begin = time.process_time()
        done = run(tmp_path)
        best = min(best, time.process_time() - begin)
    assert done.stdout.count("  run  ") == 1000
    assert best < 1
