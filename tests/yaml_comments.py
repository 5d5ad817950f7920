"""Counting the comments of a YAML text by the construct they stand at."""

from collections import Counter
from collections.abc import Iterable

from ciconv.diagnostics import Diagnostics
from ciconv.source import Comment, Source
from ciconv.syntax import yaml
from ciconv.syntax.node import Mapping, Node, Sequence


def comments_at(text: str) -> Counter[tuple[str, str]]:
    """Return how often each comment stands at each path: above it, behind it, or at its end."""
    found: Counter[tuple[str, str]] = Counter()
    for document in yaml.parse(Source("x.yml", text), Diagnostics()):
        found.update(_at("", document.leading))
        waiting: list[tuple[str, Node]] = [("", document.root)]
        while waiting:
            path, node = waiting.pop()
            found.update(_at(path, (*node.comments, *node.trailing)))
            if isinstance(node, Sequence):
                waiting += ((f"{path}/{number}", one) for number, one in enumerate(node.items))
            elif isinstance(node, Mapping):
                for entry in node.entries:
                    below = f"{path}/{entry.name}"
                    found.update(_at(below, (*entry.key.comments, *entry.comments)))
                    waiting.append((below, entry.value))
    return found


def _at(path: str, comments: Iterable[Comment]) -> Iterable[tuple[str, str]]:
    return ((path, comment.text) for comment in comments)


def kept(before: str, after: str) -> tuple[int, int]:
    """Return how many comments of a text stand at the same construct in another, and of how many.

    A comment of the whole text may stand at its first key, and the other way round.
    """
    one, other = comments_at(before), comments_at(after)
    same = one & other
    left, right = one - same, other - same
    texts = Counter(text for path, text in left.elements() if path.count("/") < 2)
    texts &= Counter(text for path, text in right.elements() if path.count("/") < 2)
    return same.total() + texts.total(), one.total()
