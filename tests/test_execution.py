"""Cases that are run: what comes out does what GitHub would do.

The expectations in runs.toml are written by hand, from what GitHub documents; never from output.
"""

import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from cases import CASES, Case, evaluations
from nix_runner import Runner, Trace, lint, needs_nix

pytestmark = needs_nix

RUNS = tuple((case, run["name"]) for case in CASES for run in case.runs.get("run", ()))
_CASE_KEYS = {"tools", "run", "fails"}
_KEYS = {"name", "workflow", "env", "fail", "prints", "exit", "jobs", "calls", "sees", "fails"}
UNSET = "<unset>"


def test_enough_is_run() -> None:
    """A wrong folder would make every other test here vanish."""
    assert len({case for case, _ in RUNS}) >= 30


@pytest.mark.parametrize(
    ("case", "name"),
    [
        pytest.param(case, run["name"], marks=_marks(run), id=f"{case}-{run['name']}")
        for case in CASES
        for run in case.runs.get("run", ())
    ],
)
def test_run(case: Case, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """States of jobs, calls of tools in order, what they see, and the exit code."""
    run = next(one for one in case.runs["run"] if one["name"] == name)
    assert set(case.runs) <= _CASE_KEYS and set(run) <= _KEYS
    folder = tmp_path_factory.mktemp("run")
    trace, runner = _trace(case, run, tmp_path_factory.mktemp("run"))
    said = f"\n{trace.output}"
    assert trace.jobs == run["jobs"], said
    assert {job: calls for job in trace.jobs if (calls := trace.commands(job))} == {
        job: calls for job, calls in run.get("calls", {}).items() if calls
    }, said
    for sight in run.get("sees", ()):
        _check_sight(sight, trace)
    assert trace.exit_code == run["exit"], said
    assert lint(runner) == ""
