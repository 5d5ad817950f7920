"""Building what is left of an expression, so that equal remainders are equal trees."""

from collections.abc import Iterable

from ciconv.ir.evaluate.value import Array, Object, Primitive, Residual, Value, as_text, joined
from ciconv.ir.expression import Expr, Index, Literal, Op, Ref, Template, either, operation
from ciconv.source import Span


def expr_of(value: Value, original: Expr) -> Expr:
    """Return a value as an expression, in place of the one whose value it is."""
    if isinstance(value, Residual):
        return value.expr
    if isinstance(value, Array | Object) or isinstance(original, Literal):
        return original
    return Literal(value=value, span=original.span)


def property_expr(base: Expr, key: Expr) -> Expr:
    """Return the expression of a property; that of a name is a name."""
    if isinstance(base, Ref) and isinstance(key, Literal) and isinstance(key.value, str):
        return Ref(path=(*base.path, key.value), span=base.span)
    return Index(base=base, key=key, span=base.span)


def text_of(values: Iterable[Value], span: Span | None) -> str | Residual:
    """Return values as one text, a template where some of them are left to the run."""
    parts: list[Expr] = []
    texts: list[str] = []
    for value in values:
        if not isinstance(value, Residual):
            texts.append(as_text(value))
            continue
        inner = value.expr.parts if isinstance(value.expr, Template) else (value.expr,)
        for part in inner:
            if isinstance(part, Literal):
                texts.append(as_text(part.value))
            else:
                _add_text(parts, texts, span)
                parts.append(part)
    if not parts:
        return joined(texts)
    _add_text(parts, texts, span)
    return Residual(Template(parts=tuple(parts), span=span))


def _add_text(parts: list[Expr], texts: list[str], span: Span | None) -> None:
    if text := joined(texts):
        parts.append(Literal(value=text, span=span))
    texts.clear()


def equals_any(pairs: Iterable[tuple[Expr, Primitive | Expr]], span: Span | None) -> Expr | None:
    """Return the expression that is true if the two of any pair are equal, None without pairs."""
    found: Expr | None = None
    for left, right in pairs:
        other = right if isinstance(right, Expr) else Literal(value=right, span=span)
        equal = operation(Op.EQ, left, other, span)
        found = equal if found is None else either(found, equal, span)
    return found
