"""A matrix as parameters of a job, with the combinations that a workflow asks for.

https://circleci.com/docs/reference/configuration-reference/#matrix
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.circleci.expressions.write import parameter
from ciconv.converters.shell_tests.scope import cell_text
from ciconv.ir.expression import Ref, constant
from ciconv.ir.job import Job, Matrix
from ciconv.ir.matrix import cells
from ciconv.ir.naming import unused
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve

# what stands beside the parameters where a workflow asks for a job
_KEYS = frozenset(
    (
        "name",
        "requires",
        "context",
        "filters",
        "type",
        "matrix",
        "pre-steps",
        "post-steps",
        "serial-group",
        "override-with",
        "max_auto_reruns",
    )
)
_PARAMETER = re.compile(r"<< parameters\.([\w-]+) >>")


class Axes(Struct, frozen=True, kw_only=True):
    """The values of a matrix that a job reads, as parameters of it."""

    parameters: dict[str, str] = {}  # `cfg.os` → cfg_os
    types: dict[str, str] = {}
    rows: tuple[dict[str, Scalar], ...] = ()  # one for each cell, by parameter
    native: tuple[tuple[str, tuple[Scalar, ...]], ...] | None = None  # axes of a plain product
    exclude: tuple[dict[str, Scalar], ...] = ()


def axes_of(job: Job) -> Axes:
    """Return the parameters that the matrix of a job becomes."""
    matrix = job.matrix
    if matrix is None:
        return Axes()
    found = cells(matrix)
    flat = [dict(_flat(dict(cell))) for cell in found]
    names = list(dict.fromkeys(name for row in flat for name in row))
    taken: dict[str, str] = {}
    for name in names:
        base = parameter(name)
        taken[name] = unused(f"matrix_{base}" if base in _KEYS else base, taken.values())
    empty = Scalar(text="", value="")
    rows = tuple({own: row.get(name, empty) for name, own in taken.items()} for row in flat)
    native = _native(matrix, taken)
    exclude = tuple(
        {taken[name]: value for name, value in _flat(dict(row.values)) if name in taken}
        for row in matrix.exclude
    )
    types = {own: _type([row[own] for row in rows]) for own in taken.values()}
    return Axes(parameters=taken, types=types, rows=rows, native=native, exclude=exclude)


def _flat(cell: dict[str, Node], before: str = "") -> list[tuple[str, Scalar]]:
    """The values of a cell; those inside mappings by their path."""
    found: list[tuple[str, Scalar]] = []
    for name, value in cell.items():
        node = resolve(value)
        if isinstance(node, Mapping):
            inner = {entry.name: entry.value for entry in node.entries}
            found += _flat(inner, f"{before}{name}.")
        elif isinstance(node, Scalar):
            found.append((before + name, node))
        elif isinstance(node, Sequence):
            texts = [one.text for one in map(resolve, node.items) if isinstance(one, Scalar)]
            said = ", ".join(texts)
            found.append((before + name, Scalar(text=said, value=said)))
    return found


def _native(
    matrix: Matrix, taken: dict[str, str]
) -> tuple[tuple[str, tuple[Scalar, ...]], ...] | None:
    """The axes, where each cell is a combination of plain values."""
    if matrix.include or not matrix.axes:
        return None
    found = []
    for axis in matrix.axes:
        values = tuple(one for one in map(resolve, axis.values) if isinstance(one, Scalar))
        if len(values) != len(axis.values) or axis.name not in taken:
            return None
        found.append((taken[axis.name], values))
    return tuple(found)


def _type(values: list[Scalar]) -> str:
    if values and all(isinstance(one.value, bool) for one in values):
        return "boolean"
    if values and all(type(one.value) is int for one in values):
        return "integer"
    return "string"


def with_machines(axes: Axes, axis: str, names: dict[str, str]) -> Axes:
    """Return the axes with a parameter for executors that are not called like the labels."""
    own = axes.parameters[axis]
    name = "machine" if "machine" not in axes.types else "executor_of_job"
    rows = tuple(
        row | {name: Scalar(text=names[row[own].text], value=names[row[own].text])}
        for row in axes.rows
    )
    return Axes(
        parameters=axes.parameters | {"": name},
        types=axes.types | {name: "string"},
        rows=rows,
    )


def write_parameters(axes: Axes) -> list[Entry]:
    """Return the key `parameters` of a job."""
    if not axes.parameters:
        return []
    declared = (
        build.entry(own, build.mapping(("type", build.text(axes.types[own])), flow=True))
        for own in axes.parameters.values()
    )
    return [build.entry("parameters", build.mapping(*declared))]


def value_of(scalar: Scalar, kind: str) -> Node:
    """Return a value as the type of its parameter wants it."""
    if kind == "string":
        return build.text(cell_text(scalar))
    return Scalar(text=scalar.text, value=scalar.value)


def write_matrix(axes: Axes) -> Entry:
    """Return the key `matrix` for a plain product."""
    entries = []
    for own, values in axes.native or ():
        items = (value_of(one, axes.types[own]) for one in values)
        entries.append(build.entry(own, build.sequence(*items, flow=True)))
    parts = [build.entry("parameters", build.mapping(*entries))]
    if axes.exclude:
        rows = (
            build.mapping(*((own, value_of(one, axes.types[own])) for own, one in row.items()))
            for row in axes.exclude
        )
        parts.append(build.entry("exclude", build.sequence(*rows)))
    return build.entry("matrix", build.mapping(*parts))


def in_workflow(entry: Entry, row: dict[str, Scalar] | None = None) -> Entry:
    """Return an entry that a workflow asks for a job with, where parameters have no meaning.

    `row`: the values of one cell; without it, they are those of the matrix beside the entry.
    """
    value = _in_workflow(entry.value, row)
    return entry if value is entry.value else replace(entry, value=value)


def _in_workflow(node: Node, row: dict[str, Scalar] | None) -> Node:
    if isinstance(node, Mapping):
        return replace(node, entries=tuple(in_workflow(one, row) for one in node.entries))
    if isinstance(node, Sequence):
        return replace(node, items=tuple(_in_workflow(one, row) for one in node.items))
    if not isinstance(node, Scalar) or "<< parameters." not in node.text:
        return node

    def value(match: re.Match[str]) -> str:
        return f"<< matrix.{match[1]} >>" if row is None else cell_text(row[match[1]])

    return replace(build.text(_PARAMETER.sub(value, node.text)), comments=node.comments)


def cell_name(job: str, row: dict[str, Scalar]) -> str:
    """Return the name of one cell in a workflow."""
    texts = [re.sub(r"[^A-Za-z0-9_.-]+", "-", one.text).strip("-") for one in row.values()]
    return "-".join([job, *filter(None, texts)])


def runner_axis(job: Job) -> str | None:
    """Return the part of the matrix that names the machine of a job."""
    labels = () if job.runner is None else job.runner.labels
    if len(labels) != 1 or constant(labels[0]) is not None or len(labels[0].parts) != 1:
        return None
    part = labels[0].parts[0]
    if isinstance(part, Ref) and part.path[0] == "matrix" and len(part.path) > 1:
        return ".".join(part.path[1:])
    return None
