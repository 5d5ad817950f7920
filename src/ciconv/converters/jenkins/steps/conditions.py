"""Steps under a condition, a time limit, a number of attempts: on one step, or on a group."""

from ciconv.ir.expression import Binary, Expr, Op, Semantics, Unary, has_status_function
from ciconv.ir.node import replace
from ciconv.ir.step import Group, Retry, Step
from ciconv.source import Span


def under(condition: Expr, steps: tuple[Step, ...], span: Span) -> tuple[Step, ...]:
    """Return the steps with a condition."""
    if not steps:
        return ()
    if len(steps) > 1 or (
        steps[0].condition is not None and has_status_function(steps[0].condition)
    ):
        return (Group(steps=steps, condition=condition, span=span),)
    return (replace(steps[0], condition=both(condition, steps[0].condition)),)


def both(outer: Expr | None, inner: Expr | None) -> Expr | None:
    """Return both conditions in one."""
    if outer is None or inner is None:
        return inner if outer is None else outer
    return Binary(op=Op.AND, left=outer, right=inner, semantics=Semantics.GROOVY, span=outer.span)


def negated(condition: Expr) -> Expr:
    """Return the opposite of a condition."""
    return Unary(op=Op.NOT, operand=condition, semantics=Semantics.GROOVY, span=condition.span)


def limited(minutes: Expr, steps: tuple[Step, ...], span: Span) -> tuple[Step, ...]:
    """Return the steps with a time limit for all of them."""
    if len(steps) == 1 and steps[0].timeout is None:
        return (replace(steps[0], timeout=minutes),)
    return (Group(steps=steps, timeout=minutes, span=span),) if steps else ()


def repeated(attempts: int, steps: tuple[Step, ...], span: Span) -> tuple[Step, ...]:
    """Return the steps, tried so often when one fails."""
    retry = Retry(attempts=attempts, span=span)
    if len(steps) == 1 and steps[0].retry is None:
        return (replace(steps[0], retry=retry),)
    return (Group(steps=steps, retry=retry, span=span),) if steps else ()


def tolerated(yes: Expr, steps: tuple[Step, ...], span: Span) -> tuple[Step, ...]:
    """Return the steps whose failure does not end the job."""
    if len(steps) == 1 and steps[0].may_fail is None:
        return (replace(steps[0], may_fail=yes),)
    return (Group(steps=steps, may_fail=yes, span=span),) if steps else ()
