"""Why a condition is false, in the user's words and at its place."""

import re

from msgspec import Struct

from ciconv.ir.expression import (
    Binary,
    Changes,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Unary,
    conjuncts,
    walk,
)
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Why
from ciconv.simulation.skips import NEEDS
from ciconv.simulation.speaking import spoken
from ciconv.simulation.starting import subject_of
from ciconv.simulation.systems import System
from ciconv.simulation.texts import Texts

_WORD = re.compile(r"/\S*/\w*|'[^']*'|\"[^\"]*\"|[^\s(!]+")
_KEYWORD = re.compile(r"\w+")
_DENYING = re.compile(r"!|\b(?:not|unless|ignore)\b")
_EITHER = re.compile(r"\|\||\b(?:or|anyOf|in)\b")
_DENIED = (Op.NE, Op.NOT_MATCH)
MAX_WORDS = 80  # characters of an expression that are shown


class Asked(Struct, frozen=True):
    """For which event a condition was asked, by which system; `what`: what users call it."""

    event: Event
    system: System
    what: str = ""

    @property
    def subject(self) -> str:
        """Who the event is about."""
        return subject_of(self.event, self.system)

    @property
    def said(self) -> str:
        """What users call the condition."""
        return self.what or self.system.asking


def why_false(expr: Expr, asked: Asked, texts: Texts) -> Why:
    """Return which part of a condition is false for the event."""
    for part in conjuncts(expr):
        if texts.plain(part) is False:
            if isinstance(part, Literal):
                return Why(f"{asked.said} is false for every event", part.span or expr.span)
            words = _said(part, texts, asked.system)
            message = f"{asked.said} is false: {words} is false for {asked.subject}"
            return Why(message, part.span or expr.span, _topic(part))
    return Why(f"{asked.said} is false for {asked.subject}", expr.span)


def _topic(expr: Expr) -> str:
    """The job whose result is all that an expression asks for."""
    asked = {one.path for one in walk(expr) if isinstance(one, Ref)}
    path = asked.pop() if len(asked) == 1 else ()
    return f"{NEEDS}{path[1]}" if len(path) == 3 and path[::2] == ("needs", "result") else ""


def _said(expr: Expr, texts: Texts, system: System) -> str:
    """The expression as it is written, where that says it all and fits on a line."""
    written = expr.span.text.strip() if expr.span is not None else ""
    if not written or "\n" in written or not _says_it(expr, written):
        written = spoken(expr, system, texts.catalog)
    written = " ".join(written.split())
    return written if len(written) <= MAX_WORDS else f"{written[: MAX_WORDS - 1]}…"


def _says_it(expr: Expr, written: str) -> bool:
    """Whether what was written is the expression, and not a part of it, or the opposite.

    A pattern alone says not what it is for, and who says when something does not run, says it in
    other words than those of when it runs.
    """
    if isinstance(expr, Ref):  # a word for a kind of event is no name
        return _KEYWORD.fullmatch(written) is None or written == expr.path[-1]
    if not isinstance(expr, Binary | Unary | Matches | Changes):
        return True
    if isinstance(expr, Binary) and expr.op is Op.OR and not _EITHER.search(written):
        return False
    denies = isinstance(expr, Unary) or isinstance(expr, Binary) and expr.op in _DENIED
    is_other = not isinstance(expr, Binary) or expr.op is not Op.OR
    if is_other and denies is not bool(_DENYING.search(written)):
        return False
    return _WORD.fullmatch(written) is None
