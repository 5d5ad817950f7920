"""Conditions of jobs taken apart: what asks for the results of other jobs, and the rest.

A stage runs when nothing before it failed, and one that `when` left out did not fail. So most of
what jobs of other systems say about each other's results is said by where a stage stands.
"""

from collections.abc import Iterable
from enum import Enum, auto

from msgspec import Struct

from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Op,
    Ref,
    Unary,
    conjuncts,
    constant,
    disjuncts,
    has_status_function,
    walk,
)


class After(Enum):
    """What has to have happened before a job."""

    SUCCESS = auto()
    FAILURE = auto()
    CANCELLED = auto()
    ANYTHING = auto()


class Status(Struct, frozen=True, kw_only=True):
    """After what a job runs, the rest of its condition, and what could not be taken exactly."""

    after: After = After.SUCCESS
    conditions: tuple[Expr, ...] = ()
    inexact: tuple[Expr, ...] = ()
    looks_at_results: bool = False  # so that a job left out before it may not stop it


_SUCCESS = Call(function="success")  # which says what is so without it
_GOOD = frozenset({"success", "skipped"})
_BAD = frozenset({"failure", "cancelled"})


def take_apart(condition: Expr | None) -> Status:
    """Return a job's condition without what asks for results."""
    parts = conjuncts(condition)
    results = [one for one in parts if _results(one) is not None]
    others = [one for one in parts if one not in results]
    known = [found for one in others if (found := _function(one)) is not None]
    odd = [one for one in others if _function(one) is None and _asks(one)]
    rest = tuple(one for one in others if _function(one) is None and not _asks(one))
    after = _after(known, odd)
    inexact = odd + [one for one in others if _is_no_success(one)]
    accepted = [_results(one) or frozenset() for one in results]
    if after is After.ANYTHING and results:
        after, inexact = _by_results(accepted, results, inexact)
    elif after is After.SUCCESS:
        pairs = zip(results, accepted, strict=True)
        inexact = [*inexact, *(one for one, words in pairs if not words & _GOOD)]
    return Status(
        after=after,
        conditions=rest,
        inexact=tuple(inexact),
        looks_at_results=any(one != _SUCCESS and has_status_function(one) for one in parts),
    )


def _is_no_success(expr: Expr) -> bool:
    """`!success()` holds after jobs that were left out, too."""
    if not isinstance(expr, Unary) or not isinstance(expr.operand, Call):
        return False
    return expr.operand.function == "success"


def _after(known: list[After], odd: list[Expr]) -> After:
    """After what a job runs: `!failure() && !cancelled()` is after no failure."""
    strict = [one for one in known if one is not After.ANYTHING]
    if strict:
        return strict[-1]
    if known or any(_is_lenient(one) for one in odd):
        return After.ANYTHING
    return After.SUCCESS


def _is_lenient(expr: Expr) -> bool:
    """Whether what is not understood speaks of more than success."""
    calls = {one.function for one in walk(expr) if isinstance(one, Call)}
    return bool(calls & {"always", "failure", "cancelled"})


def _asks(expr: Expr) -> bool:
    return has_status_function(expr) or _asks_for_results(expr)


def _by_results(
    accepted: list[frozenset[str]], results: list[Expr], inexact: list[Expr]
) -> tuple[After, list[Expr]]:
    """`always() && needs.a.result == 'success'`: as if nothing had been said of failures."""
    if all(words <= _GOOD for words in accepted):
        pairs = zip(results, accepted, strict=True)
        return After.SUCCESS, [*inexact, *(one for one, words in pairs if "success" not in words)]
    if all(words <= _BAD for words in accepted):
        return After.FAILURE, inexact
    return After.ANYTHING, [*inexact, *results]


def _function(expr: Expr) -> After | None:
    """What a status function asks for, None for anything else."""
    match expr:
        case Call(function="always"):
            return After.ANYTHING
        case Call(function="success"):
            return After.SUCCESS
        case Call(function="failure") | Unary(op=Op.NOT, operand=Call(function="success")):
            return After.FAILURE
        case Call(function="cancelled"):
            return After.CANCELLED
        case Unary(op=Op.NOT, operand=Call(function="cancelled")):
            return After.ANYTHING
        case Unary(op=Op.NOT, operand=Call(function="failure")):
            return After.SUCCESS
        case Binary(op=Op.OR):
            return _either(disjuncts(expr))
    return None


def _either(cases: Iterable[Expr]) -> After | None:
    found = {_function(one) for one in cases}
    if None in found:
        return None
    return found.pop() if len(found) == 1 else After.ANYTHING


def results_asked_of(condition: Expr | None) -> frozenset[str]:
    """Return the jobs whose results a condition names; none where it asks for those of all."""
    found = () if condition is None else walk(condition)
    asked = (one.path for one in found if isinstance(one, Ref))
    return frozenset(path[1] for path in asked if path[::2] == ("needs", "result"))


def _results(expr: Expr) -> frozenset[str] | None:
    """The results one of which is asked for, None for any other condition."""
    if isinstance(expr, Binary) and expr.op is Op.OR:
        cases = [_results(one) for one in disjuncts(expr)]
        if None in cases:
            return None
        return frozenset().union(*(one for one in cases if one is not None))
    if isinstance(expr, Binary) and expr.op is Op.AND:
        return _left_out(expr)
    if isinstance(expr, Unary) and expr.op is Op.NOT and isinstance(expr.operand, Call):
        return _none_of_all(expr.operand)
    if isinstance(expr, Call):
        return _some_of_all(expr)
    if not isinstance(expr, Binary) or not _is_result(expr.left):
        return None
    word = constant(expr.right) if isinstance(expr.right, Literal) else None
    if word is None or expr.op not in (Op.EQ, Op.NE):
        return None
    return frozenset({word}) if expr.op is Op.EQ else (_GOOD | _BAD) - {word}


def _left_out(expr: Binary) -> frozenset[str] | None:
    """`needs.a.result == 'skipped' && !(…)`: a stage that its own `when` left out.

    Why it was left out makes no difference: after a failure no stage runs at all.
    """
    asked = [one for one in conjuncts(expr) if _asks(one)]
    found = _results(asked[0]) if len(asked) == 1 else None
    return found if found == frozenset({"skipped"}) else None


def _some_of_all(call: Call) -> frozenset[str] | None:
    """`contains(needs.*.result, 'failure')`."""
    found = _none_of_all(call)
    word = constant(call.arguments[1]) if found is not None else None
    return frozenset({word}) if word is not None else None


def _none_of_all(call: Call) -> frozenset[str] | None:
    """`!contains(needs.*.result, 'failure')`."""
    if call.function != "contains" or len(call.arguments) != 2:
        return None
    word = constant(call.arguments[1])
    is_of_all = _asks_for_results(call.arguments[0])
    return _GOOD if is_of_all and word in _BAD else None


def _is_result(expr: Expr) -> bool:
    return isinstance(expr, Ref) and expr.path[0] == "needs" and expr.path[-1] == "result"


def _asks_for_results(expr: Expr) -> bool:
    if any(map(_is_result, walk(expr))):
        return True
    bases = (one.base for one in walk(expr) if isinstance(one, Index))
    return any(isinstance(node, Ref) and node.path == ("needs",) for b in bases for node in walk(b))
