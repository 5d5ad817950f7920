"""Writing a tree anew in the layout of an old one: order, comments, quotes, anchors stay."""

from collections.abc import Callable

from msgspec.structs import replace

from ciconv.syntax.node import Entry, Mapping, Node, Sequence, resolve

Same = Callable[[Node, Node], bool]


def keep_layout(old: Node, new: Node, same: Same) -> Node:
    """Return a tree that says what `new` says, in the words of `old` where these say the same.

    Entries keep their old order; new ones come after the entry they follow in `new`.
    """
    if same(old, new):
        return old
    before, after = resolve(old), resolve(new)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return replace(before, entries=_entries(before, after, same), anchor=None, tag=after.tag)
    if isinstance(before, Sequence) and isinstance(after, Sequence):
        return replace(before, items=_items(before, after, same), anchor=None, tag=after.tag)
    return replace(new, comments=old.comments or new.comments)


def _entries(old: Mapping, new: Mapping, same: Same) -> tuple[Entry, ...]:
    wanted = {entry.name: entry for entry in new.entries}
    kept = [
        replace(entry, value=keep_layout(entry.value, wanted[entry.name].value, same))
        for entry in old.entries
        if entry.name in wanted
    ]
    known = {entry.name for entry in kept}
    place = 0
    for entry in new.entries:
        if entry.name in known:
            place = 1 + next(n for n, one in enumerate(kept) if one.name == entry.name)
        else:
            kept.insert(place, entry)
            place += 1
    return tuple(kept)


def _items(old: Sequence, new: Sequence, same: Same) -> tuple[Node, ...]:
    """Old items stand for new ones that say the same; others are merged in their order."""
    found: list[Node] = []
    rest = list(old.items)
    for item in new.items:
        number = next((n for n, one in enumerate(rest) if same(one, item)), None)
        if number is not None:
            found.append(rest[number])
            del rest[: number + 1]
        elif rest and len(old.items) == len(new.items):
            found.append(keep_layout(rest.pop(0), item, same))
        else:
            found.append(item)
    return tuple(found)
