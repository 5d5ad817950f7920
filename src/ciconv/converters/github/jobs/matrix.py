"""`strategy`: the matrix and how its jobs run. Both directions.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.github.scalars import (
    read_value,
    take_boolean,
    take_number,
    write_list,
    write_text,
)
from ciconv.ir.expression import Expr
from ciconv.ir.job import Axis, JobBase, Matrix, Row
from ciconv.ir.node import replace
from ciconv.ir.step import Extra
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve


def read_matrix(fields: Fields, context: Context) -> tuple[Matrix | None, tuple[Extra, ...]]:
    """Take `strategy`; what is neither matrix nor known to us comes back as extras."""
    entry = fields.entry("strategy")
    if entry is None:
        return None, ()
    if isinstance(resolve(entry.value), Scalar):
        extra = Extra(format="github", key="strategy", value=entry.value, span=entry.span)
        return None, (extra,)
    inner = Fields(entry.value, context, "'strategy'")
    matrix_entry = inner.entry("matrix")
    matrix = Matrix() if matrix_entry is None else _read_axes(matrix_entry, context)
    matrix = replace(
        matrix,
        max_parallel=take_number(inner, "max-parallel", context),
        fail_fast=take_boolean(inner, "fail-fast", context),
    )
    extras = inner.leftovers("github")
    comments = (*entry.comments, *inner.comments, *matrix.comments)
    return replace(matrix, span=entry.key.span, comments=comments), extras


def _read_axes(entry: Entry, context: Context) -> Matrix:
    node = resolve(entry.value)
    if isinstance(node, Scalar):
        return Matrix(dynamic=read_value(node, context), comments=entry.comments)
    fields = Fields(node, context, "'matrix'")
    include, include_dynamic = _read_rows(fields, "include", context)
    exclude, exclude_dynamic = _read_rows(fields, "exclude", context)
    axes = tuple(_read_axis(one, fields, context) for one in fields.rest())
    return Matrix(
        axes=axes,
        include=include,
        exclude=exclude,
        include_dynamic=include_dynamic,
        exclude_dynamic=exclude_dynamic,
        comments=(*entry.comments, *fields.comments),
    )


def _read_axis(entry: Entry, fields: Fields, context: Context) -> Axis:
    node = resolve(entry.value)
    if isinstance(node, Sequence):
        values = tuple(node.items)
        comments = (*entry.comments, *node.trailing)
        return Axis(name=entry.name, values=values, span=entry.span, comments=comments)
    if isinstance(node, Scalar):
        dynamic = read_value(node, context)
        return Axis(name=entry.name, dynamic=dynamic, span=entry.span, comments=entry.comments)
    fields.wrong(node, "a list", entry.name)
    return Axis(name=entry.name, span=entry.span)


def _read_rows(fields: Fields, name: str, context: Context) -> tuple[tuple[Row, ...], Expr | None]:
    node = fields.node(name)
    if node is None:
        return (), None
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return (), read_value(node, context)
    rows = []
    for item in fields.as_items(node, name):
        inner = Fields(item, context, f"an entry of {name!r}")
        entries = tuple(inner.rest())
        values = tuple((entry.name, entry.value) for entry in entries)
        own = (one for entry in entries for one in (*entry.key.comments, *entry.comments))
        comments = tuple(dict.fromkeys((*item.comments, *inner.comments, *own)))
        rows.append(Row(values=values, span=item.span, comments=comments))
    return tuple(rows), None


def write_strategy(job: JobBase, context: Context) -> Node | None:
    """Return the value of `strategy`, None without a matrix."""
    whole = next((one.value for one in job.extras if one.key == "strategy"), None)
    matrix = job.matrix
    if matrix is None:
        return whole
    entries: list[Entry] = []
    for key, value in (("fail-fast", matrix.fail_fast), ("max-parallel", matrix.max_parallel)):
        if value is not None:
            entries.append(build.entry(key, write_text(value, context), value.comments))
    if matrix.dynamic is not None:
        entries.append(build.entry("matrix", write_text(matrix.dynamic, context), matrix.comments))
    elif axes := _write_axes(matrix, context):
        entries.append(build.entry("matrix", build.mapping(*axes), matrix.comments))
    return build.mapping(*entries) if entries else None


def _write_axes(matrix: Matrix, context: Context) -> list[Entry]:
    entries = []
    for axis in matrix.axes:
        if axis.dynamic is not None:
            value: Node = write_text(axis.dynamic, context)
        else:
            value = write_list(*axis.values)
        entries.append(build.entry(axis.name, value, axis.comments))
    for name, rows, dynamic in (
        ("include", matrix.include, matrix.include_dynamic),
        ("exclude", matrix.exclude, matrix.exclude_dynamic),
    ):
        if dynamic is not None:
            entries.append(build.entry(name, write_text(dynamic, context), dynamic.comments))
        elif rows:
            entries.append(build.entry(name, build.sequence(*map(_write_row, rows))))
    return entries


def _write_row(row: Row) -> Mapping:
    entries = (build.entry(name, value) for name, value in row.values)
    return build.mapping(*entries, comments=row.comments)
