"""What the expressions of one job can refer to, and why one cannot be said."""

import re
from collections.abc import Mapping as Table
from typing import Protocol

from msgspec import Struct

from ciconv.converters.shell_tests.dialects import Dialect
from ciconv.ir.expression import Expr, Ref, written
from ciconv.syntax.node import Mapping, Node, Scalar, resolve


class CannotSay(Exception):
    """An expression has no counterpart; the message says why in a few words."""

    def __init__(self, expr: Expr, reason: str) -> None:
        super().__init__(reason)
        self.expr = expr


class Cells(Struct, frozen=True, dict=True):
    """The combinations of a matrix: for each, its values by name. What was asked is kept."""

    rows: tuple[tuple[tuple[str, Node], ...], ...]

    def values(self, path: tuple[str, ...]) -> tuple[Node | None, ...]:
        """Return what a path into `matrix` is in each cell, None where it is not there."""
        known: dict[tuple[str, ...], tuple[Node | None, ...]]
        known = self.__dict__.setdefault("_values", {})
        if path not in known:
            known[path] = tuple(_at(row, path) for row in self.rows)
        return known[path]

    def spelled(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return a path as the matrix writes its first name, whose case GitHub ignores."""
        known = (_spelling(row, path[0]) for row in self.rows)
        return (next(filter(None, known), path[0]), *path[1:])

    def texts(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the text of a path in each cell; None when one of them is no scalar."""
        values = self.values(path)
        if any(value is not None and not isinstance(value, Scalar) for value in values):
            return None
        return tuple(cell_text(value) if isinstance(value, Scalar) else "" for value in values)


def _spelling(row: tuple[tuple[str, Node], ...], name: str) -> str | None:
    return next((one for one, _ in row if one.lower() == name.lower()), None)


def _at(row: tuple[tuple[str, Node], ...], path: tuple[str, ...]) -> Node | None:
    wanted = path[0].lower()
    found: Node | None = None
    for name, value in row:
        if name.lower() == wanted:
            found = value
            break
    for part in path[1:]:
        node = None if found is None else resolve(found)
        found = node.get(part) if isinstance(node, Mapping) else None
    return None if found is None else resolve(found)


def cell_text(scalar: Scalar) -> str:
    """Return what a value of a matrix is in scripts: the number 3.10 is `3.1`."""
    value = scalar.value
    if isinstance(value, str):
        return value
    return written(value if value is None or isinstance(value, bool) else float(value))


class Scope(Protocol):
    """The names of one job, as a format has them."""

    @property
    def dialect(self) -> Dialect:
        """What tests are made of."""

    @property
    def cells(self) -> Cells | None:
        """The combinations of the job's matrix, as far as they are known."""

    @property
    def input_types(self) -> Table[str, str]:
        """The types of the pipeline's inputs, by lower-case name."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The jobs this one waits for."""

    def variable(self, ref: Ref) -> str:
        """Return the environment variable that holds what a reference means; raise CannotSay."""

    def matrix(self, ref: Ref, *, pasted: bool) -> str:
        """Return a value of the matrix as it stands between double quotes; raise CannotSay.

        `pasted`: without regard to what the shell makes of the text.
        """


def shell_name(name: str) -> str:
    """Return a name as part of a shell variable: `build-x` is `BUILD_X`."""
    return re.sub(r"[^A-Za-z0-9]", "_", name).upper()
