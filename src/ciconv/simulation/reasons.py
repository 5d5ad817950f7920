"""Why a condition is false, in the user's words and at its place."""

import re

from ciconv.ir.expression import Binary, Changes, Expr, Matches, Unary, conjuncts
from ciconv.simulation.event import Event, subject_of
from ciconv.simulation.plan import Why
from ciconv.simulation.texts import Texts
from ciconv.simulation.wording import expression_text

_WORD = re.compile(r"/\S*/\w*|'[^']*'|\"[^\"]*\"|[^\s(!]+")
MAX_WORDS = 80  # characters of an expression that are shown


def why_false(expr: Expr, event: Event, texts: Texts, *, what: str) -> Why:
    """Return which part of a condition is false for the event; `what`: what the user calls it."""
    for part in conjuncts(expr):
        if texts.plain(part) is False:
            return Why(f"{what} is false: {_said(part, texts)} is false for {subject_of(event)}",
                       part.span or expr.span)  # fmt: skip
    return Why(f"{what} is false for {subject_of(event)}", expr.span)


def _said(expr: Expr, texts: Texts) -> str:
    """The expression as it is written, where that fits on a line."""
    written = expr.span.text.strip() if expr.span is not None else ""
    if not written or "\n" in written or _is_only_a_part(expr, written):
        written = expression_text(expr, texts.catalog)
    written = " ".join(written.split())
    return written if len(written) <= MAX_WORDS else f"{written[: MAX_WORDS - 1]}…"


def _is_only_a_part(expr: Expr, written: str) -> bool:
    """Whether one word was written for a comparison: a pattern, which says not what it is for."""
    is_asking = isinstance(expr, Binary | Unary | Matches | Changes)
    return is_asking and _WORD.fullmatch(written) is not None
