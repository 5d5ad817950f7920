"""What is left of a condition once its constants are worked out."""

import re

from ciconv.converters.circleci.expressions.names import compared
from ciconv.ir.expression import Binary, Constant, Expr, Literal, Matches, Op, Unary
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.ir.pattern import filter_matches

_ORDER = {
    Op.LT: lambda a, b: a < b,
    Op.LE: lambda a, b: a <= b,
    Op.GT: lambda a, b: a > b,
    Op.GE: lambda a, b: a >= b,
}


def folded(expr: Expr) -> Expr:
    """Return the expression with everything worked out that is constant."""
    if isinstance(expr, Unary) and expr.op is Op.NOT:
        operand = folded(expr.operand)
        if isinstance(operand, Literal):
            return Literal(value=not truth(operand.value), span=expr.span)
        return replace(expr, operand=operand)
    if not isinstance(expr, Binary):
        return expr
    left, right = folded(expr.left), folded(expr.right)
    if expr.op in (Op.AND, Op.OR):
        return _chosen(expr, left, right)
    if expr.op in (Op.MATCH, Op.NOT_MATCH):
        return _matching(expr, left, right)
    left, right = compared(left, right)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(value=_compared(expr.op, left.value, right.value), span=expr.span)
    return replace(expr, left=left, right=right)


def truth(value: Constant) -> bool:
    """Whether a value counts as true."""
    return value not in (False, None, "", 0.0) and value == value


def _chosen(expr: Binary, left: Expr, right: Expr) -> Expr:
    """`and` and `or` give one of their operands."""
    if isinstance(left, Literal):
        return right if truth(left.value) == (expr.op is Op.AND) else left
    if isinstance(right, Literal) and truth(right.value) == (expr.op is Op.AND):
        return left  # a condition asks for truth alone
    if isinstance(right, Literal):
        return right
    return replace(expr, left=left, right=right)


def _matching(expr: Binary, left: Expr, right: Expr) -> Expr:
    """A text that has to fit a regular expression, or to begin with another text."""
    if not isinstance(right, Literal):
        return replace(expr, left=left, right=right)
    text = str(right.value)
    if expr.op is Op.NOT_MATCH:
        text = f"{escaped(text)}.*"
    pattern = Pattern(text=text, syntax=PatternSyntax.JAVA, span=right.span)
    passes = Filter(patterns=(pattern,), span=right.span)
    if isinstance(left, Literal) and isinstance(left.value, str):
        known = filter_matches(passes, left.value)
        if known is not None:
            return Literal(value=known, span=expr.span)
    return Matches(value=left, filter=passes, span=expr.span)


def escaped(text: str) -> str:
    """Return a text as a regular expression of Java that matches it alone."""
    return re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", text)


def _compared(op: Op, left: Constant, right: Constant) -> bool:
    """Types are compared as well: a number is never equal to a text."""
    same = isinstance(left, bool) == isinstance(right, bool) and left == right
    if op in (Op.EQ, Op.NE):
        return same == (op is Op.EQ)
    both = isinstance(left, float) and isinstance(right, float)
    order = _ORDER.get(op)
    return bool(order is not None and both and order(left, right))
