"""Reading expressions: text with `${{ }}`, and the bare conditions of `if:`."""

import re
from collections.abc import Iterator, Sequence

from ciconv.converters.github.expressions.grammar import Names, dialect
from ciconv.converters.pratt import ParseError, Place, parse
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Constant, Expr, Literal, Raw, Template, written
from ciconv.passes.github_names import with_run_url
from ciconv.source import Span
from ciconv.syntax.node import Scalar

OPENING, CLOSING = "${{", "}}"

_INSIDE = re.compile(r"(?:[^'}]++|'[^']*+'|\}(?!\}))*\}\}")  # up to the closing of `${{`


def read_expression(
    scalar: Scalar, start: int, end: int, names: Names, diagnostics: Diagnostics
) -> Expr:
    """Return the tree of `text[start:end]` of a scalar; Raw, and an error, if it is none."""
    place = Place(scalar.text, start, end, scalar.span_of)
    parsing = parse(dialect(names), place)
    for error in parsing.errors:
        at = _span_of_error(scalar, error)
        diagnostics.error(error.code, error.message, at, error.help)
    if parsing.expr is not None:
        return parsing.expr
    raw = scalar.text[start:end].strip()
    return Raw(format="github", text=raw, span=scalar.span_of(start, end))


def read_template(scalar: Scalar, names: Names, diagnostics: Diagnostics) -> Template:
    """Return a text with its `${{ }}` expressions.

    A constant that is all there is keeps its type; beside others it is part of the text.
    """
    if not isinstance(scalar.value, str):
        only = Literal(value=_constant(scalar), span=scalar.span)
        return Template(parts=tuple(joined((only,))), span=scalar.span)
    if scalar.text and OPENING not in scalar.text:  # the same, but most texts are such
        all_of_it = Literal(value=scalar.text, span=scalar.span_of(0, len(scalar.text)))
        return Template(parts=(all_of_it,), span=scalar.span)
    parts = tuple(joined(_read_parts(scalar, names, diagnostics)))
    return Template(parts=with_run_url(parts), span=scalar.span)


def read_condition(scalar: Scalar, names: Names, diagnostics: Diagnostics) -> Expr:
    """Return what an `if:` asks for; no `success()` is added to it.

    Text beside a `${{ }}` makes the whole a text, which is true unless it is empty: a Template.
    """
    if scalar.value is None or not scalar.text.strip():
        return Literal(value=True, span=scalar.span)  # GitHub: the same as no condition
    if not isinstance(scalar.value, str):
        return Literal(value=_constant(scalar), span=scalar.span)
    if OPENING not in scalar.text:
        return read_expression(scalar, 0, len(scalar.text), names, diagnostics)
    parts = _read_parts(scalar, names, diagnostics)
    if len(parts) == 1:
        return parts[0]
    template = Template(parts=tuple(joined(parts)), span=scalar.span)
    if any(isinstance(part, Literal) for part in template.parts):
        diagnostics.warning(
            "constant-condition",
            "the condition is a text that is never empty, so it is always true",
            scalar.span,
            help="put the whole condition into one '${{ }}', with nothing around it",
        )
    return template


def _read_parts(scalar: Scalar, names: Names, diagnostics: Diagnostics) -> list[Expr]:
    text, at = scalar.text, 0
    parts: list[Expr] = []
    while at < len(text):
        opening = text.find(OPENING, at)
        if opening != at:
            end = len(text) if opening < 0 else opening
            parts.append(Literal(value=text[at:end], span=scalar.span_of(at, end)))
            at = end
            continue
        inside = opening + len(OPENING)
        closing = _INSIDE.match(text, inside)
        if closing is None:
            parts.append(_unclosed(scalar, opening, diagnostics))
            break
        at = closing.end()
        parts.append(read_expression(scalar, inside, at - len(CLOSING), names, diagnostics))
    return parts


def _around(parts: Sequence[Expr]) -> Span | None:
    first, last = parts[0].span, parts[-1].span
    return first if first is None or last is None else first.to(last)


def _unclosed(scalar: Scalar, opening: int, diagnostics: Diagnostics) -> Raw:
    inside = opening + len(OPENING)
    diagnostics.error(
        "expression-syntax",
        "the '${{' is never closed",
        scalar.span_of(opening, inside),
        help="'}}' inside single quotes does not count; write the text '${{' as ${{ '${{' }}",
    )
    span = scalar.span_of(opening, len(scalar.text))
    return Raw(format="github", text=scalar.text[inside:].strip(), span=span)


def joined(parts: Sequence[Expr]) -> Iterator[Expr]:
    """Yield the parts with neighbouring constants as one text, and without empty ones."""
    if len(parts) == 1 and isinstance(parts[0], Literal) and parts[0].value not in (None, ""):
        yield parts[0]
        return
    text: list[Literal] = []
    for part in parts:
        if isinstance(part, Literal):
            text.append(part)
        else:
            yield from _one_text(text)
            text = []
            yield part
    yield from _one_text(text)


def _one_text(literals: list[Literal]) -> Iterator[Literal]:
    value = "".join(written(literal.value) for literal in literals)
    if value:
        yield Literal(value=value, span=_around(literals))


def _constant(scalar: Scalar) -> Constant:
    """The value of a scalar that is no text."""
    value = scalar.value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _span_of_error(scalar: Scalar, error: ParseError) -> Span:
    if error.start < error.end:
        return scalar.span_of(error.start, error.end)
    end = min(len(scalar.text), error.end + len(CLOSING))  # of `${{}}` show the braces
    return scalar.span_of(max(0, error.start - len(OPENING)), end)
