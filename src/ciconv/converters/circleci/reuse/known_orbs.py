"""Orbs that are not at hand: what ciconv knows of them stands in for it.

They are written as orbs are, below `catalog/orbs`. All of one stands where it is used, as its file
is none that the user could look into.
"""

import re
from functools import cache

from msgspec.structs import replace

from ciconv.catalog import catalog
from ciconv.context import Context
from ciconv.converters.circleci.reuse.plain import Plain
from ciconv.converters.circleci.reuse.scope import OrbRef, Scope
from ciconv.diagnostics import Diagnostics
from ciconv.source import Source, Span
from ciconv.syntax import yaml
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

_FOLDER = catalog.FOLDER / "orbs"
_KINDS = {"commands": "command", "jobs": "job", "executors": "executor"}


class KnownOrbs:
    """What is known of the orbs of one configuration."""

    def __init__(self, source: Source, context: Context) -> None:
        # a file of its own for whoever asks what of the configuration is used
        self._source = Source(path=source.path, text=source.text)
        self._context = context
        self._placed: dict[tuple[str, Span], Scope] = {}  # kept, as others know nodes by identity

    def find(self, kind: str, name: str, orb: OrbRef, at: Span) -> Scope | None:
        """Return the orb if it is known to have a command, a job or an executor of the name."""
        root = _root(orb.name)
        if root is None or not _has(root, kind, name):
            return None
        said = f"the orb '{orb.name}@{orb.version}' is not at hand"
        self._context.diagnostics.note(
            "known-orb",
            f"{said}: its {_KINDS[kind]} {name!r} is the usual one",
            orb.entry.span,
            help="keep the orb below .circleci/orbs, or read with --online",
        )
        key = (orb.name, at)
        if key not in self._placed:
            here = replace(at, source=self._source)
            self._placed[key] = _scope(orb, root, here)
        return self._placed[key]


@cache
def _root(name: str) -> Mapping | None:
    """The definition of an orb; None: there is none."""
    path = _FOLDER / f"{name}.yml"
    if not re.fullmatch(r"[\w-]+/[\w-]+", name) or not path.exists():
        return None
    source = Source(path=path.name, text=path.read_text("utf-8"))
    root = Plain().node(yaml.parse(source, Diagnostics())[0].root)
    return root if isinstance(root, Mapping) else None


def _has(root: Mapping, kind: str, name: str) -> bool:
    inside = root.get(kind)
    return isinstance(inside, Mapping) and inside.get(name) is not None


def _scope(orb: OrbRef, root: Mapping, at: Span) -> Scope:
    placed = _at(root, at)
    kinds = {kind: _entries(placed, kind) for kind in _KINDS}
    others = {name: _ref(one, orb) for name, one in _entries(placed, "orbs").items()}
    own = orb.name.partition("/")[2]  # what is not written here may be a tool of the catalog
    orbs = {own: orb, **others}
    return Scope(own, kinds["commands"], kinds["jobs"], kinds["executors"], orbs, is_known=True)


def _ref(entry: Entry, orb: OrbRef) -> OrbRef:
    """Another orb that is used in this one."""
    said = entry.value.text if isinstance(entry.value, Scalar) else ""
    name, _, version = said.partition("@")
    return OrbRef(name=name, version=version, entry=orb.entry)


def _entries(root: Node, kind: str) -> dict[str, Entry]:
    inside = root.get(kind) if isinstance(root, Mapping) else None
    return {one.name: one for one in getattr(inside, "entries", ())}


def _at(node: Node, at: Span) -> Node:
    """A tree that stands at one place, without its comments."""
    if isinstance(node, Mapping):
        entries = tuple(
            Entry(key=_at(one.key, at), value=_at(one.value, at)) for one in node.entries
        )
        return replace(node, span=at, comments=(), trailing=(), entries=entries)
    if isinstance(node, Sequence):
        items = tuple(_at(one, at) for one in node.items)
        return replace(node, span=at, comments=(), trailing=(), items=items)
    if isinstance(node, Scalar):
        return replace(node, span=at, comments=(), trailing=(), offsets=())
    return replace(node, span=at, comments=(), trailing=())
