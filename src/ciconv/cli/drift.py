"""What `status` and `rollback` do: compare a folder with its manifest, take a conversion back."""

import os
from collections.abc import Iterator
from difflib import unified_diff
from enum import StrEnum
from pathlib import Path

import typer
from msgspec import Struct
from msgspec.structs import replace

from ciconv.api import convert
from ciconv.cli.files import safe_place
from ciconv.cli.manifest import (
    Conversion,
    Manifest,
    UnreadableManifest,
    Written,
    digest,
    load,
    save,
)
from ciconv.cli.outcome import FINDINGS, FINE, current_repository
from ciconv.cli.simulation import say
from ciconv.context import Options
from ciconv.report.text import printable


class State(StrEnum):
    """What became of a generated file."""

    CURRENT = "up to date"
    OUTDATED = "out of date"  # its source, or ciconv, changed
    EDITED = "edited"  # by hand, and is not what the source gives
    MISSING = "missing"
    LEFT_OVER = "left over"  # its source gives no such file any more


class Found(Struct, frozen=True, kw_only=True):
    """A generated file, its state, and the texts there are and should be."""

    path: str
    state: State
    present: str = ""
    wanted: str = ""


def show_status(folder: Path | None, *, check: bool, diff: bool) -> int:
    """Print the state of each generated file; return the exit code."""
    root, manifest = _opened(folder)
    latest = {one.key: one for one in manifest.conversions}
    if not latest:
        typer.echo(f"nothing was converted into {str(root)!r}", err=True)
    drifted = False
    for conversion in latest.values():
        say(f"{printable(conversion.source)} to {conversion.to}\n")
        for found in _states(root, conversion):
            drifted = drifted or found.state is not State.CURRENT
            say(f"  {found.state:<12}{printable(found.path)}\n")
            if diff and found.state is not State.CURRENT:
                say("".join(_diff(found)))
    return FINDINGS if check and (drifted or not latest) else FINE


def _opened(folder: Path | None) -> tuple[Path, Manifest]:
    root = folder or current_repository()
    if not root.is_dir():
        raise typer.BadParameter(f"{str(root)!r} is not a folder", param_hint="DIR")
    try:
        manifest = load(root)
        _refuse_outside(root, manifest)
    except (UnreadableManifest, ValueError) as error:
        typer.echo(f"the manifest cannot be read: {error}", err=True)
        raise typer.Exit(FINDINGS) from None
    return root, manifest


def _refuse_outside(root: Path, manifest: Manifest) -> None:
    """Raise ValueError when a file, or its backup, is not in the folder."""
    for conversion in manifest.conversions:
        for path, file in conversion.files.items():
            safe_place(root, path)
            safe_place(root, file.backup or path)


def _states(root: Path, conversion: Conversion) -> Iterator[Found]:
    """Each file of a conversion, as it is and as the source gives it now."""
    wanted = _wanted(root, conversion)
    for path in dict.fromkeys((*conversion.files, *wanted)):
        place = safe_place(root, path)
        data = place.read_bytes() if place.is_file() else None
        present = "" if data is None else data.decode("utf-8", "replace")
        known = conversion.files.get(path)
        state = _state(data, wanted.get(path), known) if wanted else _kept(data, known)
        yield Found(path=path, state=state, present=present, wanted=wanted.get(path, ""))


def _wanted(root: Path, conversion: Conversion) -> dict[str, str]:
    """What the source gives now; nothing when it is gone, or the conversion took its place."""
    source = root / conversion.source
    if not source.exists():
        return {}
    chosen = Options(flake=conversion.flake, pin=conversion.pin)
    return convert(source, to=conversion.to, format=conversion.origin, options=chosen).files


def _state(data: bytes | None, wanted: str | None, known: Written | None) -> State:
    if data is None:
        return State.MISSING if wanted is not None else State.CURRENT
    if wanted is None:
        return State.LEFT_OVER
    if data == wanted.encode("utf-8"):
        return State.CURRENT
    untouched = known is not None and digest(data) == known.sha256
    return State.OUTDATED if untouched else State.EDITED


def _kept(data: bytes | None, known: Written | None) -> State:
    """The state of a file that nothing gives any more: whether it is as it was written."""
    if data is None:
        return State.MISSING
    return State.CURRENT if known is None or digest(data) == known.sha256 else State.EDITED


def _diff(found: Found) -> Iterator[str]:
    for line in unified_diff(
        found.present.splitlines(),
        found.wanted.splitlines(),
        f"{found.path} (there)",
        f"{found.path} (wanted)",
        lineterm="",
    ):
        yield f"    {printable(line)}\n"


def undo(folder: Path | None, *, force: bool) -> int:
    """Take the last conversion back, all of it or nothing; return the exit code."""
    root, manifest = _opened(folder)
    if not manifest.conversions:
        typer.echo(f"nothing was converted into {str(root)!r}", err=True)
        return FINDINGS
    last = manifest.conversions[-1]
    problems = [] if force else list(_problems(root, last))
    if problems:
        for problem in problems:
            typer.echo(problem, err=True)
        typer.echo("  help: --force undoes it all the same", err=True)
        return FINDINGS
    for path, file in last.files.items():
        if file.was != "same":
            _restore(root, path, file)
    save(root, replace(manifest, conversions=manifest.conversions[:-1]))
    return FINE


def _problems(root: Path, last: Conversion) -> Iterator[str]:
    """Why a conversion cannot be undone without losing something."""
    for path, file in last.files.items():
        place = safe_place(root, path)
        if file.was == "same" or not place.is_file():
            continue
        if digest(place.read_bytes()) != file.sha256:
            yield f"{path!r} was changed after the conversion, nothing was undone"
        elif file.backup is not None and not safe_place(root, file.backup).is_file():
            yield f"the backup {file.backup!r} is gone, nothing was undone"


def _restore(root: Path, path: str, file: Written) -> None:
    place = safe_place(root, path)
    if file.backup is not None and safe_place(root, file.backup).is_file():
        os.replace(safe_place(root, file.backup), place)
        say(f"restored {printable(path)}\n")
    elif file.was == "absent":
        place.unlink(missing_ok=True)
        _remove_empty(place.parent, root)
        say(f"removed {printable(path)}\n")


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove folders that the conversion made, as far as nothing else lies in them."""
    while folder != root and folder.is_relative_to(root) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
