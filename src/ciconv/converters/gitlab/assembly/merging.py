"""Merging trees: YAML's merge keys as GitLab's parser sees them, and GitLab's own deep merge.

https://docs.gitlab.com/ci/yaml/yaml_optimization/
"""

import re

from msgspec.structs import replace

from ciconv.syntax.node import Alias, Entry, Mapping, Node, Scalar, Sequence, Style, Value, resolve

MERGE_KEY = "<<"


class Plain:
    """Makes trees without aliases and merge keys; a node keeps its place in its file."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Node, Node]] = {}  # by the id of the node, which is kept alive

    def tree(self, node: Node) -> Node:
        """Return what a node says; the same node gives the same tree."""
        known = self._done.get(id(node))
        if known is None:
            known = self._done[id(node)] = (node, self._tree(node))
        return known[1]

    def _tree(self, node: Node) -> Node:
        if isinstance(node, Alias):
            return self.tree(resolve(node))
        if isinstance(node, Sequence):
            items = tuple(self._item(item) for item in node.items)
            same = all(a is b for a, b in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        if isinstance(node, Mapping):
            return replace(node, entries=tuple(self._entries(node).values()))
        return as_ruby_reads(node) if isinstance(node, Scalar) else node

    def _item(self, item: Node) -> Node:
        """An item, with the comments at its alias rather than those at what it stands for."""
        tree = self.tree(item)
        return replace(tree, comments=item.comments) if isinstance(item, Alias) else tree

    def _entries(self, node: Mapping) -> dict[str, Entry]:
        """By name. As Ruby reads them: what is further down wins, be it a key or a merge key."""
        found: dict[str, Entry] = {}
        for entry in node.entries:
            value = self.tree(entry.value)
            if entry.name != MERGE_KEY:
                found[entry.name] = replace(entry, value=value)
                continue
            for one in _merged(value):
                found[one.name] = one
        return found


def _merged(value: Node) -> tuple[Entry, ...]:
    """The entries that a merge key brings; of a list, the earlier mappings win."""
    if isinstance(value, Mapping):
        return value.entries
    if not isinstance(value, Sequence):
        return ()
    found: dict[str, Entry] = {}
    for item in reversed(value.items):
        for entry in _merged(item):
            found[entry.name] = entry
    return tuple(found.values())


# https://github.com/ruby/psych/blob/master/lib/psych/scalar_scanner.rb
_TRUE, _FALSE = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})
_OCTAL = re.compile(r"[-+]?0[0-7]+")
_INTEGER = re.compile(r"[-+]?[1-9][0-9]*[_,][0-9_,]*")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}")
_TEXT = re.compile(r"0o.*|[-+]?0[0-9]+|[-+]?[0-9]+[eE].*|[-+]?[0-9]*\.[0-9]*[eE][0-9]+")


def as_ruby_reads(scalar: Scalar) -> Scalar:
    """Return a scalar as the YAML 1.1 of GitLab means it: `yes` is true, 3.10 is the number 3.1."""
    if scalar.style is not Style.PLAIN or scalar.tag is not None:
        return scalar
    text = scalar.text
    value: Value = scalar.value
    if text.lower() in _TRUE | _FALSE:
        value = text.lower() in _TRUE
    elif _OCTAL.fullmatch(text):
        value = int(text, 8)
    elif _INTEGER.fullmatch(text):
        value = int(re.sub("[_,]", "", text))
    elif _SIXTIES.fullmatch(text):  # 1:30 is not 90, but as if seconds followed
        parts = enumerate(text.replace("_", "").split(":"))
        value = sum(int(part) * 60 ** abs(place - 2) for place, part in parts)
    elif _TEXT.fullmatch(text) and not isinstance(value, str):
        return replace(scalar, value=text)
    if isinstance(value, bool):
        return replace(scalar, value=value, text="true" if value else "false")
    if isinstance(value, int | float) and text != (shown := repr(value)):
        return replace(scalar, value=value, text=shown, offsets=())
    return scalar


def deep_merge(under: Node, over: Node) -> Node:
    """Return both as one: mappings are merged key by key, of all else the second one stays."""
    if not isinstance(under, Mapping) or not isinstance(over, Mapping):
        return over
    found = {entry.name: entry for entry in under.entries}
    for entry in over.entries:
        before = found.get(entry.name)
        if before is None:
            found[entry.name] = entry
        else:
            found[entry.name] = replace(entry, value=deep_merge(before.value, entry.value))
    return replace(over, entries=tuple(found.values()))


def scalar_text(node: Node | None) -> str | None:
    """Return the text of a scalar that is not empty, None for anything else."""
    return node.text if isinstance(node, Scalar) and node.value is not None else None


def names_in(node: Node | None) -> tuple[Scalar, ...]:
    """Return the scalars of a list, or a lone one."""
    if isinstance(node, Sequence):
        return tuple(one for one in node.items if isinstance(one, Scalar))
    return (node,) if isinstance(node, Scalar) and node.value is not None else ()
