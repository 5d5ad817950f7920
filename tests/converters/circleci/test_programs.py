"""What stands in for CircleCI's own program in scripts."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import ciconv

CONFIG = """\
version: 2.1
jobs:
  test:
    docker: [{image: cimg/base:2024.05}]
    parallelism: 2
    steps:
      - checkout
      - run: if [ ! -d tests ]; then circleci-agent step halt; fi
      - run: circleci tests glob "tests/**/*.py" | circleci tests split --split-by=timings
      - run: circleci tests glob "tests/*.py" | circleci tests run --command="xargs echo"
      - run: ls tests/*.py | circleci tests split --split-by timings --show-counts --verbose
      - run: ls tests/*.py | circleci tests run --split-by=timings --command "xargs echo"
      - run: circleci env subst '$HOME/x'
      - run: {command: ./report, when: always}
workflows:
  ci: {jobs: [test]}
"""


@pytest.fixture
def steps() -> list[dict[str, object]]:
    """The steps of the job in GitHub's words."""
    import yaml

    files = ciconv.convert({".circleci/config.yml": CONFIG}, to="github").files
    (text,) = files.values()
    found: list[dict[str, object]] = yaml.safe_load(text)["jobs"]["test"]["steps"]
    return found


def test_each_node_gets_its_share(steps: list[dict[str, object]], tmp_path: Path) -> None:
    """All tests run once, wherever they lie; one that ends the job says so."""
    for name in ("a.py", "b.py", "deep/c.py"):
        file = tmp_path / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    scripts = [str(one["run"]) for one in steps if "run" in one]
    env = {**os.environ, "HOME": str(tmp_path), "CIRCLE_NODE_TOTAL": "2"}
    for name in ("GITHUB_PATH", "GITHUB_OUTPUT"):
        env[name] = str(tmp_path / name)
    env["PATH"] = f"{tmp_path}/.local/bin:{env['PATH']}"

    def said(script: str, node: int) -> str:
        one = env | {"CIRCLE_NODE_INDEX": str(node)}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=one,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    said(scripts[0], 0)
    assert [said(scripts[2], node) for node in (0, 1)] == [
        "tests/a.py\ntests/deep/c.py\n",
        "tests/b.py\n",
    ]
    assert [said(scripts[3], node) for node in (0, 1)] == ["tests/a.py\n", "tests/b.py\n"]
    assert [said(scripts[4], node) for node in (0, 1)] == ["tests/a.py\n", "tests/b.py\n"]
    assert [said(scripts[5], node) for node in (0, 1)] == ["tests/a.py\n", "tests/b.py\n"]
    if shutil.which("envsubst"):
        assert said(scripts[6], 0) == f"{tmp_path}/x\n"
    said("circleci-agent step halt", 0)
    assert (tmp_path / "GITHUB_OUTPUT").read_text("utf-8") == "halted=true\n"


def test_later_steps_ask_whether_the_job_has_ended(steps: list[dict[str, object]]) -> None:
    """Those that run at any rate, too."""
    conditions = [one.get("if") for one in steps]
    asked = "steps.halt.outputs.halted != 'true'"
    assert conditions[:3] == [None, None, None]
    assert conditions[3] == asked
    assert conditions[-1] == f"${{{{ !cancelled() && {asked} }}}}"
