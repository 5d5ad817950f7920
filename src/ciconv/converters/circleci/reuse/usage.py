"""What of a configuration is used: the rest shows up nowhere, so it is named.

A `when` step may hold in one call of a command and not in another one; it counts as used once any
of them holds. What a file of somebody else declares (an orb kept in the repository) is left out.
"""

import re

from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import Source
from ciconv.syntax.node import Entry, Node, Scalar, children

_MENTION = re.compile(r"(?<!pipeline\.)\bparameters\.([A-Za-z_][\w-]*)")


class Usage:
    """Collects the definitions of one file that were used, and those that were seen."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._used: set[int] = set()
        self._seen: dict[int, Diagnostic] = {}
        self._mentioned: dict[int, frozenset[str]] = {}

    def declare(
        self, one: Entry | Node, code: str, message: str, severity: Severity = Severity.WARNING
    ) -> None:
        """Note a part of the file; what to say of it when nobody uses it."""
        if id(one) not in self._seen:
            self._seen[id(one)] = Diagnostic(
                code=code, severity=severity, message=message, span=one.span
            )

    def use(self, one: Entry | Node) -> None:
        """Note that something is used."""
        self._used.add(id(one))

    def mentioned(self, body: Node) -> frozenset[str]:
        """Return the names of the parameters that a definition speaks of."""
        found = self._mentioned.get(id(body))
        if found is None:
            found = self._mentioned[id(body)] = frozenset(_mentions(body))
        return found

    def report(self, context: Context) -> None:
        """Name everything that nobody used."""
        for key, one in self._seen.items():
            if key not in self._used and one.span is not None and one.span.source is self._source:
                context.diagnostics.add(one)


def _mentions(body: Node) -> set[str]:
    found: set[str] = set()
    seen: set[int] = set()  # what many aliases stand for is there once
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Scalar):
            found.update(_MENTION.findall(one.text))
        waiting += children(one)
    return found
