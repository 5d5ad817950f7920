"""What is known when an expression is evaluated."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from ciconv.ir.evaluate.residual import property_expr
from ciconv.ir.evaluate.value import (
    MISSING,
    Array,
    EvaluationError,
    Missing,
    Object,
    Residual,
    Value,
    property_of,
)
from ciconv.ir.expression import Expr, Literal, Ref

MAX_DEPTH = 100  # levels of data

Path: TypeAlias = tuple[str, ...]
Data: TypeAlias = Mapping[Any, object]  # by paths, or by the only word of one
Function: TypeAlias = Callable[[tuple[Value, ...]], Value]


class Unknown(Struct, frozen=True):
    """The type of UNKNOWN: in the data of an environment, what only the run knows."""


UNKNOWN: Final = Unknown()


class Environment(Struct, frozen=True, eq=False):
    """Values by the path of their name in lower case, and what some functions give.

    A function that is not there is GitHub's own; `success`, `failure`, `cancelled` and `hashFiles`
    are left to the run then, and `always` is true.
    """

    known: Mapping[Path, Value]
    functions: Mapping[str, Value | Function] = {}

    @classmethod
    def of(
        cls,
        data: Data,
        functions: Mapping[str, Value | Function] | None = None,
    ) -> "Environment":
        """Return an environment of plain data: what stands at a path is all there is below it.

        A key is a canonical path or its first word; the longest one that fits counts. What is
        below none is left to the run, as is UNKNOWN; an expression in the data is a residual.
        """
        return cls(dict(_entries(data)), functions or {})

    def extended(self, data: Data) -> "Environment":
        """Return an environment that knows this, too."""
        return Environment({**self.known, **dict(_entries(data))}, self.functions)

    def lookup(self, path: Path) -> Value:
        """Return the value of a name, a residual reference where only the run knows it."""
        value = self.find(path)
        return Residual(Ref(path=path)) if isinstance(value, Missing) else value

    def find(self, path: Path) -> Value | Missing:
        """Return the value of a name, MISSING where only the run knows it."""
        names = tuple([name.lower() for name in path])
        known = self.known
        for length in range(len(names), 0, -1):
            value = known.get(names[:length], MISSING)
            if not isinstance(value, Missing):
                return _below(value, path[length:])
        return MISSING


def _entries(data: Data) -> Iterator[tuple[Path, Value]]:
    for key, value in data.items():
        path = (key,) if isinstance(key, str) else key
        yield tuple(name.lower() for name in path), value_of(value, path)


def _below(value: Value, names: Path) -> Value | Missing:
    for name in names:
        if isinstance(value, Residual):
            value = Residual(property_expr(value.expr, Literal(value=name)))
            continue
        found = property_of(value, name)
        if isinstance(found, Missing):
            return found
        value = found
    return value


def value_of(data: object, path: Path = ()) -> Value:
    """Return plain data as a value; `path` is what UNKNOWN in it is called.

    EvaluationError for data of too many levels, or that is no data.
    """
    if data is None or isinstance(data, bool | float | str | Array | Object | Residual):
        return data
    if isinstance(data, int):
        return _float(data)
    if isinstance(data, Unknown):
        return Residual(Ref(path=path))
    if isinstance(data, Expr):
        return Residual(data)
    if len(path) > MAX_DEPTH:
        raise EvaluationError(f"the data has more than {MAX_DEPTH} levels")
    if isinstance(data, Mapping):
        pairs = ((str(name), value_of(one, (*path, str(name)))) for name, one in data.items())
        return Object(tuple(pairs))
    if isinstance(data, list | tuple):
        return Array(tuple(value_of(one, (*path, str(n))) for n, one in enumerate(data)))
    raise EvaluationError(f"a {type(data).__name__} is no value of an expression")


def _float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
