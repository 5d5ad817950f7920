"""Finding formats: by name, or by the files of a workspace."""

import re
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ciconv.converters import BUILT_IN
from ciconv.converters.format import Format
from ciconv.source import Workspace

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_ALIASES = {"gha": "github", "nix": "nixactions"}  # so that an alias does not load every format


class UnknownFormat(Exception):
    """There is no format of that name; the message lists those there are."""


def get(name: str) -> Format:
    """Return the card of a format, by its name or an alias; raise UnknownFormat."""
    wanted = _ALIASES.get(name.lower(), name.lower())
    if wanted in BUILT_IN:
        card: Format = import_module(f"ciconv.converters.{wanted}").FORMAT
        return card
    for entry in _entry_points():
        if entry.name == wanted:
            plugged: Format = entry.load()
            return plugged
    raise UnknownFormat(f"{name!r} is not a format; there are {', '.join(names())}")


def names() -> tuple[str, ...]:
    """Return the names of all formats: those built in, then those of entry points."""
    return (*BUILT_IN, *(entry.name for entry in _entry_points()))


@cache  # which packages there are stays the same, and each is a file to read
def _entry_points() -> "tuple[EntryPoint, ...]":
    from importlib.metadata import entry_points  # slow to import, needed by plug-ins alone

    return tuple(entry_points(group="ciconv.formats"))


def detect(workspace: Workspace) -> tuple[tuple[Format, tuple[str, ...]], ...]:
    """Return the formats that have files in the workspace, with these files."""
    candidates = workspace.focus or workspace.paths()
    found = []
    for name in BUILT_IN:
        card = get(name)
        paths = marked(card, files_of(card, candidates), workspace)
        if paths and card.read is not None:
            found.append((card, paths))
    return tuple(found)


def recognized(workspace: Workspace) -> tuple[tuple[Format, tuple[str, ...]], ...]:
    """Return the formats that files look like which were asked for, and have no usual name."""
    cards = [get(name) for name in BUILT_IN]
    found: dict[str, tuple[str, ...]] = {}
    for path in workspace.focus:
        said = text(path, workspace)
        like = [card for card in cards if all(re.search(sign, said) for sign in card.signs)]
        if like:
            best = max(like, key=lambda card: len(card.signs)).name
            found[best] = (*found.get(best, ()), path)
    return tuple((get(name), paths) for name, paths in found.items())


def files_of(card: Format, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of the paths that are pipelines of the format."""
    return tuple(path for path in paths if any(_fits(path, pattern) for pattern in card.paths))


def marked(card: Format, paths: tuple[str, ...], workspace: Workspace) -> tuple[str, ...]:
    """Return those of the paths that have the format's mark."""
    if not card.mark:
        return paths
    return tuple(path for path in paths if card.mark in text(path, workspace))


def text(path: str, workspace: Workspace) -> str:
    """Return the text of a file, empty where it cannot be had."""
    source = workspace.readable(path)
    return "" if source is None else source.text


def _fits(path: str, pattern: str) -> bool:
    """Whether the path fits; unlike in the shell's patterns, `*` stops at `/`."""
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)
