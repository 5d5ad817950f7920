"""Building conditions: what is known already is left out, and negations stand at the bottom."""

from collections.abc import Iterable
from functools import partial, reduce

from ciconv.ir.expression import Binary, Expr, Literal, Op, Semantics, Unary, conjuncts

_OPPOSITES = {
    Op.EQ: Op.NE,
    Op.NE: Op.EQ,
    Op.MATCH: Op.NOT_MATCH,
    Op.NOT_MATCH: Op.MATCH,
    Op.AND: Op.OR,
    Op.OR: Op.AND,
}
TRUE, FALSE = Literal(value=True), Literal(value=False)


def all_of(parts: Iterable[Expr | None]) -> Expr | None:
    """Return a condition that all have to hold for; None when it always holds."""
    found: Expr | None = None
    for part in parts:
        if part is None or _is(part, True):
            continue
        if _is(part, False):
            return part
        found = part if found is None else _binary(Op.AND, found, part)
    return found


def any_of(parts: Iterable[Expr | None]) -> Expr | None:
    """Return a condition that one has to hold for; None when it always holds.

    What all of them ask for is asked for once: a target may have words for that alone.
    """
    kept: list[Expr] = []
    for part in parts:
        if part is None or _is(part, True):
            return None
        if not _is(part, False):
            kept.append(part)
    if len(kept) < 2:
        return kept[0] if kept else FALSE
    asked = [conjuncts(one) for one in kept]
    shared = frozenset(asked[0]).intersection(*asked[1:])
    rests = [all_of(each for each in one if each not in shared) for one in asked]
    outer = [one for one in asked[0] if one in shared]
    if None in rests:
        return all_of(outer)
    return all_of((*outer, reduce(partial(_binary, Op.OR), filter(None, rests))))


def negated(expr: Expr | None) -> Expr:
    """Return the opposite of a condition; None is one that always holds."""
    if expr is None:
        return FALSE
    match expr:
        case Literal():
            return FALSE if expr.value else TRUE
        case Unary(op=Op.NOT):
            return expr.operand
        case Binary() if expr.op in (Op.AND, Op.OR):
            left, right = negated(expr.left), negated(expr.right)
            return _binary(_OPPOSITES[expr.op], left, right)
        case Binary() if expr.op in _OPPOSITES:
            return Binary(
                op=_OPPOSITES[expr.op],
                left=expr.left,
                right=expr.right,
                semantics=expr.semantics,
                span=expr.span,
            )
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITLAB, span=expr.span)


def equal(left: Expr, right: str) -> Binary:
    """Return a comparison with a text."""
    span = left.span
    value = Literal(value=right, span=span if span is not None and right in span.text else None)
    return Binary(op=Op.EQ, left=left, right=value, semantics=Semantics.GITLAB, span=left.span)


def _binary(op: Op, left: Expr, right: Expr) -> Binary:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITLAB, span=left.span)


def _is(expr: Expr, value: bool) -> bool:
    return isinstance(expr, Literal) and isinstance(expr.value, bool) and expr.value is value
