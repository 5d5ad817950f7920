"""Cases that are run: what comes out does what GitHub would do.

The expectations in runs.toml are written by hand, from what GitHub documents, never from output;
fixtures/README.md says what the fields mean.
"""

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cases import CASES, Case, conversion, evaluations
from ciconv.simulation.compare.matching import plain_name
from nix_runner import Runner, Trace, lint, needs_nix
from plan_runs import said

pytestmark = needs_nix

Run = Mapping[str, Any]
RUNS = tuple((case, run) for case in CASES for run in case.runs.get("run", ()))
_NAMES = [f"{case}-{run['name'].replace(' ', '-')}" for case, run in RUNS]
UNSET = "<unset>"
_CASE_KEYS = {"tools", "makes", "run"}
_SITUATION = {"name", "workflow", "env", "caller", "fail", "hang", "prints"}
_KEYS = _SITUATION | {"exit", "jobs", "calls", "sees"}
_SIGHT_KEYS = {"call", "job", "env", "directory"}

# no interpreter and no package manager that could do harm or ask the network: those are recorded
_PROGRAMS = """
    awk basename bash cat chmod cmp cp cut date diff dirname echo env expr false find git grep
    gzip head id ln ls mkdir mktemp mv perl printf pwd python3 readlink realpath rm rmdir sed
    seq sh sha256sum sleep sort stat tail tar tee test timeout touch tr true uname uniq wc xargs
"""


