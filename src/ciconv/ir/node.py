"""The root of every class of the IR."""

from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace as replace  # the one way to change a frozen node

from ciconv.diagnostics import Label
from ciconv.source import Comment, Span

_OUTSIDE_EQUALITY = frozenset({"span", "comments", "provenance", "spelling", "known", "tree"})


class Node(Struct, frozen=True, kw_only=True, eq=False):
    """A part of a pipeline. Its place, comments and provenance do not count in comparisons.

    A node made by a pass carries the span of its cause.
    """

    span: Span | None = None
    comments: tuple[Comment, ...] = ()
    provenance: tuple[Label, ...] = ()  # how it came here: the call or the action it is from

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in meaning_of(type(self)))

    def __ne__(self, other: object) -> bool:  # msgspec's own compares identities
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in meaning_of(type(self)))))


@cache
def meaning_of(kind: type[Node]) -> tuple[str, ...]:
    """Return the names of the fields that count: all but place, comments and provenance."""
    return tuple(name for name in kind.__struct_fields__ if name not in _OUTSIDE_EQUALITY)


def shared(node: Node, kind: type[Node]) -> dict[str, Any]:
    """Return the fields of a node that belong to one of its base classes, to make another node."""
    return {name: getattr(node, name) for name in kind.__struct_fields__}
