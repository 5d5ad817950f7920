"""Plans, compared with act, which runs workflows on this machine: https://github.com/nektos/act

It runs where CICONV_ACT names the program, as `go install github.com/nektos/act@v0.2.89` takes
minutes.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

import ciconv
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event
from plan_runs import followed

ACT = os.environ.get("CICONV_ACT", "")

WORKFLOWS = {
    "results": """
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo one
      - id: bad
        continue-on-error: true
        run: "false"
      - if: steps.bad.outcome == 'failure'
        run: echo seen
      - if: failure()
        run: echo never
  b:
    needs: a
    if: github.ref == 'refs/heads/other'
    runs-on: ubuntu-latest
    steps: [{run: echo b}]
  c:
    needs: [a, b]
    if: always()
    runs-on: ubuntu-latest
    steps: [{run: echo c}]
""",
    "failures": """
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo before
      - run: "false"
      - run: echo after
      - if: failure()
        run: echo alarm
      - if: always()
        run: echo anyway
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: [{run: echo b}]
  c:
    needs: a
    if: failure()
    runs-on: ubuntu-latest
    steps: [{run: echo c}]
""",
    "branches": """
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - if: github.ref == 'refs/heads/main'
        run: echo main
      - if: startsWith(github.ref_name, 'x')
        run: echo x
      - if: github.event_name == 'push' && !contains(github.ref, 'main')
        run: echo other
""",
}


@pytest.mark.skipif(not ACT, reason="CICONV_ACT names no act")
@pytest.mark.parametrize("name", WORKFLOWS)
def test_act_runs_what_the_plan_says(name: str, tmp_path: Path) -> None:
    """The same jobs with the same results, and the same steps in the same order."""
    files = {".github/workflows/ci.yml": WORKFLOWS[name].lstrip()}
    plan = ciconv.simulate(files, Event(kind=EventKind.PUSH, branch="main"), format="github")
    expected = {one.job: one for one in followed(plan.pipelines[0], ("echo",))}
    jobs, steps = _run(files, tmp_path)
    for job, one in expected.items():
        assert jobs.get(job, "skipped") == one.state
        assert tuple(steps.get(job, ())) == one.calls


def _run(files: dict[str, str], folder: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The results of jobs, and the steps of each that ran and call `echo`."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    env = os.environ | {"HOME": str(folder / "home")}
    done = subprocess.run(
        [ACT, "push", "-P", "ubuntu-latest=-self-hosted", "--json"],
        cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    jobs: dict[str, str] = {}
    steps: dict[str, list[str]] = {}
    for line in done.stdout.splitlines() + done.stderr.splitlines():
        said = json.loads(line) if line.startswith("{") else {}
        job = said.get("jobID", "")
        if said.get("jobResult"):
            jobs[job] = said["jobResult"]
        elif said.get("stepResult") == "success" and said.get("step", "").startswith("echo"):
            steps.setdefault(job, []).append(said["step"])
    return jobs, steps
