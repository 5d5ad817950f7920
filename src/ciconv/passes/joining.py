"""Conditions made of others, in the words of GitHub."""

from collections.abc import Iterable
from functools import reduce

from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Literal,
    Op,
    Unary,
    conjuncts,
    disjuncts,
    either,
    operation,
    opposite,
    together,
)
from ciconv.ir.node import replace

_OPPOSITE = {Op.EQ: Op.NE, Op.NE: Op.EQ}


def call(function: str) -> Call:
    """Return a call of a status function."""
    return Call(function=function)


def negated(expr: Expr) -> Expr:
    """Return the opposite of a condition."""
    if isinstance(expr, Binary) and expr.op in _OPPOSITE:
        return replace(expr, op=_OPPOSITE[expr.op])
    return opposite(expr)


def equal(left: Expr, right: Constant) -> Expr:
    """Return a comparison with a constant."""
    return operation(Op.EQ, left, Literal(value=right))


def all_of(parts: list[Expr]) -> Expr | None:
    """Return a condition that all parts have to hold for; what is always true is none of them."""
    flat = [one for part in parts for one in conjuncts(part)]
    asked = [one for one in flat if not (isinstance(one, Literal) and one.value is True)]
    kept = asked or flat[:1]
    whole = together(*kept)
    return None if whole is None else replace(whole, span=kept[-1].span)


def any_of(parts: list[Expr]) -> Expr | None:
    """Return a condition that one part has to hold for; None without any part."""
    return reduce(either, parts) if parts else None


def without_wider(parts: Iterable[Expr]) -> tuple[Expr, ...]:
    """Return what has to hold without what another part makes true: `(a || b) && a` is `a`."""
    unique = tuple(dict.fromkeys(parts))
    return tuple(
        one
        for one in unique
        if not any(other is not one and other in disjuncts(one) for other in unique)
    )


def listed(expr: Expr | None) -> list[Expr]:
    """Return a condition as a list of parts: what always holds is none."""
    return [] if expr is None else [expr]


def plain(expr: Expr) -> Expr:
    """Return a condition without constants, nor opposites of comparisons, among its parts."""
    match expr:
        case Unary(op=Op.NOT):
            return negated(plain(expr.operand))
        case Binary(op=Op.AND | Op.OR):
            left, right = plain(expr.left), plain(expr.right)
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Literal) and isinstance(one.value, bool):
                    return other if one.value is (expr.op is Op.AND) else one
            return replace(expr, left=left, right=right)
    return expr
