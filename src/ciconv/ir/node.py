"""The root of every class of the IR."""

from functools import cache
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import replace as replace  # the one way to change a frozen node

from ciconv.diagnostics import Label
from ciconv.source import Comment, Span

_OUTSIDE_EQUALITY = frozenset({"span", "comments", "provenance", "spelling", "known", "tree"})


# gc=False: what is frozen is never part of a cycle, so the collector need not look at it
class Node(Struct, frozen=True, kw_only=True, eq=False, gc=False):
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
        for name in meaning_of(type(self)):  # noqa: SIM110 -- less deep than a generator
            if not getattr(self, name) == getattr(other, name):
                return False
        return True

    def __ne__(self, other: object) -> bool:  # msgspec's own compares identities
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in meaning_of(type(self)))))


@cache
def meaning_of(kind: type[Node]) -> tuple[str, ...]:
    """Return the names of the fields that count: all but place, comments and provenance."""
    return tuple(name for name in kind.__struct_fields__ if name not in _OUTSIDE_EQUALITY)


@cache
def node_fields(kind: type[Node]) -> tuple[str, ...]:
    """Return the names of the fields that count and can hold nodes, or a tuple with nodes."""
    types = {
        name: type_
        for one in reversed(kind.__mro__)
        for name, type_ in one.__dict__.get("__annotations__", {}).items()
    }
    return tuple(name for name in meaning_of(kind) if _may_be_node(types[name]))


def _may_be_node(annotation: Any) -> bool:
    """Whether a type leaves room for a node: what is not known to be something else does."""
    if inner := get_args(annotation):
        return any(map(_may_be_node, inner))
    if isinstance(annotation, type) and annotation not in (object, Any):
        return issubclass(annotation, Node)
    return annotation is not ...


def shared(node: Node, kind: type[Node]) -> dict[str, Any]:
    """Return the fields of a node that belong to one of its base classes, to make another node."""
    return {name: getattr(node, name) for name in kind.__struct_fields__}
