"""Why a condition is false, in the user's words and at its place."""

from ciconv.ir.expression import Expr, conjuncts
from ciconv.simulation.event import Event, subject_of
from ciconv.simulation.plan import Why
from ciconv.simulation.texts import Texts
from ciconv.simulation.wording import expression_text

MAX_WORDS = 80  # characters of an expression that are shown


def why_false(expr: Expr, event: Event, texts: Texts, *, what: str = "'if'") -> Why:
    """Return which part of a condition is false for the event."""
    for part in conjuncts(expr):
        if texts.plain(part) is False:
            return Why(f"{what} is false: {_said(part, texts)} is false for {subject_of(event)}",
                       part.span or expr.span)  # fmt: skip
    return Why(f"{what} is false for {subject_of(event)}", expr.span)


def _said(expr: Expr, texts: Texts) -> str:
    """The expression as it is written, where that fits on a line."""
    written = expr.span.text.strip() if expr.span is not None else ""
    if not written or "\n" in written:
        written = expression_text(expr, texts.catalog)
    written = " ".join(written.split())
    return written if len(written) <= MAX_WORDS else f"{written[: MAX_WORDS - 1]}…"
