"""Runs jobs that are written with the library of NixActions workflows."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import ciconv.converters.nixactions.evaluate as evaluate_module
from nix_runner import Runner, Trace, lint

FOLDER = Path(evaluate_module.__file__).parent
TOOLS = {"npm": ""}
NAMES = (
    *("job", "emptyJob", "is", "and", "any", "not", "succeeded", "anyFailed", "var", "sh"),
    *("startsWith", "endsWith", "contains", "changed", "truthy", "flag", "withOutputs"),
    *("onSuccess", "onFailure", "onAny", "step", "run", "script", "runFile", "runIo"),
    *("unsupported", "loadNeeds", "jobEnv", "deadline", "saveOutputs", "tolerate", "checkout"),
    *("upload", "download", "restoreCache", "saveCache", "service", "stopServices"),
)


class Bench:
    """Runs workflows that are given as the text of `jobs`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runner = Runner(root=root / "run", tools=TOOLS, files={"a.txt": "x"})
        self.nix = root / "nix"
        self.nix.mkdir()
        for suffix in ("nix", "sh"):
            shutil.copy(FOLDER / f"library.{suffix}", self.nix / f"ciconv-lib.{suffix}")

    def run(self, jobs: str, env: Mapping[str, str] | None = None, **tools: str) -> Trace:
        """Run the jobs; `tools`: what recorded tools do."""
        (self.nix / "ci.nix").write_text(_WORKFLOW.replace("@JOBS@", jobs))
        runner = Runner(root=self.runner.root, tools=TOOLS | tools, files=self.runner.files)
        trace = runner.run(self.nix, "ci.nix", env)
        assert lint(runner) == ""
        return trace

    def steps(self, steps: str, env: Mapping[str, str] | None = None, **tools: str) -> Trace:
        """Run one job with the steps."""
        return self.run(f"a = job {{ steps = [ {steps} ]; }};", env, **tools)


_WORKFLOW = """
{ pkgs, nixactions, executor ? nixactions.executors.local }:
let library = import ./ciconv-lib.nix { inherit pkgs executor; }; in
nixactions.mkWorkflow {
  name = "ci";
  envFrom = [ library.githubContext ];
  jobs = let inherit (library) @NAMES@; in { @JOBS@ };
}
""".replace("@NAMES@", " ".join(NAMES))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
