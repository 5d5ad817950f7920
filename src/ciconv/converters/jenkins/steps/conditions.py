"""Steps under a condition, a time limit, a number of attempts: on one step, or on a group."""

from collections.abc import Iterator
from functools import reduce

from ciconv.converters.jenkins.expressions.comparisons import opposite
from ciconv.converters.jenkins.steps.frame import Notes
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    either,
    has_status_function,
    operation,
    together,
)
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Group, Retry, Run, Step, Use
from ciconv.ir.walk import rewrite
from ciconv.source import Span

MAX_ASKED = 40  # steps that one condition asks how they went


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
    return opposite(condition, condition.span)


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


def tolerated(
    yes: Expr, steps: tuple[Step, ...], span: Span, notes: Notes | None = None
) -> tuple[Step, ...]:
    """Return the steps whose failure does not end the job.

    With `notes`, which give names, the others behind one that failed are left out by conditions.
    """
    if len(steps) == 1 and steps[0].may_fail is None:
        return (replace(steps[0], may_fail=yes),)
    if notes is not None:
        steps = _one_by_one(steps, notes, span)
    return (Group(steps=steps, may_fail=yes, span=span),) if steps else ()


def _one_by_one(steps: tuple[Step, ...], notes: Notes, span: Span) -> tuple[Step, ...]:
    """The steps, each of which runs when none before it failed.

    One that always runs was a success only where all before it were none: it is asked alone.
    """
    found: list[Step] = []
    before: list[Expr] = []  # that all of this is so
    failures: list[Expr] = []  # that one of those failed
    for step in steps:
        named = _named(step, notes)
        found.append(_behind(named, before, failures))
        asked = [one for one in _leaves(named) if one.may_fail is None and one.id]
        if step.may_fail is not None or not asked:
            continue
        failures = [*failures, *(failed(one, span) for one in asked)][:MAX_ASKED]
        if not isinstance(step, Group) and step.condition is None:
            before = [failed(named, span, Op.EQ, "success")]
        else:
            before = [*before, *(failed(one, span, Op.NE) for one in asked)]
    return tuple(found)


def _named(step: Step, notes: Notes) -> Step:
    """A step with names for what others may ask: keywords of a job, as reports are, say nothing."""
    if isinstance(step, Group):
        return replace(step, steps=tuple(_named(one, notes) for one in step.steps))
    is_asked = isinstance(step, Run | Use) and not step.id
    return replace(step, id=notes.unique("attempt")) if is_asked else step


def _leaves(step: Step) -> Iterator[Step]:
    for one in step.steps if isinstance(step, Group) else ():
        yield from _leaves(one)
    if not isinstance(step, Group):
        yield step


def _behind(step: Step, before: list[Expr], failures: list[Expr]) -> Step:
    """A step that asks whether those before it failed, which no status of the job says."""
    if not before:
        return step

    def told(node: Node) -> Node:
        is_failure = isinstance(node, Call) and node.function == "failure"
        return reduce(either, failures) if is_failure else node

    if step.condition is not None and has_status_function(step.condition):
        return replace(step, condition=rewrite(step.condition, told))
    return replace(step, condition=both(together(*before), step.condition))


def failed(step: Step, span: Span, op: Op = Op.EQ, outcome: str = "failure") -> Expr:
    """Return whether a step failed, be it that it may; or whether it ended otherwise."""
    return operation(
        op, Ref(path=("steps", step.id or "", "outcome"), span=span), Literal(value=outcome), span
    )