class Bench:
    """Runs cases beforehand, two at a time: most of a run is waiting for processes."""

    def __init__(self, folder: Path, wanted: list[tuple[Case, Run]]) -> None:
        self._folder = folder
        self._programs = self._link_programs()
        self._pool = ThreadPoolExecutor(max_workers=2)
        cases = dict.fromkeys(case for case, _ in wanted)
        self._evaluated = {
            case: self._pool.submit(evaluations, case, self._place(case, "nix")) for case in cases
        }
        self._runs = {
            (case, run["name"]): self._pool.submit(self._run, case, run) for case, run in wanted
        }

    def _place(self, case: Case, name: str) -> Path:
        return self._folder / str(case) / re.sub(r"\W+", "-", name)

    def result(self, case: Case, run: Run) -> tuple[Trace, str]:
        """Return what a run did, and what shellcheck says of its steps."""
        return self._runs[case, run["name"]].result()

    def close(self) -> None:
        """Forget what nobody waits for any more."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, case: Case, run: Run) -> tuple[Trace, str]:
        found = self._evaluated[case].result()
        file = f"nix/{run['workflow']}.nix" if "workflow" in run else next(iter(found))
        evaluation = found[file]
        assert [said for one in found.values() for said in one.problems] == []
        root = self._place(case, run["name"])
        root.mkdir()
        (root / "clock").symlink_to(self._programs / "timeout")
        runner = Runner(root=root, tools=_tools(case.runs, run), files=case.inputs)
        (workflow,) = evaluation.workflows.values()
        path = {"PATH": f"{root}/tools:{self._programs}"}
        env = path | run.get("caller", {}) | run.get("env", {})
        return runner.run_workflow(evaluation, workflow, env), lint(runner)

    def _link_programs(self) -> Path:
        """A folder with the few programs of this machine that runs may use."""
        folder = self._folder / "programs"
        folder.mkdir()
        found = {name: shutil.which(name) for name in _PROGRAMS.split()}
        for name, path in (found | {"python": found["python3"]}).items():
            if path is not None:
                (folder / name).symlink_to(path)
        return folder


def _tools(runs: Mapping[str, Any], run: Run) -> dict[str, str]:
    """The programs of a run: each records its call, and does what runs.toml says of it."""
    names = runs["tools"]
    lines = ['call="${0##*/}${*:+ $*}"']
    lines += (
        f"if {_is(call)}; then printf '%s\\n' {shlex.quote(text)}; fi"
        for call, text in run.get("prints", {}).items()
    )
    lines += (
        f"if {_is(call)}; then echo made > {shlex.quote(path)}; fi"
        for call, path in runs.get("makes", {}).items()
    )
    lines += (f"if {_is(call)}; then sleep 30; fi" for call in run.get("hang", ()))
    lines += (f"if {_is(call)}; then exit 1; fi" for call in run.get("fail", ()))
    body = "\n".join(lines)
    tools = {name: body for name in names}
    if "hang" in run:
        tools["timeout"] = _FAST_CLOCK
    if "docker" in names:
        tools |= {"docker": f"{body}\n{_DOCKER}", "started": body, "stopped": body}
    return tools


def _is(call: str) -> str:
    """A test whether this is the call: `npm test`, or `test-20: npm test` in one job only."""
    quoted = shlex.quote(call)
    return f'[ "$call" = {quoted} ] || [ "${{JOB_DIR##*/}}: $call" = {quoted} ]'


_DOCKER = Path(__file__).with_name("docker_stub.sh").read_text("utf-8")

# minutes last a second: timeout -k 10 SECONDS COMMAND...
_FAST_CLOCK = 'exec "$NIX_RUNNER/clock" -k 1 "$((($3 + 59) / 60))" "${@:4}"'


@pytest.fixture(scope="module")
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """Return the bench of all runs that were asked for."""
    chosen = {item.name.partition("[")[2] for item in request.session.items}
    wanted = [one for one, name in zip(RUNS, _NAMES, strict=True) if f"{name}]" in chosen]
    found = Bench(tmp_path_factory.mktemp("runs"), wanted)
    yield found
    found.close()


def test_enough_is_run() -> None:
    """A wrong folder would make every other test here vanish."""
    assert len({case for case, _ in RUNS}) >= 70


each_run = pytest.mark.parametrize(("case", "run"), RUNS, ids=_NAMES)


@each_run
def test_env_is_what_the_shim_hands_over(case: Case, run: Run) -> None:
    """A variable that only the test sets would prove nothing; `caller` is for those."""
    shims = {
        path: text
        for path, text in conversion(case, "nixactions").files.items()
        if path.startswith(".github/workflows/")
    }
    shim = "".join(
        text for text in shims.values() if f"nix run .#{run.get('workflow', '')}" in text
    )
    for name in run.get("env", {}):
        assert name.startswith(_OF_THE_RUNNER) or f" {name}: " in shim


_OF_THE_RUNNER = ("GITHUB_", "RUNNER_")


@each_run
def test_run(case: Case, run: Run, bench: Bench) -> None:
    """States of jobs, calls of tools in order, what they see, and the exit code."""
    assert set(case.runs) <= _CASE_KEYS and set(run) <= _KEYS
    trace, complaints = bench.result(case, run)
    calls = {job: found for job in trace.jobs if (found := _calls(trace, job))}
    said = f"\n{trace.steps}\n{trace.output}"
    assert trace.jobs == run["jobs"], said
    assert calls == run.get("calls", {}), said
    for sight in run.get("sees", ()):
        _check_sight(sight, trace)
    assert trace.exit_code == run["exit"], said
    assert complaints == ""


@each_run
def test_the_run_is_the_plan(case: Case, run: Run, bench: Bench) -> None:
    """What ran is what the plan says for the same event, with the same failures."""
    trace, _ = bench.result(case, run)
    jobs = {plain_name(name): name for name in trace.jobs}
    for one in said(case, run):
        name = jobs.get(one.job, "")
        if one.state is not None and (name or one.state != "skipped"):
            assert trace.jobs[name] == one.state, one
        if one.calls is not None and name and "hang" not in run:
            assert tuple(_calls(trace, name)) == one.calls, one


def test_plans_say_much_of_runs() -> None:
    """Where they say nothing, the test above would prove nothing."""
    found = [one for case, run in RUNS for one in said(case, run)]
    assert sum(one.state is not None for one in found) >= 150
    assert sum(bool(one.calls) for one in found) >= 100


def _calls(trace: Trace, job: str) -> list[str]:
    """The calls of tools by the user's commands, and of docker but for containers."""
    return [one for one in trace.commands(job) if not _MACHINERY.match(one)]


_MACHINERY = re.compile(r"timeout -k |docker (run|rm|inspect|port|network|logs) ")


def _check_sight(sight: Run, trace: Trace) -> None:
    """Check the environment and the folder of calls of a tool."""
    assert set(sight) <= _SIGHT_KEYS
    found = [
        one
        for one in trace.calls
        if " ".join((one.tool, *one.arguments)) == sight["call"]
        and sight.get("job", one.job) == one.job
    ]
    assert found, sight
    for one in found:
        env = sight.get("env", {})
        assert {name: one.env.get(name, UNSET) for name in env} == env
        assert one.directory == sight.get("directory", one.directory)
