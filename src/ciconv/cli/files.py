"""Putting converted files into a folder: all or none, nothing replaced unasked, never outside."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Severity

BACKUPS = ".ciconv/backup"


class Change(Struct, frozen=True, kw_only=True):
    """A file that is not there yet, or whose content is another."""

    path: str  # relative to the folder
    target: Path
    data: bytes
    replaces: bool
    backup: Path | None = None  # where what it replaced is kept, once it is written


def compare(root: Path, files: Mapping[str, str | bytes]) -> list[Diagnostic]:
    """Return an error for each file in place that is not what would be written."""
    changes, problems = _changes(root, files)
    for change in changes:
        state = "differs from what would be written" if change.replaces else "is missing"
        problems.append(_error("out-of-date", f"{str(change.target)!r} {state}"))
    return problems


def write(
    root: Path, files: Mapping[str, str | bytes], *, force: bool
) -> tuple[tuple[Change, ...], list[Diagnostic]]:
    """Write what changes; return what was done, or the reasons why nothing was.

    A file that exists and differs is replaced only with `force`, and kept in `.ciconv/backup`.
    """
    changes, problems = _changes(root, files)
    if not force:
        problems += [_exists(change) for change in changes if change.replaces]
    if problems:
        return (), problems
    try:
        done = _apply(root, changes)
    except OSError as error:
        where = f"{str(error.filename)!r}: " if error.filename else ""
        return (), [_error("not-written", f"{where}{error.strerror or error}")]
    return done, []


def _changes(root: Path, files: Mapping[str, str | bytes]) -> tuple[list[Change], list[Diagnostic]]:
    changes: list[Change] = []
    problems: list[Diagnostic] = []
    for path, text in files.items():
        try:
            change = _change(root, path, text)
        except (OSError, ValueError) as error:
            problems.append(_error("not-written", f"{path!r}: {_reason(error)}"))
        else:
            changes += [] if change is None else [change]
    return changes, problems


def _change(root: Path, path: str, text: str | bytes) -> Change | None:
    """What has to happen to one file; OSError or ValueError when it must not or cannot."""
    target = safe_place(root, path)
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    present = target.exists()
    if present and target.read_bytes() == data:
        return None
    return Change(path=path, target=target, data=data, replaces=present)


def safe_place(root: Path, path: str) -> Path:
    """Return the place of a file below the root; ValueError when it, or a link, leads out."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "\0" in path or "\\" in path:
        raise ValueError("the path leads out of the folder")
    target = root.joinpath(*parts)
    if target.is_symlink():
        raise ValueError("there is a symbolic link in its place")
    if not target.resolve().is_relative_to(root.resolve()):
        raise ValueError("a symbolic link on the way leads out of the folder")
    return target


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "its text cannot be written as UTF-8"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _exists(change: Change) -> Diagnostic:
    message = f"{str(change.target)!r} exists and differs, nothing was written"
    return _error("file-exists", message, help="--force replaces it and keeps a backup")


def _error(code: str, message: str, *, help: str = "") -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.ERROR, message=message, help=help)


def _apply(root: Path, changes: list[Change]) -> tuple[Change, ...]:
    """Put every new text beside its place first, so that a full disk leaves all as it was."""
    staged: list[tuple[Path, Change]] = []
    try:
        for change in changes:
            staged.append((_stage(change), change))
        kept = _back_up(root, [change for change in changes if change.replaces])
        for temporary, change in staged:
            os.replace(temporary, change.target)
        return tuple(replace(one, backup=kept.get(one.path)) for one in changes)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stage(change: Change) -> Path:
    change.target.parent.mkdir(parents=True, exist_ok=True)
    temporary = change.target.with_name(f".{change.target.name}.{os.getpid()}.tmp")
    mode = change.target.stat().st_mode & 0o777 if change.replaces else 0o666
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "wb") as file:
        file.write(change.data)
    return temporary


def _back_up(root: Path, changes: list[Change]) -> dict[str, Path]:
    """Where each replaced file is kept, by its path."""
    copies: dict[str, Path] = {}
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for change in changes:
        kept = _free(root / BACKUPS / stamp / change.path)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(change.target.read_bytes())
        copies[change.path] = kept
    return copies


def _free(path: Path) -> Path:
    """The path, with a number behind it when something is there."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free
