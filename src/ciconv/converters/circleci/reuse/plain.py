"""A tree without aliases and merge keys: what the rest of the reader goes through.

https://yaml.org/type/merge.html
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.source import Span
from ciconv.syntax.node import Alias, Entry, Mapping, Node, Sequence, resolve

MERGE = "<<"


class Plain:
    """Follows aliases and merges maps.

    What an alias stands for is made once, so that aliases of aliases do not multiply.
    """

    def __init__(self) -> None:
        self._known: dict[int, Node] = {}
        self._hidden: dict[Span, tuple[Entry, Mapping]] = {}  # by a key beside the merge
        self._taken: set[Span] = set()
        self._whole: set[Span] = set()  # what an alias stands for outside of merges

    def node(self, node: Node) -> Node:
        """Return the tree; its own keys win over merged ones."""
        meant = resolve(node)
        if isinstance(node, Alias):
            self._whole.add(meant.span)
        return self._made(node, meant)

    def replaced(self, within: Node) -> Iterator[Entry]:
        """Yield keys of anchors below a node in the place of which others stand at every merge."""
        for span, (entry, owner) in self._hidden.items():
            used = span in self._taken or owner.span in self._whole
            if not used and _holds(within.span, span):
                yield entry

    def _made(self, node: Node, meant: Node) -> Node:
        if id(meant) not in self._known:
            self._known[id(meant)] = self._rebuilt(meant)
        made = self._known[id(meant)]
        if isinstance(node, Alias) and node.comments:
            return _with_comments(made, node)
        return made

    def _rebuilt(self, node: Node) -> Node:
        if isinstance(node, Sequence):
            items = tuple(self.node(item) for item in node.items)
            same = all(a is b for a, b in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        if not isinstance(node, Mapping):
            return node
        own = {one.name for one in node.entries if one.name != MERGE}
        entries: list[Entry] = []
        merged: dict[str, Entry] = {}
        for entry in node.entries:
            if entry.name != MERGE:
                value = self.node(entry.value)
                entries.append(entry if value is entry.value else replace(entry, value=value))
                continue
            for one in self._sources(entry.value):
                self._merge(one, own, merged)
        return replace(node, entries=(*entries, *merged.values()))

    def _merge(self, source: Mapping, own: set[str], merged: dict[str, Entry]) -> None:
        for entry in source.entries:
            if entry.name in own or entry.name in merged:
                self._hidden.setdefault(entry.span, (entry, source))
            else:
                merged[entry.name] = entry
                self._taken.add(entry.span)

    def _sources(self, node: Node) -> Iterator[Mapping]:
        meant = resolve(node)
        items = meant.items if isinstance(meant, Sequence) else (node,)
        for item in items:
            made = self._made(item, resolve(item))
            if isinstance(made, Mapping):
                yield made


def plain(node: Node) -> Node:
    """Return the tree with aliases followed and maps merged; its own keys win over merged ones."""
    return Plain().node(node)


def _with_comments(made: Node, alias: Alias) -> Node:
    return replace(made, comments=(*made.comments, *alias.comments))


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start_offset <= inner.start_offset and inner.end_offset <= outer.end_offset
