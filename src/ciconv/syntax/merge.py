"""Writing a tree anew in the layout of an old one: order, comments, quotes, anchors stay."""

from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.syntax.node import Alias, Entry, Mapping, Node, Sequence, data, resolve


def keep_layout(old: Node, base: Node, new: Node) -> Node:
    """Return a tree that says what `new` says, in the words of `old` where nothing was changed.

    `base` is what comes out when `old` is read and written without a change: where `new` is like
    it, `old` stays as it is, with what nobody reads. Entries keep their old order; new ones come
    after the entry they follow in `new`.
    """
    return _anchored(_merged(old, base, new), {})


def _merged(old: Node, base: Node | None, new: Node) -> Node:
    if new in (base, old):
        return old
    before, middle, after = resolve(old), None if base is None else resolve(base), resolve(new)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        entries = _entries(before, middle if isinstance(middle, Mapping) else Mapping(), after)
        return replace(before, entries=tuple(entries), anchor=None, tag=after.tag)
    if isinstance(before, Sequence) and isinstance(after, Sequence):
        items = tuple(_items(before, middle, after))
        return replace(before, items=items, anchor=None, tag=after.tag)
    return replace(new, comments=old.comments or new.comments)


def _entries(old: Mapping, base: Mapping, new: Mapping) -> list[Entry]:
    before = {entry.name: entry.value for entry in base.entries}
    wanted = {entry.name: entry.value for entry in new.entries}
    kept: list[Entry] = []
    for entry in old.entries:
        if entry.name in wanted:
            value = _merged(entry.value, before.get(entry.name), wanted[entry.name])
            kept.append(replace(entry, value=value))
        elif entry.name not in before:
            kept.append(entry)
    place = 0
    for entry in new.entries:
        known = next((n for n, one in enumerate(kept) if one.name == entry.name), None)
        if known is not None:
            place = known + 1
        elif entry.name not in before or before[entry.name] != entry.value:
            kept.insert(place, entry)
            place += 1
    return kept


def _items(old: Sequence, base: Node | None, new: Sequence) -> Iterator[Node]:
    """Old items stand for those that did not change; the others are merged in their order."""
    from difflib import SequenceMatcher  # loaded when something was changed, not before

    same = isinstance(base, Sequence) and len(base.items) == len(old.items)
    before = base.items if same and isinstance(base, Sequence) else old.items
    one, other = list(map(data, before)), list(map(data, new.items))
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            yield from old.items[a:b]
        elif b - a == d - c:
            three = zip(old.items[a:b], before[a:b], new.items[c:d], strict=True)
            yield from (_merged(*one) for one in three)
        else:
            yield from new.items[c:d]


def _anchored(node: Node, known: dict[str, Node]) -> Node:
    """The tree with every alias behind its anchor: the first one takes over a lost anchor."""
    meant = resolve(node)
    if isinstance(node, Alias):
        if known.get(node.name) is meant:
            return node
        node = replace(meant, comments=node.comments)
    if node.anchor is not None:
        known[node.anchor] = meant
    if isinstance(node, Sequence):
        items = tuple(_anchored(item, known) for item in node.items)
        same = all(a is b for a, b in zip(items, node.items, strict=True))
        return node if same else replace(node, items=items)
    if isinstance(node, Mapping):
        entries = tuple(
            replace(one, key=_anchored(one.key, known), value=_anchored(one.value, known))
            for one in node.entries
        )
        return replace(node, entries=entries)
    return node
