"""The cases below fixtures/: a repository, what it is about, and what becomes of it."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

import ciconv
from ciconv.api import Conversion, Reading
from ciconv.converters.nixactions.evaluate import Evaluation, evaluate

FOLDER = Path(__file__).parent.parent / "fixtures"
FORMATS = (
    "github",
    "gitlab",
    "circleci",
    "jenkins",
)  # the others hold whole repositories, not cases


class Case(Struct, frozen=True):
    """One folder fixtures/FORMAT/NAME."""

    path: Path

    def __str__(self) -> str:
        return f"{self.format}-{self.path.name}"

    @property
    def format(self) -> str:
        """The format of the input."""
        return self.path.parent.name

    @property
    def inputs(self) -> dict[str, str]:
        """The repository, by path."""
        return _texts(self.path / "input")

    @property
    def settings(self) -> Mapping[str, Any]:
        """What case.toml says."""
        return _table(self.path / "case.toml")

    @property
    def runs(self) -> Mapping[str, Any]:
        """What runs.toml says; nothing where the case is not run."""
        path = self.path / "runs.toml"
        return _table(path) if path.exists() else {}


@cache
def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@cache  # some tests ask thousands of times
def _texts(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in found}


CASES = tuple(
    Case(path)
    for format in FORMATS
    for path in sorted((FOLDER / format).iterdir())
    if path.is_dir()
)


@cache
def reading(case: Case) -> Reading:
    """Return what was read of a case."""
    return ciconv.read(case.inputs, format=case.format)


@cache
def conversion(case: Case, target: str) -> Conversion:
    """Return what a case becomes."""
    return ciconv.convert(case.inputs, to=target, format=case.format)


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write files by path below a folder."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def evaluations(case: Case, folder: Path) -> dict[str, Evaluation]:
    """Write the Nix files of a case into a folder, and return what each workflow file says."""
    files = conversion(case, "nixactions").files
    write(files, folder)
    workflows = [path for path in files if _WORKFLOW.fullmatch(path) and path not in LIBRARY]
    return {path: evaluate(folder, path) for path in workflows}


_WORKFLOW = re.compile(r"nix/[^/]*\.nix")

# written beside every conversion to Nix
LIBRARY = {
    "nix/ciconv-lib.nix": "library.nix",
    "nix/ciconv-lib.sh": "library.sh",
}
