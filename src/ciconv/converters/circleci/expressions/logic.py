"""Logic statements.

https://circleci.com/docs/reference/configuration-reference/#logic-statements
"""

import re
from collections.abc import Iterator
from functools import reduce

from ciconv.context import Context
from ciconv.converters.circleci.expressions.folding import folded
from ciconv.converters.circleci.expressions.grammar import read_expression
from ciconv.converters.circleci.expressions.read import read_value
from ciconv.ir.expression import Binary, Expr, Literal, Op, Raw, Semantics, Unary
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

_WHOLE = re.compile(r"\s*<<(?!<)(.*)>>\s*", re.DOTALL)


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
