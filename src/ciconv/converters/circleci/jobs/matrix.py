"""`matrix` of a job in a workflow: one job for each combination of parameters.

https://circleci.com/docs/reference/configuration-reference/#matrix
"""

import re
from itertools import product

from msgspec import Struct

from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.fill import text_of
from ciconv.converters.fields import Fields
from ciconv.ir.expression import Literal
from ciconv.ir.job import Axis, Matrix, Row
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, data

MAX_CELLS = 256
_VALUE = re.compile(r"<<\s*matrix\.([\w-]+)\s*>>")


class Cells(Struct, frozen=True, kw_only=True):
    """A matrix: its axes, the combinations left out, and the name of them all together."""

    axes: tuple[Entry, ...]
    exclude: tuple[Mapping, ...] = ()
    alias: str = ""
    span: Span
    comments: tuple[Comment, ...] = ()

    def values(self, axis: Entry) -> tuple[Node, ...]:
        """Return the values of one parameter."""
        return _values(axis)

    def rows(self) -> tuple[tuple[Entry, ...], ...]:
        """Return the combinations, each as arguments, at most MAX_CELLS + 1 of them."""
        left_out = [{one.name: data(one.value) for one in row.entries} for row in self.exclude]
        found: list[tuple[Entry, ...]] = []
        for values in product(*(self.values(axis) for axis in self.axes)):
            pairs = zip(self.axes, values, strict=True)
            row = tuple(Entry(key=axis.key, value=value) for axis, value in pairs)
            known = {one.name: data(one.value) for one in row}
            if any(all(known.get(k) == v for k, v in one.items()) for one in left_out):
                continue
            found.append(row)
            if len(found) > MAX_CELLS:
                break
        return tuple(found)


def _values(axis: Entry) -> tuple[Node, ...]:
    return axis.value.items if isinstance(axis.value, Sequence) else (axis.value,)


def read_matrix(entry: Entry | None, config: Config) -> Cells | None:
    """Return the matrix of a job."""
    if entry is None:
        return None
    fields = Fields(entry.value, config.context, "'matrix'")
    fields.require("parameters", entry.key.span)
    parameters = fields.node("parameters")
    exclude = fields.node("exclude")
    alias = fields.text("alias") or ""
    fields.leftovers("circleci")
    axes = parameters.entries if isinstance(parameters, Mapping) else ()
    rows = exclude.items if isinstance(exclude, Sequence) else ()
    cells = Cells(
        axes=axes,
        exclude=tuple(one for one in rows if isinstance(one, Mapping)),
        alias=alias,
        span=entry.span,
        comments=(*entry.comments, *fields.comments),
    )
    number = len(cells.rows())
    if not 0 < number <= MAX_CELLS:
        said = f"more than {MAX_CELLS} jobs" if number else "no job at all"
        config.context.diagnostics.error("matrix-size", f"the matrix gives {said}", entry.span)
        return None
    return cells


def cell_name(name: str, row: tuple[Entry, ...]) -> str:
    """Return what a job of a matrix is called: values in the order of their parameters' names."""
    if "<<" in name:
        return in_cell(name, row)
    values = {one.name: text_of(one.value) for one in row}
    return "-".join([name, *(values[key] for key in sorted(values))])


def in_cell(said: str, row: tuple[Entry, ...]) -> str:
    """Return a text of a workflow with the values of one cell in it."""
    values = {one.name: text_of(one.value) for one in row}
    return _VALUE.sub(lambda match: values.get(match[1], match[0]), said)


def symbols(cells: Cells) -> tuple[Entry, ...]:
    """Return arguments that stand for the values of every cell."""
    return tuple(
        Entry(key=axis.key, value=_symbol(axis.name, axis.value.span)) for axis in cells.axes
    )


def _symbol(name: str, span: Span) -> Scalar:
    said = f"<< matrix.{name} >>"
    return Scalar(text=said, value=said, span=span)


def matrix_of(cells: Cells) -> Matrix:
    """Return the matrix of the IR. All cells run, whatever becomes of one of them."""
    return Matrix(
        axes=tuple(Axis(name=one.name, values=_values(one), span=one.span) for one in cells.axes),
        exclude=tuple(
            Row(values=tuple((one.name, one.value) for one in row.entries), span=row.span)
            for row in cells.exclude
        ),
        fail_fast=Literal(value=False),
        span=cells.span,
        comments=cells.comments,
    )
