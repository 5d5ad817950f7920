"""What a job asks of those it needs, for targets whose questions are about all jobs before it.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ciconv.context import Context
from ciconv.ir.expression import Call, Expr, Literal, Ref, conjuncts, has_status_function
from ciconv.ir.implied import implied
from ciconv.ir.job import JobBase, Need, Status
from ciconv.ir.node import Node, replace
from ciconv.ir.walk import rewrite
from ciconv.passes.joining import all_of, any_of, call, equal, listed, negated

# by the name of a job: when it is in a pipeline at all; None: always
Presence: TypeAlias = Mapping[str, Expr | None]

_NEVER = Literal(value=False)
_ALL_AT_ONCE = {"success": True, "always": True, "failure": True, "cancelled": False}
_ALL = frozenset(Status)
_GOES_ON = frozenset({Status.SUCCESS, Status.SKIPPED})


def presence(jobs: tuple[JobBase, ...]) -> Presence:
    """Return when jobs are in a pipeline, whatever happens to those before them."""
    return {job.id: _presence(job) for job in jobs}


def _presence(job: JobBase) -> Expr | None:
    if not job.choices:
        return _NEVER
    conditions = [_whatever_happens(one.condition) for one in job.choices]
    found = [one for one in conditions if one is not None]
    return None if len(found) < len(conditions) else any_of(found)


def _whatever_happens(condition: Expr | None) -> Expr | None:
    """A condition as if everything that it asks of earlier jobs were so."""
    if condition is None or not has_status_function(condition):
        return condition
    from ciconv.ir.evaluate import Environment, EvaluationError, Residual, evaluate, truth

    try:
        found = evaluate(condition, Environment({}, _ALL_AT_ONCE))
    except EvaluationError:
        return _NEVER  # nobody can count on it
    if isinstance(found, Residual):
        return found.expr
    return None if truth(found) else _NEVER


def with_needs_there(jobs: tuple[JobBase, ...], context: Context) -> tuple[JobBase, ...]:
    """Return the jobs without optional needs of jobs that are there whenever they are."""
    there = presence(jobs)
    return tuple(_with_needs_there(job, there, context) for job in jobs)


def _with_needs_there(job: JobBase, there: Presence, context: Context) -> JobBase:
    def with_certain(need: Need) -> Need:
        if not need.optional or not _is_there(need, job, there):
            return need
        said = f"that {need.job!r} is optional has no effect: it is there whenever {job.id!r} is"
        context.diagnostics.note("without-effect", said, need.span)
        return replace(need, optional=False)

    needs = tuple(map(with_certain, job.needs or ()))
    return job if needs == (job.needs or ()) else replace(job, needs=needs)


def _is_there(need: Need, job: JobBase, there: Presence) -> bool:
    """Whether a needed job surely is in the pipeline whenever the one that needs it is."""
    given = set(conjuncts(there[job.id]))
    asked = conjuncts(there.get(need.job, _NEVER))
    return all(implied(one, given) for one in asked)


def with_own_needs(jobs: tuple[JobBase, ...], there: Presence) -> tuple[JobBase, ...]:
    """Return the jobs with conditions that ask for the results of the needed jobs by name.

    That is done where a question about all jobs before would be another one: where one that is not
    needed itself comes before, and a job between may run after a failure or a skipped job. Where
    all that may be skipped before are jobs that are not there, it will do that none has failed.
    """
    after = _after_any([job.id for job in jobs if _goes_on(job)], jobs)
    uncertain = _after_any([job.id for job in jobs if not _goes_by_absence(job, there)], jobs)
    before = _all_before(jobs)

    def change(job: JobBase) -> JobBase:
        needs = job.needs or ()
        is_asked = job.id in after and before[job.id] != {need.job for need in needs}
        by_absence = job.id not in uncertain and _goes_by_absence(job, there)
        if by_absence and (is_asked or any(one.optional for one in needs)):
            return replace(job, needs=tuple(replace(one, optional=True) for one in needs))
        return _asking_by_name(job, there) if is_asked else job

    return tuple(map(change, jobs))


def _goes_by_absence(job: JobBase, there: Presence) -> bool:
    """Whether a job runs once those that it needs have succeeded, as far as they are there."""
    if _asks_for_no_failure(job):
        return True
    needs = job.needs or ()
    if any(set(one.accept) != {Status.SUCCESS} for one in needs) or _asks_status(job):
        return False
    return all(one.optional or _is_there(one, job, there) for one in needs)


def _asks_for_no_failure(job: JobBase) -> bool:
    """Whether all that a job asks is what these passes have written for `_goes_by_absence`."""
    written = tuple(accepted((), {}))
    asked = [tuple(conjuncts(one.condition)) for one in job.choices if one.condition is not None]
    return bool(asked) and all(
        one[: len(written)] == written and not any(map(has_status_function, one[len(written) :]))
        for one in asked
    )


def _after_any(starts: list[str], jobs: tuple[JobBase, ...]) -> set[str]:
    """The jobs that wait for any of these, directly or not."""
    followers: dict[str, list[str]] = {}
    for job in jobs:
        for need in job.needs or ():
            followers.setdefault(need.job, []).append(job.id)
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        for one in followers.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _all_before(jobs: tuple[JobBase, ...]) -> dict[str, set[str]]:
    """The jobs that each job waits for, directly or not."""
    found: dict[str, set[str]] = {job.id: set() for job in jobs}
    for job in jobs:
        for follower in _after_any([job.id], jobs):
            found[follower].add(job.id)
    return found


def _goes_on(job: JobBase) -> bool:
    """Whether a job may run after something else than success."""
    if any(need.optional or set(need.accept) != {Status.SUCCESS} for need in job.needs or ()):
        return True
    return _asks_status(job)


def _asks_status(job: JobBase) -> bool:
    conditions = [one.condition for one in job.choices if one.condition is not None]
    return any(map(has_status_function, conditions))


def _asking_by_name(job: JobBase, there: Presence) -> JobBase:
    needs = job.needs or ()
    choices = tuple(
        replace(one, condition=_by_name(one.condition, needs, there)) for one in job.choices
    )
    return replace(job, choices=choices)


def _by_name(condition: Expr | None, needs: tuple[Need, ...], there: Presence) -> Expr:
    """A condition with the results of the needed jobs in place of status functions."""
    if condition is None or not has_status_function(condition):
        return all_of([*accepted(needs, there, by_name=True), *listed(condition)]) or call("always")
    failed = any_of([equal(_result(need), Status.FAILURE.value) for need in needs])
    succeeded = all_of(list(accepted(needs, there, by_name=True)))

    def change(node: Node) -> Node:
        if isinstance(node, Call) and node.function == "success":
            return succeeded or node
        if isinstance(node, Call) and node.function == "failure":
            return failed or node
        return node

    found = rewrite(condition, change)
    if has_status_function(found):
        return found
    return all_of([negated(call("cancelled")), found]) or found


def _result(need: Need) -> Ref:
    return Ref(path=("needs", need.job, "result"), span=need.span)


def with_plain_needs(job: JobBase, there: Presence) -> JobBase:
    """Return the job with needs that have to succeed, or with a condition that says otherwise."""
    needs = job.needs or ()
    if all(set(one.accept) == {Status.SUCCESS} and not one.optional for one in needs):
        return job
    plain = tuple(replace(one, accept=(Status.SUCCESS,), optional=False) for one in needs)
    condition = job.choices[0].condition
    if condition is None or not has_status_function(condition):
        condition = all_of([*accepted(needs, there), *listed(condition)])
    return replace(job, needs=plain, choices=(replace(job.choices[0], condition=condition),))


def accepted(needs: tuple[Need, ...], there: Presence, *, by_name: bool = False) -> Iterator[Expr]:
    """Yield what has to hold of the jobs before, said by status functions where these can."""
    wanted = {_statuses(need) for need in needs}
    if wanted <= {_GOES_ON} and not by_name:
        yield from (negated(call("failure")), negated(call("cancelled")))
        return
    yield (
        call("always")
        if any(Status.CANCELLED in one for one in wanted)
        else negated(call("cancelled"))
    )
    for need in needs:
        if _statuses(need) != _ALL:
            yield from listed(any_of(list(_cases(need, there))))


def _cases(need: Need, there: Presence) -> Iterator[Expr]:
    """The results of a needed job that will do.

    One that may be absent may be skipped when it is, but not because one before it has failed.
    """
    result = _result(need)
    for status in Status:
        if status in need.accept:
            yield equal(result, status.value)
        elif status is Status.SKIPPED and need.optional:
            present = there.get(need.job)
            absent = [] if present is None else [negated(present)]
            yield from listed(all_of([equal(result, status.value), *absent]))


def _statuses(need: Need) -> frozenset[Status]:
    skipped = {Status.SKIPPED} if need.optional else set()
    return frozenset({*need.accept, *skipped})
