"""Approvals before a job in the place of its environment.

An environment may have reviewers, who agree before the job; where a system has no environments, an
approval stands before it. What differs is then said of the environment, and not of one more job.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from ciconv.simulation.compare.matching import match_jobs
from ciconv.simulation.plan import JobPlan, PipelinePlan, State


def without_gates(a: PipelinePlan, b: PipelinePlan) -> tuple[PipelinePlan, PipelinePlan]:
    """Return the plans without approvals that the other side has an environment for."""
    if not any(map(_is_approval, (*a.jobs, *b.jobs))):
        return a, b
    pairs = [(x, y) for x, y in match_jobs(a.jobs, b.jobs) if x is not None and y is not None]
    partners = {id(y): x for x, y in pairs} | {id(x): y for x, y in pairs}
    return _without(a, partners), _without(b, partners)


def _is_approval(job: JobPlan) -> bool:
    return job.state is State.MANUAL and not job.steps and not job.call


def _without(plan: PipelinePlan, partners: dict[int, JobPlan]) -> PipelinePlan:
    gates = {
        one.job: one.needs
        for one in plan.jobs
        if _is_approval(one) and _stands_for(one, plan.jobs, partners)
    }
    if not gates:
        return plan
    jobs = tuple(
        replace(one, needs=tuple(_spliced(one.needs, gates)))
        for one in plan.jobs
        if one.job not in gates
    )
    return replace(plan, jobs=jobs)


def _stands_for(gate: JobPlan, jobs: Iterable[JobPlan], partners: dict[int, JobPlan]) -> bool:
    """Whether all that waits for an approval asks for an environment on the other side."""
    behind = [one for one in jobs if gate.job in one.needs and not _is_approval(one)]
    behind = [one for one in behind if not one.environment]
    first = [one for one in behind if not _comes_later(one, behind)]
    others = [partners.get(id(one)) for one in first]
    return bool(others) and all(one is not None and bool(one.environment) for one in others)


def _comes_later(job: JobPlan, others: Iterable[JobPlan]) -> bool:
    """Whether a job waits for another one of these, and so for the approval anyway."""
    return any(one.job in job.needs for one in others if one is not job)


def _spliced(needs: Iterable[str], gates: dict[str, tuple[str, ...]]) -> Iterable[str]:
    found: dict[str, None] = {}
    waiting, seen = list(needs), set()
    while waiting:
        name = waiting.pop(0)
        if name not in gates:
            found[name] = None
        elif name not in seen:  # an approval behind another one
            seen.add(name)
            waiting += gates[name]
    return found
