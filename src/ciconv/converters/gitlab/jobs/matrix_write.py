"""A matrix as `parallel:matrix`: maps of variables, each of them a product.

https://docs.gitlab.com/ci/yaml/#parallelmatrix
"""

from collections.abc import Callable, Iterator

from ciconv.ir.expression import written
from ciconv.ir.job import Matrix
from ciconv.ir.matrix import Cell, cells
from ciconv.ir.walk import comments_of
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve

Name = Callable[[tuple[str, ...]], str]


def write_matrix(matrix: Matrix, name: Name) -> Entry:
    """Return the entry `parallel`; `name` gives the variable of a path into the matrix.

    A plain product is one map of lists, anything else a map for each combination.
    """
    found = cells(matrix)
    maps = [_product(matrix, name)] if _is_product(matrix) else None
    if maps is None:
        maps = [build.mapping(*_variables(cell, name)) for cell in found]
    items = build.sequence(*maps)
    inner = build.mapping(build.entry("matrix", items, comments_of(matrix)))
    return build.entry("parallel", inner)


def _is_product(matrix: Matrix) -> bool:
    if matrix.include or matrix.exclude:
        return False
    values = (resolve(value) for axis in matrix.axes for value in axis.values)
    return all(isinstance(one, Scalar) for one in values)


def _product(matrix: Matrix, name: Name) -> Mapping:
    entries = []
    for axis in matrix.axes:
        texts = [build.text(text_of(value)) for value in axis.values]
        value: Node = texts[0] if len(texts) == 1 else build.sequence(*texts, flow=_is_short(texts))
        entries.append(build.entry(name((axis.name,)), value))
    return build.mapping(*entries)


def _is_short(texts: list[Scalar]) -> bool:
    return sum(len(one.text) + 2 for one in texts) <= 80


def _variables(cell: Cell, name: Name) -> Iterator[Entry]:
    for key, value in cell:
        for path, text in _leaves((key,), value):
            yield build.entry(name(path), build.text(text))


def _leaves(path: tuple[str, ...], value: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    node = resolve(value)
    if isinstance(node, Mapping) and node.entries:
        for entry in node.entries:
            yield from _leaves((*path, entry.name), entry.value)
    else:
        yield path, text_of(node)


def text_of(value: Node) -> str:
    """Return a value of a matrix as the text that a variable holds."""
    node = resolve(value)
    if isinstance(node, Scalar):
        known = node.value
        if isinstance(known, str):
            return node.text.replace("$", "$$")
        return written(known if known is None or isinstance(known, bool) else float(known))
    return _json(node)


def _json(node: Node) -> str:
    import json

    return json.dumps(_plain(node))


def _plain(node: Node) -> object:
    node = resolve(node)
    if isinstance(node, Sequence):
        return [_plain(one) for one in node.items]
    if isinstance(node, Mapping):
        return {one.name: _plain(one.value) for one in node.entries}
    return node.value if isinstance(node, Scalar) else None
