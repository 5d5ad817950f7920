"""Text with `<< >>` in it: what is left once parameters are in their places.

https://circleci.com/docs/guides/orchestrate/config-templating/
"""

import re

from ciconv.context import Context
from ciconv.converters.circleci.expressions.folding import folded
from ciconv.converters.circleci.expressions.grammar import read_expression
from ciconv.ir.expression import Call, Constant, Expr, Literal, Template, join_texts, written
from ciconv.ir.node import replace
from ciconv.source import Comment
from ciconv.syntax.node import Scalar

_INSIDE = re.compile(
    r"(?<![\\<])<<(?!<)[ \t]*((?:not[ \t(]|\(|\"|pipeline\.|matrix\.|true\b|false\b|[0-9])"
    r"(?:[^<>]|[<>](?![<>]))*?)[ \t]*>>(?!>)"
)
_ESCAPED = "\\<<"


def read_template(scalar: Scalar, context: Context, comments: tuple[Comment, ...] = ()) -> Template:
    """Return the text of a scalar with the values that only a pipeline knows."""
    if not isinstance(scalar.value, str):
        return _constant(scalar, comments)
    parts: list[Expr] = []
    done = 0
    for match in _INSIDE.finditer(scalar.text):
        _add_text(parts, scalar, done, match.start())
        start, end = match.span(1)
        parts += _in_text(folded(read_expression(scalar, start, end, context.diagnostics)))
        done = match.end()
    _add_text(parts, scalar, done, len(scalar.text))
    return Template(parts=join_texts(parts), span=scalar.span, comments=comments)


def read_value(scalar: Scalar, context: Context) -> Expr:
    """Return a value that need not be text: a constant, one expression, or a template."""
    template = read_template(scalar, context)
    return template.parts[0] if len(template.parts) == 1 else template


def _in_text(expr: Expr) -> tuple[Expr, ...]:
    """A constant in the middle of a text is text, and so is what stands before a value."""
    if isinstance(expr, Literal) and not isinstance(expr.value, str):
        return (replace(expr, value=written(expr.value)),)
    if isinstance(expr, Call) and expr.function == "format":
        form, *values = expr.arguments
        said = form.value if isinstance(form, Literal) else None
        if isinstance(said, str) and said.endswith("{0}") and len(values) == 1:
            return Literal(value=said.removesuffix("{0}")), values[0]
    return (expr,)


def _constant(scalar: Scalar, comments: tuple[Comment, ...]) -> Template:
    if scalar.value is None:
        return Template(span=scalar.span, comments=comments)
    is_word = isinstance(scalar.value, bool)
    value: Constant = scalar.value if is_word else float(scalar.value)
    spelling = None if written(value) == scalar.text else scalar.text
    literal = Literal(value=value, spelling=spelling, span=scalar.span)
    return Template(parts=(literal,), span=scalar.span, comments=comments)


def _add_text(parts: list[Expr], scalar: Scalar, start: int, end: int) -> None:
    if start < end:
        said = scalar.text[start:end].replace(_ESCAPED, "<<")
        parts.append(Literal(value=said, span=scalar.span_of(start, end)))
