"""Conditions of steps: what of them the host decides, and what a script has to ask."""

from functools import reduce

from msgspec import Struct

from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.meaning import is_call, is_not_cancelled
from ciconv.converters.shell_tests import CannotSay
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    conjuncts,
    disjuncts,
    has_status_function,
)
from ciconv.ir.step import Step
from ciconv.ir.walk import replace_references

_SUCCESS = Call(function="success")
_STATUS = ("success", "failure", "always", "cancelled")


class Guard(Struct, frozen=True):
    """A condition in two parts, both of which have to hold; None: nothing to ask."""

    test: Expr | None = None  # asked by the script
    native: Expr | None = None  # a status function that the host has a key for


def guard_of(step: Step, host: Host, *, tracked: bool) -> Guard:
    """Return the condition of a step; raise CannotSay. `tracked`: scripts know what failed."""
    condition = _with_own_env(step)
    if host.joined:
        return Guard(_asked(condition, tracked))
    if condition is None or not has_status_function(condition):
        return Guard(condition)
    native: Expr | None = None
    rest = []
    for one in conjuncts(condition):
        status = _status(one)
        if status is None:
            rest.append(one)
        elif not is_call(status, "success"):
            native = status
    if any(map(has_status_function, rest)):
        raise CannotSay(condition, "only the system knows whether something failed before")
    return Guard(joined(rest), native)


def _asked(condition: Expr | None, tracked: bool) -> Expr | None:
    if tracked:
        if condition is None:
            return _SUCCESS
        if not has_status_function(condition):
            return joined([_SUCCESS, condition])
        return joined([one for one in conjuncts(condition) if not is_call(one, "always")])
    parts = [one for one in conjuncts(condition) if not is_call(one, "success")]
    return joined(parts)


def _status(expr: Expr) -> Expr | None:
    """The status function that a condition is, None for any other condition."""
    if is_call(expr, *_STATUS) or is_not_cancelled(expr):
        return expr
    parts = disjuncts(expr)
    if len(parts) > 1 and all(is_call(one, *_STATUS) for one in parts):
        names = {one.function for one in parts if isinstance(one, Call)}
        if "always" in names or names >= {"success", "failure"}:
            return Call(function="always", span=expr.span)
    return None


def joined(parts: list[Expr]) -> Expr | None:
    """Return the condition that all parts hold, None for none."""
    if not parts:
        return None
    return reduce(
        lambda left, right: Binary(
            op=Op.AND, left=left, right=right, semantics=Semantics.GITHUB, span=right.span
        ),
        parts,
    )


def as_read(test: Expr | None, *, tracked: bool) -> Expr | None:
    """Return the condition that a script asks: the way back of `guard_of` where scripts join."""
    if not tracked:
        return test
    if test is None:
        return Call(function="always")
    parts = list(conjuncts(test))
    if parts[0] == _SUCCESS and not any(map(has_status_function, parts[1:])):
        return joined(parts[1:])
    return test if has_status_function(test) else joined([Call(function="always"), *parts])


def _with_own_env(step: Step) -> Expr | None:
    """The condition of a step, which sees the variables that the step itself sets."""
    own = {one.name: one.value for one in step.env}
    if step.condition is None or not own:
        return step.condition

    def value_of(ref: Ref) -> Expr | None:
        value = own.get(ref.path[1]) if ref.path[0] == "env" and len(ref.path) == 2 else None
        if value is None or len(value.parts) > 1:
            return value
        return value.parts[0] if value.parts else Literal(value="", span=ref.span)

    return replace_references(step.condition, value_of)
