"""What of a configuration is used: the rest shows up nowhere, so it is named.

A `when` step may hold in one call of a command and not in another one; it counts as used once any
of them holds.
"""

from ciconv.context import Context
from ciconv.source import Span
from ciconv.syntax.node import Entry, Node


class Usage:
    """Collects the definitions that were used and those that were seen."""

    def __init__(self) -> None:
        self._used: set[int] = set()
        self._seen: dict[int, tuple[str, str, Span]] = {}

    def declare(self, entry: Entry, code: str, message: str) -> None:
        """Note a definition; what to say of it when nobody uses it."""
        self._seen.setdefault(id(entry), (code, message, entry.span))

    def declare_node(self, node: Node, code: str, message: str) -> None:
        """Note a part of a definition."""
        self._seen.setdefault(id(node), (code, message, node.span))

    def use(self, entry: Entry | Node) -> None:
        """Note that something is used."""
        self._used.add(id(entry))

    def report(self, context: Context) -> None:
        """Name everything that nobody used."""
        for key, (code, message, span) in self._seen.items():
            if key not in self._used:
                context.diagnostics.warning(code, message, span)
