"""The comparer of expected files: what it accepts, refuses, rewrites and deletes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Golden

CHECK, UPDATE = Golden(update=False), Golden(update=True)


def test_update_writes_what_check_accepts(tmp_path: Path) -> None:
    """Bytes stay as they are, line ends included."""
    files = {"a.txt": "1\r\n2\n", "b/c.nix": "\u00e9"}
    UPDATE.folder(tmp_path / "expected", files)
    CHECK.folder(tmp_path / "expected", files)
    assert (tmp_path / "expected/a.txt").read_bytes() == b"1\r\n2\n"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": "1"}, "nothing produces"),
        ({"a": "1", "b": "2", "c": "3"}, "is missing"),
        ({"a": "1", "b": "other"}, "-2\n+other"),
        ({"a": "1", "b": "2\r"}, "only line ends differ"),
    ],
)
def test_check_refuses_every_difference(tmp_path: Path, files: dict[str, str], words: str) -> None:
    """A stale file, a missing one, another text, another line end; the folder stays as it is."""
    UPDATE.folder(tmp_path, {"a": "1", "b": "2"})
    with pytest.raises(pytest.fail.Exception) as failure:
        CHECK.folder(tmp_path, files)
    assert words in str(failure.value)
    CHECK.folder(tmp_path, {"a": "1", "b": "2"})


def test_update_deletes_what_nothing_produces(tmp_path: Path) -> None:
    """Otherwise expectations of what no longer exists would pile up."""
    UPDATE.folder(tmp_path, {"a": "1", "b": "2"})
    UPDATE.folder(tmp_path, {"a": "1"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_update_is_refused_under_ci() -> None:
    """A gate that rewrites its own expectations is none."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--update-golden", "--collect-only", "-q", __file__],
        env=os.environ | {"CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "refused under CI" in done.stderr
