"""Whether two conditions ask for the same, whatever jobs are called and however it is said."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TypeAlias

from ciconv.ir.evaluate import Environment
from ciconv.ir.evaluate import condition as decided
from ciconv.ir.expression import Call, Expr, Literal, Op, Ref, operation, opposite
from ciconv.simulation.compare.meaning import Meaning
from ciconv.simulation.plan import JobPlan, State, StepPlan

Jobs: TypeAlias = Mapping[str, JobPlan]  # the jobs of a plan by their ids; one cell of each


def same_for_jobs(
    one: JobPlan, other: JobPlan, sides: tuple[Jobs, Jobs], names: Mapping[str, str]
) -> bool:
    """Whether two jobs ask for the same; `names`: what those of the second side are on the first.

    `success()` is the success of all jobs waited for, directly or not: it may be said so.
    """
    if one.condition == other.condition and one.test == other.test:
        return True
    left, right = (
        Meaning(_status(ancestors(job, side, of)), of).of(job.test)
        for job, side, of in ((one, sides[0], {}), (other, sides[1], names))
    )
    return left is not None and left == right


def same_for_steps(one: Expr | None, other: Expr | None, names: Mapping[str, str] = {}) -> bool:
    """Whether two steps ask for the same; a failure is whatever is no success.

    `names`: what the jobs of the second side are called on the first.
    """
    failure = opposite(Call(function="success"))
    status = {"failure": failure, "always": Literal(value=True)}
    left, right = Meaning(status, {}).of(one), Meaning(status, names).of(other)
    return left is not None and left == right


def ancestors(job: JobPlan, side: Jobs, names: Mapping[str, str] = {}) -> tuple[str, ...]:
    """Return the jobs waited for as far as they run, by the names they are to have, in order.

    What the others do is in the condition already.
    """
    found: dict[str, None] = {}
    waiting = list(job.needs)
    while waiting:
        name = waiting.pop()
        if name not in found and name in side:
            found[name] = None
            waiting.extend(side[name].needs)
    return tuple(sorted({names.get(name, name) for name in found if side[name].runs}))


def waits_for_cancelling(job_or_step: JobPlan | StepPlan) -> bool:
    """Return whether it does nothing unless somebody cancels the run."""
    if "cancelled()" not in job_or_step.condition or job_or_step.test is None:
        return False
    return decided(job_or_step.test, Environment({}, {"cancelled": False})) is False


def may_run(step: StepPlan) -> bool:
    """Return whether a step runs where nobody cancels anything."""
    return step.state is not State.SKIP and not waits_for_cancelling(step)


def _status(before: tuple[str, ...]) -> dict[str, Expr]:
    """What the status functions say of the results of jobs."""
    return {
        "success": _joined(Op.AND, (_result(name, "success") for name in before), True),
        "failure": _joined(Op.OR, (_result(name, "failure") for name in before), False),
        "always": Literal(value=True),
    }


def _result(job: str, result: str) -> Expr:
    ref = Ref(path=("needs", job.lower(), "result"))
    return operation(Op.EQ, ref, Literal(value=result))


def _joined(op: Op, parts: Iterable[Expr], none: bool) -> Expr:
    found = list(parts)
    if not found:
        return Literal(value=none)
    return reduce(lambda left, right: operation(op, left, right), found)
