"""Values of a configuration: texts, lists of texts, environment variables."""

from collections.abc import Iterator

from ciconv.context import Context
from ciconv.converters.circleci.expressions.read import read_template
from ciconv.converters.fields import Fields, is_null
from ciconv.ir.expression import Expr, Literal, Template, join_texts
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

HOME = "~/project"  # where the files are when nothing is said


def take_text(fields: Fields, name: str, context: Context) -> Template | None:
    """Take a key whose value is text; its comments stay with it."""
    entry = fields.entry(name)
    if entry is None:
        return None
    if isinstance(entry.value, Scalar) and not is_null(entry.value):
        return read_template(entry.value, context, entry.comments)
    fields.comments.extend(entry.comments)
    if not is_null(entry.value):
        fields.wrong(entry.value, "text", name)
    return None


def take_texts(fields: Fields, name: str, context: Context) -> tuple[Template, ...]:
    """Take a list of texts, or a lone one."""
    found = fields.scalars(name) or ()
    return tuple(read_template(one, context, one.comments) for one in found if not is_null(one))


def lines(texts: tuple[Template, ...]) -> Template:
    """Return texts one a line."""
    parts: list[Expr] = []
    for number, one in enumerate(texts):
        if number:
            parts.append(Literal(value="\n", span=one.span))
        parts += one.parts
    return replace(join_text(tuple(parts)), span=_extent(texts), comments=_comments(texts))


def _extent(texts: tuple[Template, ...]) -> Span | None:
    spans = [one.span for one in texts if one.span is not None]
    return spans[0].to(spans[-1]) if spans else None


def _comments(texts: tuple[Template, ...]) -> tuple[Comment, ...]:
    return tuple(comment for one in texts for comment in one.comments)


def join_text(parts: tuple[Expr, ...]) -> Template:
    """Return a template of parts, neighbouring constants made one text."""
    return Template(parts=join_texts(parts))


def take_environment(fields: Fields, context: Context) -> tuple[EnvVar, ...]:
    """Take `environment`: a mapping, a list of mappings, or texts `NAME=value`."""
    entry = fields.entry("environment")
    if entry is None:
        return ()
    fields.comments.extend(entry.comments)
    return tuple(_variables(entry.value, fields, context))


def _variables(node: Node, fields: Fields, context: Context) -> Iterator[EnvVar]:
    if isinstance(node, Sequence):
        for item in node.items:
            yield from _variables(item, fields, context)
    elif isinstance(node, Mapping):
        fields.comments.extend((*node.comments, *node.trailing))
        for entry in node.entries:
            if isinstance(entry.value, Scalar):
                yield _variable(entry, entry.value, context)
            else:
                fields.wrong(entry.value, "text", entry.name)
    elif isinstance(node, Scalar) and not is_null(node):
        for line in node.text.splitlines():
            named, _, value = line.partition("=")
            if named.strip():
                literal = Literal(value=value, span=node.span)
                template = Template(parts=(literal,) if value else (), span=node.span)
                yield EnvVar(name=named.strip(), value=template, span=node.span)


def _variable(entry: Entry, value: Scalar, context: Context) -> EnvVar:
    template = read_template(value, context)
    return EnvVar(name=entry.name, value=template, span=entry.span, comments=entry.comments)


def merged(*groups: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    """Return the variables of all groups; a later group wins."""
    found = {one.name: one for group in groups for one in group}
    return tuple(found.values())
