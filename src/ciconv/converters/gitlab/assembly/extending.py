"""`extends` and `!reference`: parts of the configuration used in several places.

https://docs.gitlab.com/ci/yaml/#extends
https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags
"""

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.gitlab.assembly.merging import deep_merge, names_in
from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

MAX_EXTENDS = 11  # levels
MAX_REFERENCES = 10  # levels
MAX_NODES = 200_000  # that all references stand for
REFERENCE = "!reference"


class Extending:
    """Puts the templates of jobs under them.

    `tolerant`: a template that is nowhere may stand in a file that is not at hand; `lacking`
    gathers the names of these, by job.
    """

    def __init__(self, root: Mapping, context: Context, *, tolerant: bool = False) -> None:
        self.lacking: dict[str, tuple[Scalar, ...]] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._tolerant = tolerant
        self._entries = {entry.name: entry for entry in root.entries}
        self._context = context
        self._done: dict[str, Entry] = {}

    def extended(self, root: Mapping) -> Mapping:
        """Return the tree with every job as it is after `extends`, which is gone."""
        entries = tuple(self._extended(entry, ()) for entry in root.entries)
        return replace(root, entries=entries)

    def used(self) -> frozenset[str]:
        """Return the names of all that jobs extend, directly or not; hidden ones are no jobs."""
        waiting = [name for name in self._parents if not name.startswith(".")]
        found: set[str] = set()
        while waiting:
            for name in self._parents.get(waiting.pop(), ()):
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return frozenset(found)

    def _extended(self, entry: Entry, path: tuple[str, ...]) -> Entry:
        if entry.name not in self._done or self._entries.get(entry.name) is not entry:
            self._done[entry.name] = self._merged(entry, (*path, entry.name))
        return self._done[entry.name]

    def _merged(self, entry: Entry, path: tuple[str, ...]) -> Entry:
        job = entry.value
        if not isinstance(job, Mapping):
            return entry
        names = names_in(job.get("extends"))
        self._parents[entry.name] = tuple(one.text for one in names)
        own = tuple(one for one in job.entries if one.name != "extends")
        if len(own) == len(job.entries):
            return entry
        value: Node = Mapping(span=job.span)
        for name in names:
            parent = self._parent(name, path)
            if parent is not None:
                value = deep_merge(value, parent)
        merged = deep_merge(value, replace(job, entries=own))
        return replace(entry, value=merged)

    def _parent(self, name: Scalar, path: tuple[str, ...]) -> Node | None:
        found = self._entries.get(name.text)
        if found is None or not isinstance(found.value, Mapping):
            if self._tolerant:
                for job in path:
                    self.lacking[job] = (*self.lacking.get(job, ()), name)
                return None
            self._report_unknown(name, path[-1])
        elif name.text in path:
            self._error(f"{name.text!r} extends itself by way of {path[-1]!r}", name.span)
        elif len(path) > MAX_EXTENDS:
            self._error(f"more than {MAX_EXTENDS} levels of 'extends'", name.span)
        else:
            return self._extended(found, path).value
        return None

    def _report_unknown(self, name: Scalar, job: str) -> None:
        from difflib import get_close_matches  # loaded when something is wrong, not before

        close = get_close_matches(name.text, list(self._entries), 1)
        self._context.diagnostics.error(
            "unknown-template",
            f"{job!r} extends {name.text!r}, which is nowhere",
            name.span,
            f"did you mean {close[0]!r}?" if close else "",
        )

    def _error(self, message: str, span: Span) -> None:
        self._context.diagnostics.error("extends-depth", message, span)


class References:
    """Puts in place of every `!reference [job, key, …]` what it stands for."""

    def __init__(self, root: Mapping, context: Context, *, tolerant: bool = False) -> None:
        self._root = root
        self._context = context
        self._tolerant = tolerant
        self._left = MAX_NODES

    def resolved(self) -> Mapping:
        """Return the tree without references."""
        found = self._tree(self._root, ())
        return found if isinstance(found, Mapping) else self._root

    def _tree(self, node: Node, path: tuple[tuple[str, ...], ...]) -> Node:
        if node.tag == REFERENCE:
            return self._target(node, path)
        if isinstance(node, Sequence):
            items = tuple(self._tree(item, path) for item in node.items)
            same = all(a is b for a, b in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        if isinstance(node, Mapping):
            values = tuple(self._tree(one.value, path) for one in node.entries)
            if all(one.value is value for one, value in zip(node.entries, values, strict=True)):
                return node
            pairs = zip(node.entries, values, strict=True)
            return replace(node, entries=tuple(replace(e, value=v) for e, v in pairs))
        return node

    def _target(self, node: Node, path: tuple[tuple[str, ...], ...]) -> Node:
        names = tuple(one.text for one in names_in(node)) if isinstance(node, Sequence) else ()
        nothing = Scalar(text="", value=None, tag=REFERENCE, span=node.span)
        found = self._lookup(names)
        said = ", ".join(names)
        if found is None and self._tolerant:
            message = f"'!reference [{said}]' leads to nothing at hand, so it is left out"
            self._context.diagnostics.warning("unknown-reference", message, node.span)
        elif found is None:
            self._error(f"'!reference [{said}]' leads to nothing", node.span)
        elif names in path or len(path) >= MAX_REFERENCES:
            problem = "itself" if names in path else f"more than {MAX_REFERENCES} others"
            self._error(f"'!reference [{said}]' leads to {problem}", node.span)
        elif self._spent(found):
            self._error(f"the references stand for more than {MAX_NODES} nodes", node.span)
        else:
            return self._tree(found, (*path, names))
        return nothing

    def _lookup(self, names: tuple[str, ...]) -> Node | None:
        found: Node | None = self._root if names else None
        for name in names:
            if isinstance(found, Sequence) and name.isdecimal():
                found = found.items[int(name)] if int(name) < len(found.items) else None
            else:
                found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def _spent(self, node: Node) -> bool:
        waiting = [node]
        while waiting and self._left > 0:
            one = waiting.pop()
            self._left -= 1
            if isinstance(one, Sequence):
                waiting.extend(one.items)
            elif isinstance(one, Mapping):
                waiting.extend(entry.value for entry in one.entries)
        return self._left <= 0

    def _error(self, message: str, span: Span) -> None:
        self._context.diagnostics.error("unknown-reference", message, span)
