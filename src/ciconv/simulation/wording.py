"""Expressions and values as canonical text: GitHub's words where GitHub has them."""

import re
from collections.abc import Iterator, Sequence

from ciconv.catalog.catalog import Catalog
from ciconv.converters.github.expressions.write import Piece, listed, put_together
from ciconv.ir.evaluate import Array, Object, Residual, Value, as_text, is_known
from ciconv.ir.evaluate.functions import to_json
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Constant,
    Exists,
    Expr,
    Index,
    Literal,
    Matches,
    Op,
    Raw,
    Ref,
    Star,
    Template,
    Unary,
    parts_of,
    written,
)
from ciconv.ir.filter import Filter

_POWERS = {Op.OR: 1, Op.AND: 2, Op.EQ: 3, Op.NE: 3, Op.MATCH: 3, Op.NOT_MATCH: 3}
_POWERS |= {Op.LT: 4, Op.LE: 4, Op.GT: 4, Op.GE: 4, Op.NOT: 5}
_TIGHTEST = 6


def value_text(value: Value, catalog: Catalog) -> str:
    """Return a value as it arrives in a text; `${{ }}` around what only the run knows."""
    if isinstance(value, Residual):
        return template_text(value.expr, catalog)
    if isinstance(value, Array | Object):
        return to_json(value) if is_known(value) else as_text(value)
    return as_text(value)


def template_text(expr: Expr, catalog: Catalog) -> str:
    """Return a text with its expressions in `${{ }}`."""
    texts = []
    for part in parts_of(expr):
        if isinstance(part, Literal):
            texts.append(written(part.value))
        elif isinstance(part, Template):
            texts.append(template_text(part, catalog))
        else:
            texts.append(f"${{{{ {expression_text(part, catalog)} }}}}")
    return "".join(texts)


def expression_text(expr: Expr, catalog: Catalog) -> str:
    """Return an expression with no more brackets than it takes."""
    return put_together(expr, lambda one, power: _pieces(one, power, catalog))


def _pieces(expr: Expr, power: int, catalog: Catalog) -> Sequence[Piece]:
    match expr:
        case Literal():
            return (_constant(expr.value),)
        case Ref():
            return (catalog.native_name("github", expr.path) or _dotted(expr.path),)
        case Star():
            return ("*",)
        case Index():
            return ((expr.base, _TIGHTEST), "[", (expr.key, 0), "]")
        case Unary():
            return _grouped((expr.op.value, (expr.operand, 4)), expr.op, power)
        case Binary():
            own = _POWERS[expr.op]
            sides = ((expr.left, own - 1), f" {expr.op.value} ", (expr.right, own))
            return _grouped(sides, expr.op, power)
        case Call():
            return listed(expr.function, expr.arguments)
        case Template():
            return listed("concat", expr.parts)
        case Raw():
            return (f"({expr.text})" if power else expr.text,)
    return _of_filter(expr)


def _dotted(path: tuple[str, ...]) -> str:
    """A name of our own; jobs and steps are called as a system calls them that is strict."""
    if path[0] in ("steps", "needs"):
        return ".".join(_NO_ID.sub("-", part) for part in path)
    return ".".join(path)


_NO_ID = re.compile(r"[^\w-]")


def _of_filter(expr: Expr) -> Sequence[Piece]:
    if isinstance(expr, Matches):
        return listed("matches", (expr.value, *_patterns(expr.filter)))
    if isinstance(expr, Changes | Exists):
        return listed(type(expr).__name__.lower(), tuple(_patterns(expr.filter)))
    return (type(expr).__name__,)


def _grouped(pieces: Sequence[Piece], op: Op, power: int) -> Sequence[Piece]:
    return pieces if _POWERS[op] > power else ("(", *pieces, ")")


def _patterns(filter: Filter) -> Iterator[Expr]:
    """The patterns of a filter as texts; those that are left out with a `!`."""
    for one in filter.patterns:
        yield Literal(value=f"{'!' if one.negated is not filter.ignore else ''}{one.text}")


def _constant(value: Constant) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "null" if value is None else written(value)
