"""Orbs: written in the file, kept beside it, or in the registry.

An orb `circleci/node@5.2.0` is looked for under `.circleci/orbs/circleci/`, as `node@5.2.0.yml`,
with less of its version, and as `node.yml`; then it is asked for, if the workspace has something
to ask (`--online`). https://circleci.com/docs/orbs/use/orb-intro/
"""

import re
from collections.abc import Iterator

from ciconv.context import Context
from ciconv.converters.circleci.reuse.plain import plain
from ciconv.converters.circleci.reuse.scope import OrbRef, Scope
from ciconv.converters.circleci.reuse.usage import Usage
from ciconv.converters.fields import Fields, is_null
from ciconv.remote import Orb
from ciconv.source import Source, Span, UnreadableFile
from ciconv.syntax import yaml
from ciconv.syntax.node import Entry, Mapping, Node, Scalar

FOLDER = ".circleci/orbs"
MAX_DEPTH = 10  # of orbs in orbs

_REFERENCE = re.compile(r"([\w.-]+/[\w.-]+)@(.+)")


class Orbs:
    """Reads orbs for one configuration."""

    def __init__(self, context: Context, usage: Usage) -> None:
        self.context, self.usage = context, usage

    def read(self, node: Node | None, depth: int = 0) -> dict[str, Scope | OrbRef]:
        """Return the orbs of a mapping by the names they are used under."""
        if node is None or is_null(node):
            return {}
        fields = Fields(node, self.context, "'orbs'")
        found: dict[str, Scope | OrbRef] = {}
        for entry in fields.rest():
            if not depth:
                self.usage.declare(
                    entry, "unused-orb", f"nothing of the orb {entry.name!r} is used"
                )
            orb = self._orb(entry, depth)
            if orb is not None:
                found[entry.name] = orb
        return found

    def _orb(self, entry: Entry, depth: int) -> Scope | OrbRef | None:
        if depth > MAX_DEPTH:
            self.context.diagnostics.error(
                "orb-depth", f"orbs are nested more than {MAX_DEPTH} deep", entry.span
            )
            return None
        if isinstance(entry.value, Mapping):
            self.usage.use(entry)
            return self.scope(entry.name, entry.value, depth)
        if not isinstance(entry.value, Scalar):
            self.context.diagnostics.error(
                "wrong-type", f"the orb {entry.name!r} is neither a name nor a mapping", entry.span
            )
            return None
        match = _REFERENCE.fullmatch(entry.value.text.strip())
        name, version = (match[1], match[2]) if match else (entry.value.text.strip(), "")
        if not match and not name.startswith("https://"):
            self.context.diagnostics.error(
                "orb-reference",
                f"{name!r} is no reference of an orb",
                entry.value.span,
                help="it is written namespace/name@version",
            )
        found = self._vendored(name, version)
        if found is None and match:
            found = self._fetched(Orb(name, version), entry.value.span)
        if found is not None:
            self.usage.use(entry)
            return self.scope(entry.name, found, depth)
        return OrbRef(name, version, entry)

    def scope(self, name: str, node: Mapping, depth: int) -> Scope:
        """Return what an orb holds; its own commands are called by their bare names in it."""
        fields = Fields(node, self.context, f"the orb {name!r}")
        for key in ("version", "description", "display", "examples", "usage"):
            fields.entry(key)
        kinds = {
            key: {one.name: one for one in _entries(fields.node(key))}
            for key in ("commands", "jobs", "executors")
        }
        orbs = self.read(fields.node("orbs"), depth + 1)
        fields.leftovers("circleci")
        if not depth:
            for key, word in (("commands", "command"), ("jobs", "job")):
                for one in kinds[key].values():
                    said = f"the {word} '{name}/{one.name}' is not used"
                    self.usage.declare(one, f"unused-{word}", said)
        return Scope(name, kinds["commands"], kinds["jobs"], kinds["executors"], orbs)

    def _vendored(self, name: str, version: str) -> Mapping | None:
        for path in _paths(name, version):
            try:
                source = self.context.workspace.read(path)
            except UnreadableFile as error:
                self.context.diagnostics.warning("unreadable-file", str(error), None)
                continue
            root = None if source is None else self._root(source)
            if root is not None:
                return root
        return None

    def _fetched(self, orb: Orb, at: Span) -> Mapping | None:
        diagnostics = self.context.diagnostics
        try:
            found = self.context.workspace.fetch(orb)
        except UnreadableFile as error:
            diagnostics.warning("unreachable-file", f"the orb cannot be fetched: {error}", at)
            return None
        if found is None:
            return None
        if found.stale:
            message = "the registry does not answer; the orb is what it was some time ago"
            diagnostics.warning("stale-file", message, at)
        return self._root(found.source)

    def _root(self, source: Source) -> Mapping | None:
        """The configuration of an orb, None where there is none."""
        for document in yaml.parse(source, self.context.diagnostics)[:1]:
            root = plain(document.root)
            if isinstance(root, Mapping):
                return root
        return None


def _entries(node: Node | None) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, Mapping) else ()


def _paths(name: str, version: str) -> Iterator[str]:
    if not re.fullmatch(r"[\w-]+/[\w-]+", name):
        return
    parts = version.split(".") if re.fullmatch(r"[\w.:-]+", version) else []
    for number in range(len(parts), 0, -1):
        yield f"{FOLDER}/{name}@{'.'.join(parts[:number])}.yml"
    yield f"{FOLDER}/{name}.yml"
