"""Conditions as texts of `rules:if`, joined so that no more brackets stand than are needed.

`if` knows `&&`, `||` and brackets; not all servers know a negation, so that has to be in the parts
already. What the other parts decide is left out.
https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from ciconv.converters.gitlab.expressions.facts import SOME, Facts, decided, facts_of

MAX_COMPARED = 20  # alternatives each of which is held against all others


class Text(Struct, frozen=True):
    """A condition as `if` takes it: parts that `op` joins; one part is a single comparison."""

    parts: "tuple[str | Text, ...]"
    op: str = ""

    @property
    def text(self) -> str:
        """The whole condition."""
        return f" {self.op} ".join(self._within(one) for one in self.parts)

    def _within(self, part: "str | Text") -> str:
        """A part between brackets where its own operator binds less."""
        if isinstance(part, str):
            return part
        return f"({part.text})" if part.op == "||" and self.op == "&&" else part.text


Logic: TypeAlias = bool | Text


def comparison(text: str) -> Text:
    """Return a condition of one part."""
    return Text((text,))


def both(*parts: Logic) -> Logic:
    """Return the condition that all parts hold."""
    whole = _flat(parts, "&&")
    for one in list(whole):
        others = _all_facts(whole, one)
        left = _known(one, others) if others else one
        if left is False:
            return False
        whole = [other for other in whole if other != one or left is not True]
        if isinstance(left, Text) and left != one:
            whole[whole.index(one) : whole.index(one) + 1] = _flat((left,), "&&")
    return False if False in parts else _joined(whole, "&&", True)


def either(*parts: Logic) -> Logic:
    """Return the condition that one of the parts holds."""
    whole = _flat(parts, "||")
    for one in reversed(whole if len(whole) <= MAX_COMPARED else ()):
        if any(implies(one, other) for other in whole if other != one):
            whole.remove(one)
    return True if True in parts else _joined(whole, "||", False)


def implies(one: Text, other: Logic) -> bool:
    """Return whether a condition surely holds wherever another one does."""
    if other is True or one == other:
        return True
    if not isinstance(other, Text):
        return False
    parts = set(_flat((one,), "&&"))
    if parts.issuperset(_flat((other,), "&&")):
        return True
    known = _all_facts(parts)
    return bool(known) and _known(other, known) is True


def _flat(parts: Iterable[Logic], op: str) -> list[Text]:
    """The parts that say something, once each; those that `op` joins stand for themselves."""
    found: dict[Text, None] = {}
    for part in parts:
        if isinstance(part, Text):
            found |= dict.fromkeys(_parts(part) if part.op == op else (part,))
    return list(found)


def _parts(text: Text) -> Iterator[Text]:
    return (comparison(one) if isinstance(one, str) else one for one in text.parts)


def _joined(whole: list[Text], op: str, otherwise: bool) -> Logic:
    if not whole:
        return otherwise
    if len(whole) == 1:
        return whole[0]
    return Text(tuple(_single(one) or one for one in whole), op)


def _single(text: Text) -> str | None:
    only = text.parts[0]
    return only if isinstance(only, str) and len(text.parts) == 1 else None


def _all_facts(parts: Iterable[Text], but: Text | None = None) -> Facts:
    """What the comparisons say that all have to hold, without one of them."""
    found: dict[str, str | None] = {}
    for one in parts:
        single = _single(one)
        if one != but and single is not None:
            known = facts_of(single)
            found |= {key: v for key, v in known.items() if v != SOME or key not in found}
    return found


def _known(text: Text, facts: Facts) -> Logic:
    """A condition without what is known of it."""
    single = _single(text)
    if single is not None:
        known = decided(single, facts)
        return text if known is None else known
    join = both if text.op == "&&" else either
    return join(*(_known(one, facts) for one in _parts(text)))
