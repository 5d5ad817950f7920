"""Values of a workflow: constants, expressions, text with expressions. Both directions."""

import re
from collections.abc import Iterator
from math import isfinite

from ciconv.context import Context
from ciconv.converters.fields import Fields, extra_of, is_null
from ciconv.converters.github.expressions.read import OPENING, read_condition, read_template
from ciconv.converters.github.expressions.write import ESCAPED, write_condition, write_template
from ciconv.ir.expression import Expr, Literal, Template, constant, parts_of, written
from ciconv.ir.node import Node as Cause
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, EnvVar, Extra
from ciconv.source import Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, Style, resolve

MAX_LINE = 90  # characters of a condition on one line
MAX_LIST = 70  # and of a list

_LANDMARKS = re.compile(r"'(?:[^']|'')*'|&&|\|\||[()]")


def read_text(scalar: Scalar, context: Context, comments: tuple[Comment, ...] = ()) -> Template:
    """Return the text of a scalar, with its expressions; a number or boolean stays one."""
    value = scalar.value
    if isinstance(value, str) or scalar.style is not Style.PLAIN:
        template = read_template(scalar, context.catalog, context.diagnostics)
        return replace(template, comments=comments) if comments else template
    if value is None:
        return Template(span=scalar.span, comments=comments)
    number = value if isinstance(value, bool) else float(value)
    spelling = None if written(number) == scalar.text else scalar.text
    literal = Literal(value=number, spelling=spelling, span=scalar.span)
    return Template(parts=(literal,), span=scalar.span, comments=comments)


def read_value(scalar: Scalar, context: Context, comments: tuple[Comment, ...] = ()) -> Expr:
    """Return a value that need not be text: a constant, one expression, or a template."""
    template = read_text(scalar, context, comments)
    if len(template.parts) == 1:
        return replace(template.parts[0], comments=comments)
    return template


def take_text(fields: Fields, name: str, context: Context) -> Template | None:
    """Take a key whose value is text with expressions; its comments stay with it."""
    found = _take_scalar(fields, name)
    return None if found is None else read_text(found[0], context, found[1])


def take_value(fields: Fields, name: str, context: Context) -> Expr | None:
    """Take a key whose value is a constant or an expression."""
    found = _take_scalar(fields, name)
    return None if found is None else read_value(found[0], context, found[1])


def take_boolean(fields: Fields, name: str, context: Context) -> Expr | None:
    """Take a key whose value is true, false or an expression."""
    value = take_value(fields, name, context)
    if isinstance(value, Literal) and not isinstance(value.value, bool):
        _report_type(fields, name, value, "true, false or an expression", context)
    return value


def take_number(fields: Fields, name: str, context: Context) -> Expr | None:
    """Take a key whose value is a number or an expression."""
    value = take_value(fields, name, context)
    number = value.value if isinstance(value, Literal) else None
    is_number = isinstance(number, float) and isfinite(number)
    if isinstance(value, Literal) and not is_number:
        _report_type(fields, name, value, "a number or an expression", context)
    return value


def _report_type(fields: Fields, name: str, value: Literal, wanted: str, context: Context) -> None:
    said = written(value.value)
    context.diagnostics.error(
        "wrong-type", f"{name!r} of {fields.what} has to be {wanted}, not {said!r}", value.span
    )


def take_condition(fields: Fields, name: str, context: Context) -> Expr | None:
    """Take an `if`, which is an expression with or without `${{ }}`."""
    found = _take_scalar(fields, name)
    if found is None:
        return None
    condition = read_condition(found[0], context.catalog, context.diagnostics)
    return replace(condition, comments=found[1]) if found[1] else condition


def _take_scalar(fields: Fields, name: str) -> tuple[Scalar, tuple[Comment, ...]] | None:
    entry = fields.entry(name)
    if entry is None:
        return None
    node = resolve(entry.value)
    if isinstance(node, Scalar) and not is_null(node):
        return node, entry.comments
    fields.comments.extend(entry.comments)
    if not is_null(node):
        fields.wrong(node, "text", name)
    return None


def read_env(fields: Fields, context: Context) -> tuple[tuple[EnvVar, ...], tuple[Extra, ...]]:
    """Take `env`; when one expression gives it whole, it is known to GitHub alone."""
    entry = fields.entry("env")
    found = [] if entry is None else _pairs(entry, fields, context)
    if isinstance(found, Extra):
        return (), (found,)
    return tuple(
        EnvVar(name=entry.name, value=value, span=entry.span, comments=entry.comments)
        for entry, value in found
    ), ()


