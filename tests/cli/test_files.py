"""Writing converted files: all or none, nothing replaced unasked, never outside of the folder."""

import os
from pathlib import Path

import pytest

from ciconv.cli.files import compare, write


def tree(folder: Path) -> dict[str, str]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_files_and_folders_are_made(tmp_path: Path) -> None:
    """The folder itself too; the paths written come back; no temporary file stays."""
    root = tmp_path / "new"
    written, problems = write(root, {"nix/ci.nix": "a\n", "b.txt": "\u00e9"}, force=False)
    assert [one.target for one in written] == [root / "nix/ci.nix", root / "b.txt"]
    assert (problems, [one.backup for one in written]) == ([], [None, None])
    assert tree(root) == {"nix/ci.nix": "a\n", "b.txt": "\u00e9"}


def test_equal_files_are_left_alone(tmp_path: Path) -> None:
    """A second run writes nothing."""
    write(tmp_path, {"a": "1"}, force=False)
    before = (tmp_path / "a").stat().st_mtime_ns
    assert write(tmp_path, {"a": "1"}, force=False) == ((), [])
    assert (tmp_path / "a").stat().st_mtime_ns == before


def test_a_file_that_differs_stops_everything(tmp_path: Path) -> None:
    """It is named, and not even the new file is written."""
    (tmp_path / "old").write_text("mine")
    written, (problem,) = write(tmp_path, {"new": "1", "old": "2"}, force=False)
    assert written == ()
    assert problem.code == "file-exists"
    assert str(tmp_path / "old") in problem.message
    assert "--force" in problem.help
    assert tree(tmp_path) == {"old": "mine"}


def test_force_replaces_and_keeps_a_backup(tmp_path: Path) -> None:
    """Each replaced file is kept, also when it is replaced twice in a second."""
    (tmp_path / "old").write_text("mine")
    (tmp_path / "old").chmod(0o755)
    for text in ("1", "2"):
        assert write(tmp_path, {"old": text}, force=True)[1] == []
    present = tree(tmp_path)
    assert present.pop("old") == "2"
    assert sorted(present.values()) == ["1", "mine"]
    assert all(path.startswith(".ciconv/backup/") for path in present)
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/out", "a\\..\\out", "a\0b"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    """Whatever a writer gives."""
    root = tmp_path / "root"
    written, problems = write(root, {path: "x"}, force=True)
    assert (written, [one.code for one in problems]) == ((), ["not-written"])
    assert tree(tmp_path) == {}


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    """Neither a linked folder on the way nor a link in the place of the file."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "file").write_text("keep")
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "file")
    for path in ("folder/new", "file"):
        written, problems = write(root, {path: "x"}, force=True)
        assert (written, [one.code for one in problems]) == ((), ["not-written"])
    assert tree(outside) == {"file": "keep"}


@pytest.mark.parametrize("text", ["x", "\ud800"])
def test_what_cannot_be_written_is_a_message(tmp_path: Path, text: str) -> None:
    """A file where a folder is needed, a text that is not Unicode."""
    (tmp_path / "nix").write_text("a file")
    written, problems = write(tmp_path, {"ok": "1", "nix/ci.nix": text}, force=False)
    assert (written, [one.code for one in problems]) == ((), ["not-written"])
    assert tree(tmp_path) == {"nix": "a file"}


def test_a_failure_on_the_way_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at the second file: the first one is not replaced, nothing is left over."""
    (tmp_path / "a").write_text("mine")
    opened = os.open

    def full(path: str | Path, *rest: int) -> int:
        if Path(path).name.startswith(".b."):
            raise OSError(28, "No space left on device", str(path))
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", full)
    written, (problem,) = write(tmp_path, {"a": "1", "b": "2"}, force=True)
    assert written == ()
    assert "No space left on device" in problem.message
    assert tree(tmp_path) == {"a": "mine"}


def test_compare_names_what_is_missing_and_what_differs(tmp_path: Path) -> None:
    """And writes nothing."""
    (tmp_path / "same").write_text("1")
    (tmp_path / "other").write_text("1")
    problems = compare(tmp_path, {"same": "1", "other": "2", "new": "3"})
    assert [one.code for one in problems] == ["out-of-date"] * 2
    assert "differs" in problems[0].message
    assert "missing" in problems[1].message
    assert tree(tmp_path) == {"same": "1", "other": "1"}
