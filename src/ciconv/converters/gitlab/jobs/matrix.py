"""`parallel`: several instances of a job, with or without variables of their own.

https://docs.gitlab.com/ci/yaml/#parallel
"""

from msgspec import Struct

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.scalars import FORMAT, Scope
from ciconv.ir.expression import Literal, Ref, Template, text
from ciconv.ir.job import Axis, Matrix, Row
from ciconv.ir.step import EnvVar
from ciconv.source import Span
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Scalar, Sequence, resolve
from ciconv.syntax.node import Node as Tree

MAX_INSTANCES = 200
NODE = "ci_node"  # the axis that counts the instances of `parallel: N`


class Parallel(Struct, frozen=True, kw_only=True):
    """The instances of a job, and the variables that tell them apart."""

    matrix: Matrix | None = None
    env: tuple[EnvVar, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The variables whose value is that of the matrix."""
        axes = [] if self.matrix is None else [one.name for one in self.matrix.axes]
        rows = () if self.matrix is None else self.matrix.include
        return tuple(dict.fromkeys((*axes, *(name for row in rows for name, _ in row.values))))


def read_parallel(fields: Fields, scope: Scope) -> Parallel:
    """Take `parallel`."""
    node = fields.node("parallel")
    if node is None or is_null(node):
        return Parallel()
    if isinstance(node, Mapping):
        inner = Fields(node, scope.context, "'parallel'")
        rows = inner.node("matrix")
        inner.leftovers(FORMAT)
        fields.comments.extend(inner.comments)
        return _of_matrix(rows, node.span, scope) if rows is not None else Parallel()
    if (
        isinstance(node, Scalar)
        and isinstance(node.value, int)
        and not isinstance(node.value, bool)
    ):
        return _of_number(node, fields)
    fields.wrong(node, "a number or a mapping", "parallel")
    return Parallel()


def _of_number(node: Scalar, fields: Fields) -> Parallel:
    count = node.value if isinstance(node.value, int) else 0
    if not 1 <= count <= MAX_INSTANCES:
        fields.wrong(node, f"between 1 and {MAX_INSTANCES}", "parallel")
        return Parallel()
    values = tuple(build.number(number) for number in range(1, count + 1))
    axis = Axis(name=NODE, values=values, span=node.span)
    index = Template(parts=(Ref(path=("matrix", NODE)),), span=node.span)
    return Parallel(
        matrix=_matrix((axis,), (), node.span),
        env=(
            EnvVar(name="CI_NODE_INDEX", value=index, span=node.span),
            EnvVar(name="CI_NODE_TOTAL", value=text(str(count)), span=node.span),
        ),
    )


def _matrix(axes: tuple[Axis, ...], include: tuple[Row, ...], span: Span | None) -> Matrix:
    # an instance that fails does not end the others
    fail_fast = Literal(value=False, span=span)
    return Matrix(axes=axes, include=include, fail_fast=fail_fast, span=span)


def _of_matrix(node: Tree, span: Span, scope: Scope) -> Parallel:
    """One mapping is a product; several are products one after the other."""
    items = node.items if isinstance(node, Sequence) else (node,)
    products = [
        [
            axis
            for entry in Fields(item, scope.context, "a matrix").rest()
            if (axis := _axis(entry, scope))
        ]
        for item in map(resolve, items)
    ]
    names = tuple(dict.fromkeys(axis.name for product in products for axis in product))
    if len(products) == 1:
        matrix = _matrix(tuple(products[0]), (), span)
    else:
        rows = tuple(row for product in products for row in _rows(product))
        matrix = _matrix((), rows[: MAX_INSTANCES + 1], span)
    env = tuple(
        EnvVar(name=name, value=Template(parts=(Ref(path=("matrix", name), span=span),)), span=span)
        for name in names
    )
    return Parallel(matrix=matrix, env=env)


def _axis(entry: Entry, scope: Scope) -> Axis | None:
    fields = Fields(None, scope.context, "'matrix'")
    node = resolve(entry.value)
    items = node.items if isinstance(node, Sequence) else (node,)
    values = tuple(_text(one) for one in fields.only_scalars(items, entry.name))
    return Axis(name=entry.name, values=values, span=entry.span, comments=entry.comments)


def _text(scalar: Scalar) -> Scalar:
    """A value as text: variables are never anything else."""
    made = build.text(scalar.text) if scalar.text else build.text("")
    return Scalar(
        text=scalar.text,
        value=scalar.text,
        style=made.style,
        span=scalar.span,
        comments=scalar.comments,
    )


def _rows(product: list[Axis]) -> list[Row]:
    rows: list[tuple[tuple[str, Tree], ...]] = [()]
    for axis in product:
        rows = [(*row, (axis.name, value)) for row in rows for value in axis.values]
        rows = rows[: MAX_INSTANCES + 1]
    span = product[0].span if product else None
    return [Row(values=row, span=span) for row in rows]
