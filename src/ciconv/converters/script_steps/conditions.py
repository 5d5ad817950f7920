"""Conditions of steps: what of them the host decides, and what a script has to ask."""

from msgspec import Struct

from ciconv.converters.script_steps.host import Host
from ciconv.converters.script_steps.meaning import is_call, is_not_cancelled
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Call,
    Expr,
    Literal,
    Ref,
    conjuncts,
    disjuncts,
    has_status_function,
    together,
)
from ciconv.ir.step import Step
from ciconv.ir.walk import replace_references

_SUCCESS = Call(function="success")
_STATUS = ("success", "failure", "always", "cancelled")


class Guard(Struct, frozen=True):
    """A condition in two parts, both of which have to hold; None: nothing to ask."""

    test: Expr | None = None  # asked by the script
    native: Expr | None = None  # a status function that the host has a key for
    status: Expr | None = None  # one that a function of the prelude asks: success(), failure()

    @property
    def whole(self) -> Expr | None:
        """The condition as one test, for scripts that ask for the status themselves."""
        return together(*(self.status, self.test))


def guard_of(step: Step, host: Host, *, tracked: bool) -> Guard:
    """Return the condition of a step; raise CannotSay. `tracked`: scripts know what failed."""
    condition = with_own_env(step)
    if host.joined and tracked:
        return _tracked(condition)
    if host.joined:
        parts = [one for one in conjuncts(condition) if not is_call(one, "success")]
        return Guard(together(*parts))
    if condition is None or not has_status_function(condition):
        return Guard(condition)
    statuses, rest = _parted(condition)
    if any(map(has_status_function, rest)):
        raise CannotSay(condition, "only the system knows whether something failed before")
    asked = _functions(statuses)
    if len(asked) > 1 or ("cancelled" in asked and not host.cancels):
        return Guard(Literal(value=False, span=condition.span))  # never at all
    native = next((one for one in statuses if is_call(one, *asked)), statuses[-1])
    return Guard(together(*rest), None if is_call(native, "success") else native)


def _parted(condition: Expr) -> tuple[list[Expr], list[Expr]]:
    """The status functions that all have to hold, and what else has to."""
    statuses: list[Expr] = []
    rest: list[Expr] = []
    for one in conjuncts(condition):
        status = _status(one)
        (rest if status is None else statuses).append(one if status is None else status)
    return statuses, rest


def _functions(statuses: list[Expr]) -> set[str]:
    """The status functions that ask for anything: all but `always()` and `!cancelled()`."""
    return {one.function for one in statuses if isinstance(one, Call)} - {"always"}


def _tracked(condition: Expr | None) -> Guard:
    """What a script asks, and the one status it runs after; None: whatever went before."""
    if condition is None or not has_status_function(condition):
        return Guard(condition, status=_SUCCESS)
    statuses, rest = _parted(condition)
    asked = _functions(statuses)
    if any(map(has_status_function, rest)) or len(asked) > 1 or "cancelled" in asked:
        return Guard(condition)
    if not asked:
        return Guard(together(*rest))
    return Guard(together(*rest), status=Call(function=asked.pop(), span=condition.span))


def _status(expr: Expr) -> Expr | None:
    """The status function that a condition is, None for any other condition."""
    if is_call(expr, *_STATUS) or is_not_cancelled(expr):
        return expr
    parts = disjuncts(expr)
    if len(parts) > 1 and all(is_call(one, *_STATUS) for one in parts):
        names = {one.function for one in parts if isinstance(one, Call)}
        if "always" in names or names >= {"success", "failure"}:
            return Call(function="always", span=expr.span)
        if len(names - {"cancelled"}) == 1:  # a job that is cancelled is a loss of its own
            return Call(function=min(names - {"cancelled"}), span=expr.span)
    return None


def as_read(test: Expr | None, how: str | None) -> Expr | None:
    """Return the condition of a step whose script is run by a function: the way back."""
    if how is None or how == "step":
        return test
    parts = list(conjuncts(test))
    if how == "failed":
        return together(Call(function="failure"), *parts)
    if parts and parts[0] == _SUCCESS and not any(map(has_status_function, parts[1:])):
        return together(*parts[1:])
    if test is not None and has_status_function(test):
        return test
    return together(Call(function="always"), *parts)


def with_own_env(step: Step) -> Expr | None:
    """Return the condition of a step, which sees the variables that the step itself sets."""
    own = {one.name: one.value for one in step.env}
    if step.condition is None or not own:
        return step.condition

    def value_of(ref: Ref) -> Expr | None:
        value = own.get(ref.path[1]) if ref.path[0] == "env" and len(ref.path) == 2 else None
        if value is None or len(value.parts) > 1:
            return value
        part = value.parts[0] if value.parts else Literal(value="", span=ref.span)
        # what a comparison gives is text here, which equals 'true': no boolean, which would not
        return part if isinstance(part, Literal | Ref) else value

    return replace_references(step.condition, value_of)
