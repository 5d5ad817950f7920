"""Evaluates NixActions workflow files, without nixpkgs, NixActions, a Nix store or the network.

`nix-instantiate` reads the file against the stub beside this module: packages and executors are
only names there, and what the file hands to NixActions comes back as data. It is restricted:
it sees the folder and the stub, nothing else of the disk, and cannot fetch or build.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from ciconv.converters.nixactions.check import check

STUB = (Path(__file__).parent / "stub").resolve()
TIMEOUT_SECONDS = 10
MEMORY_BYTES = 4_000_000_000
MAX_ROUNDS = 40  # each finds packages that the stub did not know yet


class Evaluation(Struct, frozen=True, kw_only=True):
    """What a workflow file says.

    `workflows` has the arguments of `mkWorkflow` by attribute name; a value with a store path is
    `{"ciconv": {"kind": …, "name": …}}`. `places` says for each workflow where its jobs and their
    attributes stand. `texts` holds the written files by path. `problems` are sentences: why there
    is no result, or what NixActions would ignore or do wrong without a word.
    """

    workflows: Mapping[str, Mapping[str, Any]] = {}
    places: Mapping[str, Mapping[str, Any]] = {}
    texts: Mapping[str, str] = {}
    problems: tuple[str, ...] = ()
    available: bool = True  # False: there is no nix-instantiate on this machine


def evaluate(folder: Path, file: str, names: tuple[str, ...] = ()) -> Evaluation:
    """Return what the workflow file `file` of `folder` says; `names`: packages known to be used."""
    program = shutil.which("nix-instantiate")
    if program is None:
        return Evaluation(available=False, problems=("nix-instantiate is not installed",))
    root = folder.resolve()
    known = {*names, *_LIBRARY_PACKAGES}
    for _ in range(MAX_ROUNDS):
        try:
            done = _run(program, root, file, sorted(known))
        except subprocess.TimeoutExpired:
            return Evaluation(problems=(f"the evaluation took more than {TIMEOUT_SECONDS} s",))
        if done.returncode == 0:
            return _evaluation(done.stdout, done.stderr)
        missing = re.findall(r"attribute '([^']+)' missing", done.stderr)
        if not missing or known.issuperset(missing):
            return Evaluation(problems=(_message(done.stderr),))
        known.update(missing)
    return Evaluation(problems=(f"more than {MAX_ROUNDS} rounds for unknown packages",))


_LIBRARY_PACKAGES = ("coreutils", "findutils", "gnugrep", "gnused", "gnutar")


def _run(program: str, root: Path, file: str, names: list[str]) -> subprocess.CompletedProcess[str]:
    options = {"restrict-eval": "true", "allow-import-from-derivation": "false"}
    arguments = {"file": str(root / file), "names": " ".join(names)}
    command = [program, "--store", "dummy://", "--eval", "--strict", "--json"]
    for name, value in options.items():
        command += ["--option", name, value]
    for name, value in arguments.items():
        command += ["--argstr", name, value]
    command += ["-I", str(root), "-I", str(STUB), str(STUB / "default.nix")]
    return subprocess.run(
        command,
        env={
            "PATH": os.environ.get("PATH", ""),
            "NIX_CONF_DIR": "/var/empty",
            "HOME": "/var/empty",
        },
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=TIMEOUT_SECONDS,
        preexec_fn=_limit_memory,
        check=False,
    )


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _evaluation(stdout: str, stderr: str) -> Evaluation:
    found = msgspec.json.decode(stdout)
    if not isinstance(found, dict) or not all(map(_is_workflow, found.values())):
        return Evaluation(problems=("the file gives neither a workflow nor a set of workflows",))
    workflows = {name: one["ciconv"]["workflow"] for name, one in found.items()}
    places = {name: one["ciconv"]["places"] for name, one in found.items()}
    problems = tuple(one for workflow in workflows.values() for one in check(workflow))
    return Evaluation(
        workflows=workflows, places=places, texts=dict(_texts(stderr)), problems=problems
    )


def _is_workflow(value: object) -> bool:
    match value:
        case {"ciconv": {"kind": "workflow"}}:
            return True
        case _:
            return False


def _texts(stderr: str) -> Iterator[tuple[str, str]]:
    for line in stderr.split("\n"):
        if line.startswith('trace: {"ciconv":'):
            written = msgspec.json.decode(line.removeprefix("trace: "))
            yield written["ciconv"], written["text"]


def _message(stderr: str) -> str:
    """The error without the trace of how the evaluation came there."""
    lines = [line for line in stderr.split("\n") if not line.startswith(("trace: ", "warning: "))]
    start = next((i for i, line in enumerate(lines) if line.startswith("error:")), 0)
    text = " ".join(" ".join(lines[start : start + 4]).split()).removeprefix("error: ")
    return text or "nix-instantiate gave no result"
