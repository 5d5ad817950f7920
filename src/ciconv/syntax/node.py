"""The tree of a data language (YAML): nodes with their places, comments and written form."""

from bisect import bisect_left
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from ciconv.source import NOWHERE, Comment, Source, Span

Value: TypeAlias = str | int | float | bool | None


class Style(StrEnum):
    """How a scalar is written."""

    PLAIN = "plain"
    SINGLE = "single"
    DOUBLE = "double"
    LITERAL = "literal"
    FOLDED = "folded"


# gc=False: what is frozen is never part of a cycle, so the collector need not look at it
class Node(Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """Anything that can stand as a value. `span` covers the anchor and the tag as well.

    `comments` of an item of a sequence are those above it and behind its first line. A value of a
    mapping has none: they belong to its Entry. `trailing` are those after the last child, deeper
    than or level with the children, before the block ends.
    """

    span: Span = NOWHERE
    comments: tuple[Comment, ...] = ()
    trailing: tuple[Comment, ...] = ()
    anchor: str | None = None
    tag: str | None = None  # as written: `!reference`, `!!str`

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and data(self) == data(other)

    def __ne__(self, other: object) -> bool:  # msgspec's own compares identities
        return not self == other

    def __hash__(self) -> int:
        return hash(data(self))


class Scalar(Node, frozen=True, kw_only=True, eq=False):
    """A text, number, boolean or null. `text` is the content, `value` what YAML 1.2 core reads."""

    text: str
    value: Value
    style: Style = Style.PLAIN
    offsets: tuple[tuple[int, int], ...] = ()  # (index in text, offset in source), ascending

    def span_of(self, start: int, end: int) -> Span:
        """Return the place in the source of `text[start:end]`."""
        source = self.span.source
        if start >= end:
            at = self._offset(start)
            return Span(source, at, at)
        return Span(source, self._offset(start), self._offset(end - 1) + 1)

    def _offset(self, index: int) -> int:
        place = bisect_left(self.offsets, (index + 1,))  # behind all pairs with this index or less
        if place == 0:
            return self.span.start_offset
        known, offset = self.offsets[place - 1]
        return min(offset + index - known, self.span.end_offset)


class Sequence(Node, frozen=True, kw_only=True, eq=False):
    """A list of nodes."""

    items: tuple[Node, ...] = ()
    flow: bool = False


class Entry(Struct, frozen=True, kw_only=True, eq=False, gc=False):
    """One `key: value` of a mapping, with the comments above it and on its line."""

    key: Node
    value: Node
    comments: tuple[Comment, ...] = ()

    @property
    def name(self) -> str:
        """The key as text; empty for a key that is no scalar."""
        return self.key.text if isinstance(self.key, Scalar) else ""

    @property
    def span(self) -> Span:
        """From the key to the end of the value."""
        return self.key.span.to(self.value.span)


class Mapping(Node, frozen=True, kw_only=True, eq=False):
    """Entries in the order they are written; duplicates, `<<` included, are all here."""

    entries: tuple[Entry, ...] = ()
    flow: bool = False

    def get(self, name: str) -> Node | None:
        """Return the value of a key, None when it is not there; aliases are followed."""
        for entry in self.entries:
            key = entry.key
            if isinstance(key, Scalar) and key.text == name:  # asked too often for `entry.name`
                return resolve(entry.value)
        return None


class Alias(Node, frozen=True, kw_only=True, eq=False):
    """A `*name`, with the node it stands for."""

    name: str
    target: Node


class Document(Struct, frozen=True, kw_only=True, eq=False):
    """One document of a file: its path, what it holds, and the comments before and after."""

    path: str
    root: Node
    source: Source | None = None  # None: made by a writer
    leading: tuple[Comment, ...] = ()  # comments above, apart from the first node by a blank line


def resolve(node: Node) -> Node:
    """Return the node itself, or what an alias stands for."""
    while isinstance(node, Alias):
        node = node.target
    return node


def data(node: Node) -> object:
    """Return what a node says, without places and written form, as something to compare."""
    node = resolve(node)
    if isinstance(node, Scalar):
        return (node.tag, type(node.value).__name__, node.text)
    if isinstance(node, Sequence):
        return ("list", node.tag, tuple(map(data, node.items)))
    if isinstance(node, Mapping):
        pairs = tuple((data(entry.key), data(entry.value)) for entry in node.entries)
        return ("map", node.tag, pairs)
    return None


def comments_in(node: Node) -> Iterator[Comment]:
    """Yield the comments of a node and of all below it, in their order."""
    yield from node.comments
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from entry.comments
            yield from comments_in(entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from comments_in(item)
    yield from node.trailing


def children(node: Node) -> Iterator[Node]:
    """Yield the direct children, keys before values; an alias has none."""
    if isinstance(node, Sequence):
        yield from node.items
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield entry.value
