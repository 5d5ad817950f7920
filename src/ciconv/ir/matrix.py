"""The combinations of a matrix, worked out exactly as GitHub does it.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

from ciconv.ir.job import Matrix
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, data, resolve

Cell: TypeAlias = tuple[tuple[str, Node], ...]  # names and values, in order

MAX_CELLS = 256  # GitHub starts no more jobs from one matrix


def cells(matrix: Matrix) -> tuple[Cell, ...]:
    """Return the combinations of a matrix without dynamic parts, at most MAX_CELLS + 1 of them.

    Excludes remove combinations that agree with all their keys. An include adds its other keys to
    every combination whose original values agree; if none does, it is one of its own.
    """
    found = [list(cell) for cell in _product(matrix)]
    for row in matrix.exclude:
        entries = dict(row.values)
        keys = {name.lower() for name in entries}
        found = [cell for cell in found if not _agrees(entries, dict(cell), keys)]
    originals = [dict(cell) for cell in found]
    added: list[list[tuple[str, Node]]] = []
    for row in matrix.include:
        entries = dict(row.values)
        axes = {name.lower() for name in entries} & {axis.name.lower() for axis in matrix.axes}
        matching = [n for n, one in enumerate(originals) if _agrees(entries, one, axes)]
        for number in matching:
            found[number] = _extended(found[number], entries, originals[number])
        if not matching:
            added.append(list(row.values))
    return tuple(tuple(cell) for cell in (found + added)[: MAX_CELLS + 1])


def _product(matrix: Matrix) -> Iterator[Cell]:
    axes = [axis for axis in matrix.axes if axis.dynamic is None]
    if not axes:
        return
    for number, values in enumerate(product(*(axis.values for axis in axes))):
        if number > 10 * MAX_CELLS:
            return  # diagnosed by its number of cells; no need to hold more of them
        yield tuple((axis.name, value) for axis, value in zip(axes, values, strict=True))


def _agrees(entries: dict[str, Node], cell: dict[str, Node], keys: set[str]) -> bool:
    """Whether the entries and the cell have the same values for those of the keys they share."""
    lower = {name.lower(): value for name, value in cell.items()}
    wanted = {name.lower(): value for name, value in entries.items()}
    return all(
        key in lower and _same(value, lower[key]) for key, value in wanted.items() if key in keys
    )


def _same(one: Node, other: Node) -> bool:
    one, other = resolve(one), resolve(other)
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.value == other.value or one.text == other.text
    return data(one) == data(other)


def _extended(
    cell: list[tuple[str, Node]], entries: dict[str, Node], original: dict[str, Node]
) -> list[tuple[str, Node]]:
    fixed = {name.lower() for name in original}
    added = {name: value for name, value in entries.items() if name.lower() not in fixed}
    kept = [(name, added.pop(name, value)) for name, value in cell]
    return [*kept, *added.items()]


def dynamic_value(matrix: Matrix) -> Scalar | None:
    """Return a value that has an expression in it, so that only the run knows it."""
    values = [value for axis in matrix.axes for value in axis.values]
    values += [value for row in (*matrix.include, *matrix.exclude) for _, value in row.values]
    while values:
        node = resolve(values.pop())
        if isinstance(node, Scalar) and isinstance(node.value, str) and "${{" in node.text:
            return node
        if isinstance(node, Sequence):
            values.extend(node.items)
        elif isinstance(node, Mapping):
            values.extend(entry.value for entry in node.entries)
    return None
