"""Approvals before a job in the place of its environment.

An environment may have reviewers, who agree before the job; where a system has no environments, an
approval stands before it. What differs is then said of the environment, and not of one more job:
that an approval stands in its place.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from ciconv.simulation.compare.matching import match_jobs
from ciconv.simulation.compare.place import Known
from ciconv.simulation.plan import SUCCESS, JobPlan, PipelinePlan, State


def without_gates(
    a: PipelinePlan, b: PipelinePlan, known: Known
) -> tuple[PipelinePlan, PipelinePlan]:
    """Return the plans without approvals that the other side has an environment for."""
    if not any(map(_is_approval, (*a.jobs, *b.jobs))):
        return a, b
    pairs = [(x, y) for x, y in match_jobs(a.jobs, b.jobs) if x is not None and y is not None]
    partners = {id(y): x for x, y in pairs} | {id(x): y for x, y in pairs}
    return _without(a, partners, known), _without(b, partners, known)


def _is_approval(job: JobPlan) -> bool:
    return job.state is State.MANUAL and not job.steps and not job.call


def _without(plan: PipelinePlan, partners: dict[int, JobPlan], known: Known) -> PipelinePlan:
    gates: dict[str, tuple[str, ...]] = {}
    guarded: dict[str, str] = {}
    for gate in filter(_is_approval, plan.jobs):
        behind = _first_behind(gate, plan.jobs)
        if _stands_for(behind, partners):
            gates[gate.job] = gate.needs
            guarded |= {one.job: _said(gate, one) for one in behind}
    if not gates:
        return plan
    jobs = (one for one in plan.jobs if one.job not in gates)
    return replace(plan, jobs=tuple(_guarded(one, gates, guarded, known) for one in jobs))


def _guarded(
    job: JobPlan, gates: dict[str, tuple[str, ...]], guarded: dict[str, str], known: Known
) -> JobPlan:
    """A job that waits for what its approvals waited for, with these as its environment."""
    needs = tuple(_spliced(job.needs, gates))
    if job.job not in guarded:
        return known.changed(job, needs=needs)
    return known.changed(job, needs=needs, environment=(("name", guarded[job.job]),))


def _said(gate: JobPlan, job: JobPlan) -> str:
    """What is told of an approval: that there is one, and what may let a job by."""
    by = "" if gate.condition == SUCCESS else f", if {gate.condition}"
    early = sorted(set(job.needs) - {gate.job, *gate.needs})
    before = f", asked for before {' and '.join(early)}" if early else ""
    free = ", whose refusal is no failure" if gate.may_fail != "false" else ""
    return f"an approval{by}{before}{free}"


def _first_behind(gate: JobPlan, jobs: Sequence[JobPlan]) -> list[JobPlan]:
    """The jobs that wait for an approval, and for none of the others that do."""
    behind = [one for one in jobs if gate.job in one.needs and not _is_approval(one)]
    behind = [one for one in behind if not one.environment]
    return [one for one in behind if not _comes_later(one, behind)]


def _stands_for(behind: Iterable[JobPlan], partners: dict[int, JobPlan]) -> bool:
    """Whether all that waits for an approval asks for an environment on the other side."""
    others = [partners.get(id(one)) for one in behind]
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
