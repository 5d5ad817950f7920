"""The IR as plain data for JSON, with the place of every node."""

from msgspec import Struct

from ciconv.ir.node import Node, meaning_of
from ciconv.syntax.node import Mapping, Scalar, Sequence, resolve
from ciconv.syntax.node import Node as Tree


def dump(node: Node) -> dict[str, object]:
    """Return a node as nested dicts and lists: its kind, its place, and what it says.

    Fields that have their default value are left out. The form is that of `ir/schema.json`.
    """
    result: dict[str, object] = {"kind": type(node).__name__}
    if node.span is not None:
        result["at"] = str(node.span)
    if node.comments:
        result["comments"] = [comment.text for comment in node.comments]
    defaults = _defaults(type(node))
    for name in meaning_of(type(node)):
        value = getattr(node, name)
        if name not in defaults or value != defaults[name]:
            result[name] = _plain(value)
    return result


def _defaults(kind: type[Struct]) -> dict[str, object]:
    names = kind.__struct_fields__
    values = kind.__struct_defaults__
    return dict(zip(names[len(names) - len(values) :], values, strict=True))


def _plain(value: object) -> object:
    if isinstance(value, Node):
        return dump(value)
    if isinstance(value, Tree):
        return tree(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def tree(node: Tree) -> object:
    """Return a node of a data language as plain data."""
    node = resolve(node)
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [tree(item) for item in node.items]
    if isinstance(node, Mapping):
        return {entry.name: tree(entry.value) for entry in node.entries}
    return None
