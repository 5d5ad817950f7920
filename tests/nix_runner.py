"""Runs NixActions workflows as the real library does (facts measured on it), without Nix builds.

The evaluated workflow becomes one bash program: levels of jobs, each in a copy of the repository,
each step a process of its own. Jobs of a level run one after the other, so that traces are stable.
Packages are not there; the tools that steps call are recorders.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from ciconv.converters.nixactions.evaluate import Evaluation, evaluate

needs_nix = pytest.mark.skipif(
    shutil.which("nix-instantiate") is None and "CICONV_REQUIRE_ORACLES" not in os.environ,
    reason="nix-instantiate is not installed",
)


class Call(Struct, frozen=True, kw_only=True):
    """One call of a recorded tool."""

    job: str
    step: str
    tool: str
    arguments: tuple[str, ...]
    env: Mapping[str, str]
    directory: str  # relative to the job's folder


class Trace(Struct, frozen=True, kw_only=True):
    """What a run did. `steps` are (job, step, state): success, failure or skipped."""

    exit_code: int
    jobs: Mapping[str, str]
    steps: tuple[tuple[str, str, str], ...]
    calls: tuple[Call, ...]
    output: str

    def commands(self, job: str | None = None) -> list[str]:
        """Return the recorded calls as command lines, of one job or of all."""
        return [
            " ".join((one.tool, *one.arguments)) for one in self.calls if job in (None, one.job)
        ]

    def states(self, job: str) -> dict[str, str]:
        """Return the states of the steps of a job."""
        return {step: state for of, step, state in self.steps if of == job}


class Runner(Struct, frozen=True, kw_only=True):
    """A repository, recorded tools (name to the bash lines they run) and a place for the run."""

    root: Path
    tools: Mapping[str, str] = {}
    files: Mapping[str, str] = {}

    def run(
        self, folder: Path, file: str, env: Mapping[str, str] | None = None, name: str | None = None
    ) -> Trace:
        """Run the workflow of a file (its only one if no name is given) in the repository."""
        found = evaluate(folder, file)
        assert not found.problems, "\n".join(found.problems)
        workflow = found.workflows[name] if name else next(iter(found.workflows.values()))
        return self.run_workflow(found, workflow, env or {})

    def run_workflow(
        self, found: Evaluation, workflow: Mapping[str, Any], env: Mapping[str, str]
    ) -> Trace:
        """Run one workflow of an evaluation."""
        self._prepare(found)
        program = self.root / "program"
        program.write_text(_localised(_program(workflow, self._write_step), self.root))
        done = subprocess.run(
            ["bash", str(program)],
            cwd=self.root / "repository",
            env={**self._environment(), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            timeout=120,
            check=False,
        )
        return self._trace(done.returncode, done.stdout)

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.root}/tools:{os.environ['PATH']}",
            "HOME": str(self.root / "home"),
            "USER": "tester",
            "LANG": "C.UTF-8",
            "NIX_RUNNER": str(self.root),
        }

    def _prepare(self, found: Evaluation) -> None:
        for name in ("run", "trace", "calls", "steps"):
            path = self.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for name in ("tools", "home", "calls", "run", "steps"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / "trace").touch()
        for tool, body in self.tools.items():
            _write(self.root / "tools" / tool, f"#!/bin/bash\n{_RECORD}\n{body}\n")
        for written, text in found.texts.items():
            place = self.root / written.lstrip("/")
            name = written.rpartition("/")[2].partition("-")[2]
            _write(place / "bin" / name if "/program/" in written else place, self._local(text))
        if not (self.root / "repository").exists():
            self._make_repository()

    def _make_repository(self) -> None:
        repository = self.root / "repository"
        repository.mkdir()
        for path, text in self.files.items():
            _write(repository / path, text)
        _git(repository, "init", "-q", "-b", "main")
        _git(repository, "remote", "add", "origin", "https://github.com/acme/app.git")
        _git(repository, "add", "-A")
        _git(repository, "commit", "-q", "--allow-empty", "-m", "start")

    def _local(self, text: str) -> str:
        return _localised(text, self.root)

    def _write_step(self, job: str, number: int, step: Mapping[str, Any]) -> str:
        deps = ":".join(f"{one['ciconv']['path']}/bin" for one in step.get("deps", ()))
        lines = ["#!/bin/bash", "set -o errexit", "set -o nounset", "set -o pipefail"]
        if deps:
            lines.append(f'export PATH="{deps}:$PATH"')
        path = self.root / "steps" / f"{job}.{number}.{step['name']}"
        _write(path, self._local("\n".join((*lines, "", step["bash"]))))
        return str(path)

    def _trace(self, exit_code: int, output: str) -> Trace:
        jobs: dict[str, str] = {}
        steps: list[tuple[str, str, str]] = []
        calls: list[Call] = []
        for line in (self.root / "trace").read_text().splitlines():
            match line.split("\t"):
                case ["job", job, state]:
                    jobs[job] = state
                case ["step", job, step, state]:
                    steps.append((job, step, state))
                case ["call", job, step, tool, file]:
                    calls.append(self._call(job, step, tool, file))
        return Trace(
            exit_code=exit_code, jobs=jobs, steps=tuple(steps), calls=tuple(calls), output=output
        )

    def _call(self, job: str, step: str, tool: str, file: str) -> Call:
        arguments = Path(f"{file}.args").read_text().split("\0")[1:-1]
        pairs = (one.partition("=") for one in Path(f"{file}.env").read_text().split("\0") if one)
        env = {name: value for name, _, value in pairs}
        return Call(
            job=job,
            step=step,
            tool=tool,
            arguments=tuple(arguments),
            env=env,
            directory=os.path.relpath(Path(f"{file}.cwd").read_text().strip(), env["JOB_DIR"]),
        )


def lint(runner: Runner) -> str:
    """Return what bash and shellcheck say of the steps of the last run, as nixpkgs asks them."""
    files = sorted(map(str, (runner.root / "steps").iterdir()))
    bash = [["bash", "-n", "-O", "extglob", file] for file in files]
    checks = [*bash, *([["shellcheck", *files]] if files and shutil.which("shellcheck") else [])]
    results = (subprocess.run(one, capture_output=True, text=True, check=False) for one in checks)
    return "".join(one.stdout + one.stderr for one in results)


_RECORD = r"""
f=$(mktemp "$NIX_RUNNER/calls/XXXXXX")
printf '%s\0' '' "$@" > "$f.args"; env -0 > "$f.env"; pwd > "$f.cwd"
call=("${JOB_DIR##*/}" "$NIX_RUNNER_STEP" "${0##*/}" "$f")
printf 'call\t%s\t%s\t%s\t%s\n' "${call[@]}" >> "$NIX_RUNNER/trace"
"""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    path.chmod(0o755)


def _localised(text: str, root: Path) -> str:
    return text.replace("/ciconv/", f"{root}/ciconv/")


def _git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def _program(workflow: Mapping[str, Any], write_step: Any) -> str:
    lines = [_RUNTIME.replace("@NAME@", workflow["name"])]
    for provider in workflow["envFrom"]:
        lines.append(_provider(provider["ciconv"]) + " > $NIX_RUNNER/run/.provided || exit 0")
        lines.append('load_missing "$NIX_RUNNER/run/.provided"')
    lines += (
        f'if [ -z "${{{name}+x}}" ]; then export {name}={shlex.quote(text)}; fi'
        for name, text in workflow["env"].items()
    )
    for id, job in workflow["jobs"].items():
        lines += (f"job_{id}() {{", *_job(id, job, workflow["env"], write_step), "}")
    for level in _levels(workflow["jobs"]):
        specs = (
            f'"{id}|{job.get("if", "success()")}|{str(job.get("continueOnError", False)).lower()}"'
            for id, job in level
        )
        lines.append(f"run_level {' '.join(specs)}")
    return "\n".join((*lines, "[ ${#FAILED_JOBS[@]} = 0 ]", ""))


def _levels(jobs: Mapping[str, Mapping[str, Any]]) -> list[list[tuple[str, Mapping[str, Any]]]]:
    depths: dict[str, int] = {}
    while len(depths) < len(jobs):
        for id, job in jobs.items():
            if id not in depths and all(one in depths for one in job.get("needs", ())):
                depths[id] = max((depths[one] + 1 for one in job.get("needs", ())), default=0)
    found: list[list[tuple[str, Mapping[str, Any]]]] = [
        [] for _ in range(max(depths.values(), default=-1) + 1)
    ]
    for id, job in sorted(jobs.items()):
        found[depths[id]].append((id, job))
    return found


def _provider(provider: Mapping[str, Any]) -> str:
    match provider:
        case {"kind": "program", "path": path, "name": name}:
            return f"{path}/bin/{name}"
        case {"name": "required", "settings": {"names": names}}:
            return "require " + " ".join(names)
        case {"name": "static", "settings": {"env": env}}:
            exports = (f"export {name}={shlex.quote(text)}" for name, text in env.items())
            return "printf '%s\\n' " + " ".join(map(shlex.quote, exports))
    raise NotImplementedError(provider)


def _job(id: str, job: Mapping[str, Any], env: Mapping[str, str], write_step: Any) -> Iterator[str]:
    for provider in job.get("envFrom", ()):
        yield f"{_provider(provider['ciconv'])} > $NIX_RUNNER/run/.job || exit 1"
        yield '. "$NIX_RUNNER/run/.job"'
    copy = job["executor"]["ciconv"]["settings"].get("copyRepo", True)
    yield f"open_job {id} {str(copy).lower()}"
    for name, text in {**env, **job.get("env", {})}.items():
        yield f"export {name}={shlex.quote(text)}"
    for one in job.get("inputs", ()):
        name, path = (one, ".") if isinstance(one, str) else (one["name"], one["path"])
        yield f"restore {shlex.quote(name)} {shlex.quote(path)}"
    yield "ACTION_FAILED=false"
    for number, step in enumerate(job["steps"]):
        for name, text in step.get("env", {}).items():
            yield f"export {name}={shlex.quote(text)}"
        condition = step.get("condition") or "success()"
        yield f"run_step {id} {step['name']} {write_step(id, number, step)} '{condition}'"
    yield 'if [ "$ACTION_FAILED" = true ]; then exit 1; fi'
    for name, path in job.get("outputs", {}).items():
        yield f"save {shlex.quote(name)} {shlex.quote(path)}"


_RUNTIME = Path(__file__).with_name("nix_runner.sh").read_text()
