"""Conditions as texts of `rules:if`, joined so that no more brackets stand than are needed.

`if` knows `&&`, `||` and brackets, but no negation: that has to be in the parts already.
https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
"""

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct


class Text(Struct, frozen=True):
    """A condition as `if` takes it: parts that `op` joins; one part is a single comparison."""

    parts: tuple[str, ...]
    op: str = ""

    @property
    def text(self) -> str:
        """The whole condition."""
        return f" {self.op} ".join(self.parts)


Logic: TypeAlias = bool | Text


def comparison(text: str) -> Text:
    """Return a condition of one part."""
    return Text((text,))


def both(*parts: Logic) -> Logic:
    """Return the condition that all parts hold."""
    return _joined(parts, "&&", absorbing=False)


def either(*parts: Logic) -> Logic:
    """Return the condition that one of the parts holds."""
    return _joined(parts, "||", absorbing=True)


def _joined(parts: Iterable[Logic], op: str, *, absorbing: bool) -> Logic:
    whole: dict[Text, None] = {}
    for part in parts:
        if part is absorbing:
            return absorbing
        if isinstance(part, Text):
            inner = map(comparison, part.parts) if part.op == op else (part,)
            whole |= dict.fromkeys(inner)
    if not whole:
        return not absorbing
    if len(whole) == 1:
        return next(iter(whole))
    return Text(tuple(_within(one, op) for one in whole), op)


def _within(part: Text, op: str) -> str:
    """A part between brackets where its own operator binds less."""
    return f"({part.text})" if part.op == "||" and op == "&&" else part.text
