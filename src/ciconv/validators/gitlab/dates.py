"""Dates without quotes, which GitLab's parser makes an object of and then refuses to make.

https://docs.ruby-lang.org/en/master/Psych.html#method-c-safe_load (only symbols are permitted)
"""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Fix
from ciconv.syntax.node import Alias, Mapping, Node, Scalar, Style, children
from ciconv.validators.shapes.walk import Fault

_DATE = re.compile(r"\d{4}-(?:1[012]|0?\d)-(?:[12]\d|3[01]|0?\d)")


def dates(root: Mapping) -> Iterator[Fault]:
    """Yield the dates of a file: with one of them GitLab reads nothing of it."""
    waiting: list[Node] = [root] if _DATE.search(root.span.source.text) else []
    for node in waiting:
        if isinstance(node, Scalar) and node.style is Style.PLAIN and node.tag is None:
            if _DATE.fullmatch(node.text):
                said = f"GitLab's parser refuses the date {node.text!r}, and so the file"
                fix = Fix(node.span, f'"{node.text}"', safe=False)
                yield Fault("wrong-type", said, node.span, "put it in quotes", fix=fix)
        elif not isinstance(node, Alias):
            waiting += children(node)
