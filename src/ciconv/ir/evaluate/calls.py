"""Working out calls whose arguments may be left to the run."""

from collections.abc import Sequence

from ciconv.ir.evaluate.functions import FUNCTIONS, format_pieces, separated, takes
from ciconv.ir.evaluate.residual import equals_any, expr_of, text_of
from ciconv.ir.evaluate.value import (
    Array,
    EvaluationError,
    Object,
    Residual,
    Value,
    as_text,
    is_known,
    loose_equal,
)
from ciconv.ir.expression import Call, Expr

MAX_CHARACTERS = 524_288  # of all arguments of a call: GitHub gives an expression 1 MiB
MAX_CHOICES = 32  # a list longer than this is not spelled out as comparisons


def call(expr: Call, arguments: Sequence[Value]) -> Value:
    """Return what a function of GitHub's gives for these arguments, which are those of the call.

    EvaluationError, without a place, where GitHub would end the run.
    """
    name = expr.function.lower()
    function = FUNCTIONS.get(name)
    if function is None:
        return True if name == "always" else remaining(expr, arguments)
    if not takes(function, len(arguments)):
        raise EvaluationError(f"{expr.function!r} does not take {len(arguments)} arguments")
    _check_size(arguments)
    if all(map(is_known, arguments)):
        return function(*arguments)
    value = None
    if name == "contains":
        value = _contains(expr, arguments)
    elif name == "join":
        value = _join(expr, arguments)
    elif name == "format":
        value = _format(expr, arguments)
    return remaining(expr, arguments) if value is None else value


def _check_size(arguments: Sequence[Value]) -> None:
    if sum(len(one) for one in arguments if isinstance(one, str)) > MAX_CHARACTERS:
        raise EvaluationError("the values of the expression need more memory than GitHub gives")


def remaining(expr: Call, arguments: Sequence[Value]) -> Residual:
    """Return the call with what is known of its arguments put in."""
    pairs = zip(arguments, expr.arguments, strict=True)
    rest = tuple(expr_of(value, original) for value, original in pairs)
    return Residual(Call(function=expr.function, arguments=rest, span=expr.span))


def _contains(expr: Call, arguments: Sequence[Value]) -> Value | None:
    """Whether an item is in a list, as comparisons with what only the run knows."""
    values, item = arguments
    if not isinstance(values, Array) or len(values.items) > MAX_CHOICES:
        return None
    if isinstance(item, Array | Object):
        return None
    pairs: list[tuple[Expr, str | float | bool | Expr | None]] = []
    for one in values.items:
        if isinstance(one, Residual):
            pairs.append((one.expr, item.expr if isinstance(item, Residual) else item))
        elif isinstance(item, Residual):
            if isinstance(one, Array | Object):
                return None
            pairs.append((item.expr, one))
        elif loose_equal(item, one):
            return True
    found = equals_any(pairs, expr.span)
    return False if found is None else Residual(found)


def _join(expr: Call, arguments: Sequence[Value]) -> Value | None:
    values = arguments[0]
    separator = arguments[1] if len(arguments) > 1 else ","
    if not isinstance(values, Array) or isinstance(separator, Residual):
        return None
    return text_of(separated(values, separator), expr.span)


def _format(expr: Call, arguments: Sequence[Value]) -> Value | None:
    pattern, *values = arguments
    if isinstance(pattern, Residual):
        return None
    pieces = format_pieces(as_text(pattern), len(values))
    texts = (one if isinstance(one, str) else values[one] for one in pieces)
    return text_of(texts, expr.span)
