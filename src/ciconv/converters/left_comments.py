"""Comments that a writer has no place for: they stand above what their construct is part of."""

from collections.abc import Iterable, Iterator

from ciconv.ir.node import Node, replace
from ciconv.ir.walk import comments_of
from ciconv.source import Comment
from ciconv.syntax.node import Entry, comments_in


def with_left_comments(entry: Entry, node: Node) -> Entry:
    """Return the entry with those comments of the IR node above it that stand nowhere in it."""
    left = tuple(left_comments(node, (*entry.comments, *comments_in(entry.value))))
    return replace(entry, comments=(*entry.comments, *left)) if left else entry


def left_comments(node: Node, written: Iterable[Comment]) -> Iterator[Comment]:
    """Yield the comments of an IR node without those that are written already.

    What a comment shows of the source, as of a step that fails, has the comments in there.
    """
    known = tuple(written)
    found = {(one.text, one.span) for one in known}
    shown = [one for one in known if "\n" in one.text]
    for one in comments_of(node):
        if (one.text, one.span) not in found and not any(_holds(other, one) for other in shown):
            yield replace(one, inline=False) if one.inline else one


def _holds(shown: Comment, one: Comment) -> bool:
    return one.text.strip() in shown.text and shown.span.contains(one.span)
