"""`matrix`: axes, and combinations that are left out.

https://www.jenkins.io/doc/book/pipeline/syntax/#declarative-matrix
"""

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import Directive, Section, directives
from ciconv.ir.expression import Literal, constant
from ciconv.ir.job import Axis, Matrix, Row
from ciconv.source import Span
from ciconv.syntax.groovy import tree
from ciconv.syntax.node import Node, Scalar


def read_matrix(
    axes: Directive | None, excludes: Directive | None, scope: Scope, *, fail_fast: bool
) -> Matrix:
    """Return the combinations; an exclude that names what it keeps is written out."""
    listed = directives(axes.body) if axes is not None else ()
    found = tuple(_axis(one, scope) for one in listed)
    rows: list[Row] = []
    for one in directives(excludes.body) if excludes is not None else ():
        rows += _rows(one, found, scope)
    span = None if axes is None else axes.span
    return Matrix(
        axes=found,
        exclude=tuple(rows),
        fail_fast=Literal(value=fail_fast),
        span=span,
        comments=axes.statement.comments if axes is not None else (),
    )


def _axis(one: Directive, scope: Scope) -> Axis:
    section = Section(one.body)
    name, values = section.take("name"), section.take("values")
    return Axis(
        name="" if name is None or not name.values else _text(name.values[0], scope).text,
        values=() if values is None else tuple(_text(item, scope) for item in values.values),
        span=one.span,
        comments=(*one.statement.comments, *section.comments),
    )


def _text(node: tree.Expr, scope: Scope) -> Scalar:
    said = constant(read_expression(node, scope))
    text = node.span.text if said is None else said
    return Scalar(text=text, value=text, span=node.span)


def _rows(one: Directive, axes: tuple[Axis, ...], scope: Scope) -> list[Row]:
    """The combinations of one exclude: the product of what it says of each axis."""
    rows: list[tuple[tuple[str, Node], ...]] = [()]
    for inner in directives(one.body):
        axis = _axis(inner, scope)
        values: tuple[Node, ...] = axis.values
        kept = Section(inner.body).take("notValues")
        if kept is not None:
            names = {_text(item, scope).text for item in kept.values}
            values = tuple(
                value
                for other in axes
                if other.name == axis.name
                for value in other.values
                if isinstance(value, Scalar) and value.text not in names
            )
            values = tuple(_at(value, kept.span) for value in values)
        rows = [(*row, (axis.name, value)) for row in rows for value in values]
    return [Row(values=row, span=one.span, comments=one.comments) for row in rows]


def _at(value: Node, span: Span) -> Node:
    assert isinstance(value, Scalar)
    return Scalar(text=value.text, value=value.text, span=span)
