"""The jobs of a matrix, its expressions worked out as far as they are known.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

import json
import re
from collections.abc import Iterator

from msgspec import Struct

from ciconv.ir.dump import tree
from ciconv.ir.evaluate import UNKNOWN, Array, Object, Residual, Value, is_known
from ciconv.ir.expression import Expr, Ref, walk, written
from ciconv.ir.job import Axis, JobBase, Matrix, Row
from ciconv.ir.matrix import MAX_CELLS, cells
from ciconv.ir.node import replace
from ciconv.simulation.plan import Pairs
from ciconv.simulation.texts import Texts
from ciconv.simulation.wording import expression_text
from ciconv.syntax import build
from ciconv.syntax.node import Node as Tree

MAX_NAME = 100  # characters of a job's name that GitHub shows


class Instance(Struct, frozen=True, kw_only=True):
    """One job of a matrix: what its cell is called, and what it makes known."""

    suffix: str = ""  # `(3.12, linux)`
    cell: Pairs = ()
    axes: Pairs = ()  # the same under names of variables
    unknown: str = ""  # the expression of a matrix that only the run knows
    known: dict[tuple[str, ...], object] = {}


def instances(job: JobBase, texts: Texts) -> tuple[Instance, ...]:
    """Return the instances of a job: one without a matrix; none, and an error, for a wrong one."""
    if job.matrix is None or _is_empty(job.matrix):
        return (Instance(known={("matrix",): {}, **_place(0, 1)}),)
    matrix = _static(job.matrix, texts)
    if isinstance(matrix, str):
        return (Instance(suffix="(…)", unknown=matrix),)
    found = cells(matrix)
    if not 0 < len(found) <= MAX_CELLS:
        said = f"more than {MAX_CELLS} jobs" if found else "no job at all"
        message = f"the matrix of job {job.id!r} gives {said}"
        texts.diagnostics.error("matrix-size", message, job.matrix.span)
        return ()
    total = len(found)
    return _with_empty(tuple(_instance(cell, n, total) for n, cell in enumerate(found)))


def _is_empty(matrix: Matrix) -> bool:
    """Whether there is only fail-fast or max-parallel."""
    return not (
        matrix.axes
        or matrix.include
        or matrix.exclude
        or matrix.dynamic
        or matrix.include_dynamic
        or matrix.exclude_dynamic
    )


def _static(matrix: Matrix, texts: Texts) -> Matrix | str:
    """The matrix without expressions; the text of one that only the run knows."""
    try:
        if matrix.dynamic is not None:
            return _whole(_value(matrix.dynamic, texts), matrix)
        return replace(
            matrix,
            axes=tuple(_axis(one, texts) for one in matrix.axes),
            include=_rows(matrix.include, matrix.include_dynamic, texts),
            exclude=_rows(matrix.exclude, matrix.exclude_dynamic, texts),
        )
    except _Unknown as unknown:
        return expression_text(unknown.expr, texts.catalog)


class _Unknown(Exception):
    """A part of a matrix that only the run knows."""

    def __init__(self, expr: Expr) -> None:
        self.expr = expr


def _value(expr: Expr, texts: Texts) -> Value:
    value = texts.value(expr)
    if isinstance(value, Residual):
        raise _Unknown(value.expr)
    if not is_known(value):
        raise _Unknown(expr)
    return value


def _axis(axis: Axis, texts: Texts) -> Axis:
    if axis.dynamic is None:
        return axis
    values = _value(axis.dynamic, texts)
    return replace(axis, values=tuple(_items(values)), dynamic=None)


def _rows(rows: tuple[Row, ...], dynamic: Expr | None, texts: Texts) -> tuple[Row, ...]:
    if dynamic is None:
        return rows
    return tuple(_made_rows(_value(dynamic, texts)))


def _whole(value: Value, matrix: Matrix) -> Matrix:
    if not isinstance(value, Object):
        return Matrix(span=matrix.span)
    special = {"include": (), "exclude": ()} | {
        name.lower(): tuple(_made_rows(one))
        for name, one in value.entries
        if name.lower() in ("include", "exclude")
    }
    axes = (
        Axis(name=name, values=tuple(_items(one)))
        for name, one in value.entries
        if name.lower() not in special
    )
    return replace(matrix, axes=tuple(axes), dynamic=None, **special)


def _items(value: Value) -> Iterator[Tree]:
    yield from map(_tree, value.items if isinstance(value, Array) else (value,))


def _made_rows(value: Value) -> Iterator[Row]:
    for one in value.items if isinstance(value, Array) else ():
        if isinstance(one, Object):
            yield Row(values=tuple((name, _tree(item)) for name, item in one.entries))


def _tree(value: Value) -> Tree:
    match value:
        case Array():
            return build.sequence(*map(_tree, value.items))
        case Object():
            return build.mapping(*((name, _tree(one)) for name, one in value.entries))
        case bool():
            return build.boolean(value)
        case float():
            return build.number(int(value) if value.is_integer() else value)
        case str():
            return build.text(value)
    return build.null()


def _instance(cell: tuple[tuple[str, Tree], ...], number: int, total: int) -> Instance:
    values = {name: tree(value) for name, value in cell}
    pairs = tuple((name, ", ".join(_leaves(value))) for name, value in values.items())
    known: dict[tuple[str, ...], object] = {("matrix",): {k: _data(v) for k, v in values.items()}}
    known |= _place(number, total)
    shown = [leaf for value in values.values() for leaf in _leaves(value) if leaf.strip()]
    suffix = f"({', '.join(shown)})" if shown else ""
    axes = tuple(pair for name, value in values.items() for pair in _variables(name, value))
    return Instance(suffix=suffix, cell=pairs, known=known, axes=axes)


def _with_empty(found: tuple[Instance, ...]) -> tuple[Instance, ...]:
    """The instances, each with an empty variable for what only other cells have a value of."""
    names = dict.fromkeys(name for one in found for name, _ in one.axes)
    return tuple(
        replace(one, axes=tuple((dict.fromkeys(names, "") | dict(one.axes)).items()))
        for one in found
    )


def _place(number: int, total: int) -> dict[tuple[str, ...], object]:
    """Which one of how many it is, by GitHub's names and by the canonical ones."""
    return {
        (head, *tail): float(value)
        for value, *names in (
            (number, ("strategy", "job-index"), ("node", "index")),
            (total, ("strategy", "job-total"), ("node", "total")),
        )
        for head, *tail in names
    }


