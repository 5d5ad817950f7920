"""What all tests share: golden files, the settings of hypothesis, and which oracles are here."""

import difflib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import settings

import oracles

# The gate has to give the same verdict each time; `--hypothesis-profile=long` goes looking.
settings.register_profile("gate", derandomize=True, max_examples=40, deadline=None, database=None)
settings.register_profile("long", max_examples=2_000, deadline=None)
settings.load_profile("gate")

MAX_DIFF_LINES = 200


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite expected files to what comes out now, and delete those nothing produces",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite expectations where nobody would review them."""
    # what a developer fetched for himself has no part in the tests
    os.environ["CICONV_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / "ciconv-keeps-nothing")
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden rewrites expectations; it is refused under CI")


def pytest_report_header() -> list[str]:
    """Name the independent tools that are here and those that are not."""
    here, missing = oracles.census()
    lines = [f"oracles: {', '.join(here) or 'none'}"]
    if missing:
        lines.append(f"oracles missing, their tests are skipped: {', '.join(missing)}")
    return lines


class Golden:
    """Compares what came out with expected files; with --update-golden it rewrites them."""

    def __init__(self, *, update: bool) -> None:
        self.update = update

    def folder(self, folder: Path, files: Mapping[str, str]) -> None:
        """Check that exactly these files, by path below the folder, are expected there."""
        present = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        }
        for stale in sorted(present - set(files)):
            if not self.update:
                pytest.fail(f"nothing produces {folder / stale} any more", pytrace=False)
            (folder / stale).unlink()
        for path, text in files.items():
            self.file(folder / path, text)

    def file(self, path: Path, text: str) -> None:
        """Check that the text is what the file has; a file that is not there fails."""
        data = text.encode("utf-8")
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
        elif not path.exists():
            pytest.fail(f"{path} is missing; `make golden` writes it", pytrace=False)
        elif path.read_bytes() != data:
            pytest.fail(_difference(path, text), pytrace=False)


def _difference(path: Path, text: str) -> str:
    expected = path.read_bytes().decode("utf-8", "backslashreplace")
    lines = list(
        difflib.unified_diff(
            expected.splitlines(), text.splitlines(), "expected", "now", lineterm="", n=2
        )
    )
    if len(lines) > MAX_DIFF_LINES:
        lines[MAX_DIFF_LINES:] = [f"… and {len(lines) - MAX_DIFF_LINES} lines more"]
    if not lines:
        lines = ["only line ends differ"]
    return "\n".join((f"{path} differs; `make golden` accepts what is new", *lines))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return the comparer of expected files."""
    return Golden(update=bool(request.config.getoption("--update-golden")))
