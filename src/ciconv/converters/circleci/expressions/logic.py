"""Logic statements, and what is left of a condition once its constants are worked out.

https://circleci.com/docs/reference/configuration-reference/#logic-statements
"""

import re
from collections.abc import Iterator
from functools import reduce

from ciconv.context import Context
from ciconv.converters.circleci.expressions.grammar import read_expression
from ciconv.converters.circleci.expressions.names import compared
from ciconv.ir.expression import Binary, Constant, Expr, Literal, Matches, Op, Raw, Semantics, Unary
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

_WHOLE = re.compile(r"\s*<<(?!<)(.*)>>\s*", re.DOTALL)
_ORDER = {
    Op.LT: lambda a, b: a < b,
    Op.LE: lambda a, b: a <= b,
    Op.GT: lambda a, b: a > b,
    Op.GE: lambda a, b: a >= b,
}


def read_logic(node: Node, context: Context, *, bare: bool = False) -> Expr:
    """Return the condition of `when` or `unless`, as far as it is not decided yet.

    `bare`: a text is an expression, even without `<< >>` around it.
    """
    return folded(_statement(node, context, bare=bare))


def _statement(node: Node, context: Context, *, bare: bool = False) -> Expr:
    if isinstance(node, Scalar):
        return _scalar(node, context, bare=bare)
    if isinstance(node, Mapping) and len(node.entries) == 1:
        read = _STATEMENTS.get(node.entries[0].name)
        if read is not None:
            return read(node.entries[0], context)
    context.diagnostics.error(
        "condition-syntax",
        "a condition is a value, or one of 'and', 'or', 'not', 'equal' and 'matches'",
        node.span,
    )
    return Raw(format="circleci", text=node.span.text, span=node.span)


def _scalar(scalar: Scalar, context: Context, *, bare: bool) -> Expr:
    value = scalar.value
    if not isinstance(value, str):
        number = value if value is None or isinstance(value, bool) else float(value)
        return Literal(value=number, span=scalar.span)
    if bare and scalar.text.strip() in ("true", "false"):
        return Literal(value=scalar.text.strip() == "true", span=scalar.span)
    whole = _WHOLE.fullmatch(scalar.text)
    if whole and "<<" not in whole[1]:
        return read_expression(scalar, *whole.span(1), context.diagnostics)
    if bare and not whole and re.search(r"\b(pipeline\.|not\b|==|!=)", scalar.text):
        return read_expression(scalar, 0, len(scalar.text), context.diagnostics)
    from ciconv.converters.circleci.expressions.read import read_value

    return read_value(scalar, context) if "<<" in value else Literal(value=value, span=scalar.span)


def _items(entry: Entry, context: Context) -> Iterator[Expr]:
    items = entry.value.items if isinstance(entry.value, Sequence) else (entry.value,)
    return (_statement(item, context) for item in items)


def _all(entry: Entry, context: Context) -> Expr:
    return _joined(Op.AND, tuple(_items(entry, context)), entry)


def _any(entry: Entry, context: Context) -> Expr:
    return _joined(Op.OR, tuple(_items(entry, context)), entry)


def _joined(op: Op, parts: tuple[Expr, ...], entry: Entry) -> Expr:
    if not parts:
        return Literal(value=op is Op.AND, span=entry.span)
    return reduce(lambda left, right: _binary(op, left, right, entry), parts)


def _binary(op: Op, left: Expr, right: Expr, entry: Entry) -> Expr:
    return Binary(op=op, left=left, right=right, semantics=Semantics.CIRCLECI, span=entry.span)


def _not(entry: Entry, context: Context) -> Expr:
    operand = _statement(entry.value, context)
    return Unary(op=Op.NOT, operand=operand, semantics=Semantics.CIRCLECI, span=entry.span)


def _equal(entry: Entry, context: Context) -> Expr:
    first, *others = list(_items(entry, context)) or [Literal(value=True, span=entry.span)]
    pairs = tuple(_binary(Op.EQ, first, other, entry) for other in others)
    return _joined(Op.AND, pairs, entry)


def _matches(entry: Entry, context: Context) -> Expr:
    pattern = value = None
    if isinstance(entry.value, Mapping):
        pattern, value = entry.value.get("pattern"), entry.value.get("value")
    if not isinstance(pattern, Scalar) or value is None:
        context.diagnostics.error(
            "condition-syntax", "'matches' needs a 'pattern' and a 'value'", entry.span
        )
        return Raw(format="circleci", text=entry.span.text, span=entry.span)
    regex = Literal(value=pattern.text, span=pattern.span)
    return _binary(Op.MATCH, _statement(value, context), regex, entry)


_STATEMENTS = {"and": _all, "or": _any, "not": _not, "equal": _equal, "matches": _matches}


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