def _variables(name: str, value: object) -> Iterator[tuple[str, str]]:
    """The values under names of variables, those in a mapping one by one."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _variables(f"{name}_{key}", one)
    else:
        text = json.dumps(value) if isinstance(value, list) else ", ".join(_leaves(value))
        yield re.sub(r"\W", "_", name), text


def _leaves(value: object) -> Iterator[str]:
    """The values GitHub puts behind a job's name: those of lists and mappings one by one."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield written(float(value) if type(value) is int else value)  # type: ignore[arg-type]


def _data(value: object) -> object:
    """The value for expressions; a text with expressions in it is known to the run alone."""
    if isinstance(value, dict):
        return {name: _data(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_data(one) for one in value]
    return UNKNOWN if isinstance(value, str) and "${{" in value else value


def display_name(job: JobBase, instance: Instance, texts: Texts) -> str:
    """Return the name of an instance as GitHub shows it.

    The values of the cell stand behind a name that does not speak of them itself.
    """
    name = job.id if job.name is None else texts.text(job.name)
    parts = walk(job.name) if job.name is not None else iter(())
    speaks = any(isinstance(one, Ref) and one.path[0] == "matrix" for one in parts)
    if instance.suffix and not speaks:
        name = f"{name} {instance.suffix}"
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 3]}..."
