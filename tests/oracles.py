"""Finding the independent tools that tests compare ciconv with; `make oracles` installs them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".oracles"
TOOLS = (
    "actionlint",
    "check-jsonschema",
    "chromium",
    "dot",
    "groovy",
    "nix-build",
    "nix-instantiate",
    "node",
    "rsync",
    "shellcheck",
)
PACKAGES = ("@actions/expressions", "@actions/workflow-parser", "gitlab-ci-local")
FILES = ("sarif-schema-2.1.0.json",)
REQUIRED = os.environ.get("CICONV_REQUIRE_ORACLES") == "1"

# Nix as root and without its daemon, without a sandbox and without asking for binaries
NIX_ENVIRONMENT = {"NIX_CONFIG": "sandbox = false\nbuild-users-group =\nsubstitute = false"}


def tool(name: str) -> str:
    """Return the path of a program; skip the test when it is missing, or fail if it must not be."""
    path = _program(name)
    return _missing(name) if path is None else path


def package(name: str) -> Path:
    """Return the folder of an npm package; skip the test when it is missing, or fail."""
    path = FOLDER / "npm" / "node_modules" / name
    return path if path.is_dir() else Path(_missing(name))


def file(name: str) -> Path:
    """Return a file that `scripts/oracles` brings; skip the test when it is missing, or fail."""
    path = FOLDER / name
    return path if path.is_file() else Path(_missing(name))


def gitlab_ci_local() -> tuple[str, ...]:
    """Return the command of gitlab-ci-local, which needs a newer node than most machines have."""
    tool("rsync")
    script = package("gitlab-ci-local") / "dist" / "index.js"
    found = sorted((FOLDER / "npm" / "node_modules").glob("node-*/bin/node"))
    return str(found[0]) if found else tool("node"), str(script)


def census() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the tools that are here, and of those that are not."""
    here = [name for name in TOOLS if _program(name)]
    here += [name for name in PACKAGES if (FOLDER / "npm" / "node_modules" / name).is_dir()]
    here += [name for name in FILES if (FOLDER / name).is_file()]
    return tuple(here), tuple(name for name in (*TOOLS, *PACKAGES, *FILES) if name not in here)


def groovy_faults(files: Iterable[Path]) -> list[str]:
    """Return what Groovy says about the syntax of files, one line each: `path:line:column: …`."""
    program = tool("groovy")
    java = shutil.which("java")
    home = str(Path(java).resolve().parents[1]) if java else ""  # Debian's default may be missing
    done = subprocess.run(
        [program, str(Path(__file__).parent / "oracle_tools" / "syntax.groovy"), *map(str, files)],
        env=os.environ | {"JAVA_HOME": home},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def complaints(*command: str | Path) -> str:
    """Return what a checker says against files; nothing where it takes them."""
    done = subprocess.run(
        command, env=os.environ | NIX_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    return f"exit code {done.returncode}: {done.stdout}{done.stderr}"


def _program(name: str) -> str | None:
    """What `make oracles` installed wins, then the venv, then PATH."""
    for folder in (FOLDER / "bin", Path(sys.executable).parent):
        if found := shutil.which(name, path=str(folder)):
            return found
    return shutil.which(name)


def _missing(name: str) -> str:
    message = f"{name} is not here; `make oracles` installs it"
    if REQUIRED:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
