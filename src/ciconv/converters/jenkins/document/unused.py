"""Values that nothing uses, or only what is used by nothing itself."""

from collections import defaultdict
from collections.abc import Iterable

from ciconv.source import Span
from ciconv.syntax.groovy import tree

Written = tuple[str, tree.Node]  # a name, and where it gets a value


def unused(
    unread: Iterable[tree.Node], written: Iterable[Written], script: tree.Script
) -> tuple[tree.Node, ...]:
    """Return the nodes of values that nobody reads, and of those that only such nodes read."""
    found = {node.span: node for node in unread}
    waiting = {node.span: (name, node) for name, node in written if node.span not in found}
    uses: dict[str, list[Span]] = defaultdict(list)
    for one in tree.walk(script.body) if waiting and found else ():
        if isinstance(one, tree.Name):
            uses[one.name].append(one.span)
    while more := [at for at, (name, _) in waiting.items() if _is_unused(at, uses[name], found)]:
        found |= {at: waiting.pop(at)[1] for at in more}
    return tuple(found.values())


def _is_unused(own: Span, uses: list[Span], unread: Iterable[Span]) -> bool:
    others = [one for one in uses if not own.contains(one)]
    return bool(others) and all(any(at.contains(one) for at in unread) for one in others)