def read_arguments(
    fields: Fields, context: Context, key: str
) -> tuple[tuple[Argument, ...], tuple[Extra, ...]]:
    """Take a mapping of names to values, such as `with`."""
    entry = fields.entry(key)
    return ((), ()) if entry is None else as_arguments(entry, fields, context)


def as_arguments(
    entry: Entry, fields: Fields, context: Context
) -> tuple[tuple[Argument, ...], tuple[Extra, ...]]:
    """Return the names and values of an entry that was taken already."""
    found = _pairs(entry, fields, context)
    if isinstance(found, Extra):
        return (), (found,)
    return tuple(
        Argument(name=entry.name, value=value, span=entry.span, comments=entry.comments)
        for entry, value in found
    ), ()


def _pairs(entry: Entry, fields: Fields, context: Context) -> list[tuple[Entry, Template]] | Extra:
    node = resolve(entry.value)
    if isinstance(node, Scalar) and not is_null(node):
        return extra_of("github", replace(entry, value=node))
    inner = Fields(node, context, f"{entry.name!r}")
    pairs = [
        (item, read_text(scalar, context))
        for item in inner.rest()
        for scalar in inner.only_scalars((item.value,), item.name)
    ]
    fields.comments.extend((*entry.comments, *inner.comments))
    return pairs


def write_text(value: Expr, context: Context) -> Node:
    """Return the scalar of a constant, an expression or a template."""
    parts = parts_of(value)
    if len(parts) == 1 and isinstance(parts[0], Literal):
        return write_literal(parts[0])
    template = value if isinstance(value, Template) else Template(parts=parts)
    return build.text(write_template(template, context.catalog))


def write_literal(literal: Literal) -> Scalar:
    """Return the scalar of a constant, in its own spelling."""
    value = literal.value
    if isinstance(value, str):
        return build.text(value.replace(OPENING, ESCAPED))
    spelling = literal.spelling or written(value)
    return Scalar(text=spelling, value=value)


def write_number(value: Expr, context: Context) -> Node:
    """Return the scalar of a number or an expression; a text of digits is a number here."""
    known = constant(value)
    if known is None or not known.isdecimal():
        return write_text(value, context)
    return Scalar(text=known, value=int(known))


def write_if(value: Expr, context: Context) -> Node:
    """Return the scalar of an `if`."""
    if isinstance(value, Literal) and not isinstance(value.value, str):
        return write_literal(value)
    return _in_lines(write_condition(value, context.catalog))


def _in_lines(condition: str) -> Scalar:
    """A long condition, broken before the operators that stand in no brackets."""
    places: list[tuple[int, int]] = []
    depth = 0
    for found in _LANDMARKS.finditer(condition):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth == 0 and found[0] in ("&&", "||"):
            places.append((found.start(), 0))
    if len(condition) <= MAX_LINE or not places:
        return build.text(condition)
    offsets = tuple(places)
    return Scalar(text=condition, value=condition, style=Style.FOLDED, offsets=offsets)


def write_list(*items: Scalar | Node) -> Sequence:
    """Return a list, on one line where that is short."""
    length = sum(len(one.text) + 2 for one in items if isinstance(one, Scalar))
    plain = all(isinstance(one, Scalar) and not one.comments for one in items)
    return build.sequence(*items, flow=plain and length <= MAX_LIST)


def write_pairs(
    items: tuple[EnvVar, ...] | tuple[Argument, ...], context: Context
) -> Mapping | None:
    """Return the mapping of environment variables or arguments, None without any."""
    if not items:
        return None
    return build.mapping(
        *(build.entry(one.name, write_text(one.value, context), one.comments) for one in items)
    )


def write_extras(extras: tuple[Extra, ...]) -> Iterator[Entry]:
    """Yield the entries of keys that GitHub alone knows."""
    for one in extras:
        if one.format == "github":
            yield build.entry(one.key, one.value, one.comments)


def add_text(entries: list[Entry], key: str, value: Expr | None, context: Context) -> None:
    """Add an entry with a text, if there is one."""
    if value is not None:
        entries.append(build.entry(key, write_text(value, context), value.comments))


def add_tree(
    entries: list[Entry], key: str, value: Node | None, cause: Cause | None = None
) -> None:
    """Add an entry, if there is one; comments are those of what it was made of."""
    if value is not None:
        entries.append(build.entry(key, value, () if cause is None else cause.comments))
