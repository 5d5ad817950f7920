"""A tree without aliases and merge keys: what the rest of the reader goes through.

https://yaml.org/type/merge.html
"""

from msgspec.structs import replace

from ciconv.syntax.node import Alias, Entry, Mapping, Node, Sequence, resolve

MERGE = "<<"


def plain(node: Node) -> Node:
    """Return the tree with aliases followed and maps merged; its own keys win over merged ones."""
    return _plain(node, {})


def _plain(node: Node, known: dict[int, Node]) -> Node:
    """What an alias stands for is made once, so that aliases of aliases do not multiply."""
    meant = resolve(node)
    if id(meant) not in known:
        known[id(meant)] = _rebuilt(meant, known)
    made = known[id(meant)]
    if isinstance(node, Alias) and node.comments:
        return _with_comments(made, node)
    return made


def _with_comments(made: Node, alias: Alias) -> Node:
    return replace(made, comments=(*made.comments, *alias.comments))


def _rebuilt(node: Node, known: dict[int, Node]) -> Node:
    if isinstance(node, Sequence):
        items = tuple(_plain(item, known) for item in node.items)
        same = all(a is b for a, b in zip(items, node.items, strict=True))
        return node if same else replace(node, items=items)
    if not isinstance(node, Mapping):
        return node
    own = {one.name for one in node.entries if one.name != MERGE}
    entries: list[Entry] = []
    merged: dict[str, Entry] = {}
    for entry in node.entries:
        value = _plain(entry.value, known)
        if entry.name != MERGE:
            entries.append(entry if value is entry.value else replace(entry, value=value))
            continue
        for one in _sources(value):
            for inherited in one.entries:
                if inherited.name not in own:
                    merged.setdefault(inherited.name, inherited)
    return replace(node, entries=(*entries, *merged.values()))


def _sources(node: Node) -> tuple[Mapping, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(one for one in items if isinstance(one, Mapping))
