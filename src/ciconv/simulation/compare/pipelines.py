"""Comparing two plans for one event."""

from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.simulation.compare.conditions import waits_for_cancelling
from ciconv.simulation.compare.difference import BY_JOBS, Difference, Field, grouped
from ciconv.simulation.compare.jobs import compare_jobs, compare_turns
from ciconv.simulation.compare.matching import Matched, match_pipelines
from ciconv.simulation.compare.place import Known, Place
from ciconv.simulation.compare.splitting import split
from ciconv.simulation.event import Event
from ciconv.simulation.plan import PipelinePlan, Plan, State, Why
from ciconv.simulation.systems import system_of


def compare(a: Plan, b: Plan) -> tuple[Difference, ...]:
    """Return what the second plan does differently; the same cause in several cells is one."""
    return grouped(differences(a, b))


def differences(a: Plan, b: Plan, known: Known | None = None) -> Iterator[Difference]:
    """Yield every single difference; `known`: what was found for other events, to be kept."""
    known = Known() if known is None else known
    for one, other in pairs(a, b, known):
        place = replace(_place(one, other, a.event), systems=(a.system, b.system), known=known)
        if one is not None and other is not None:
            yield from _compare(one, other, place)
        elif other is None:
            yield place.differs(Field.PIPELINE, "it is missing on the other side")
        else:
            yield place.differs(Field.PIPELINE, "it is only on the other side")


def pairs(a: Plan, b: Plan, known: Known) -> Matched[PipelinePlan]:
    """Return the pipelines that are the same; another system's one for them all is taken apart."""
    here, there = a.pipelines, b.pipelines
    if a.system != b.system and len(there) == 1 < len(here):
        return list(zip(here, split(there[0], here, known), strict=True))
    if a.system != b.system and len(here) == 1 < len(there):
        return list(zip(split(here[0], there, known), there, strict=True))
    return match_pipelines(here, there)


def _place(one: PipelinePlan | None, other: PipelinePlan | None, event: Event) -> Place:
    pipeline = one or other
    assert pipeline is not None
    return Place(
        event=event,
        what=f"pipeline {pipeline.name!r}",
        pipeline=pipeline.id,
        here=None if one is None else one.span,
        there=None if other is None else other.span,
    )


def _compare(one: PipelinePlan, other: PipelinePlan, at: Place) -> Iterator[Difference]:
    one, other = _as_started(one, other), _as_started(other, one)
    one, other = _with_idle_jobs(one, other), _with_idle_jobs(other, one)
    one, other = _with_turn_of_job(one, other, at), _with_turn_of_job(other, one, at)
    if one.starts != other.starts:
        yield _start(one, other, at)
        return
    if not one.starts:
        return
    if (one.why is None) != (other.why is None):
        yield _start(one, other, at)
    yield from at.values(Field.RUN_NAME, "the name of the run is", one.run_name, other.run_name)
    yield from at.pairs(Field.INPUTS, "the input", one.inputs, other.inputs)
    yield from at.pairs(Field.EXTRA, "the key", one.extras, other.extras)
    yield from compare_turns(one.concurrency, other.concurrency, at)
    yield from compare_jobs(one, other, at)


def _as_started(one: PipelinePlan, other: PipelinePlan) -> PipelinePlan:
    """A pipeline none of whose jobs runs is like one that does not start, as the other does not.

    Where it is decided for each job, others decide it for all of them at once.
    """
    if not one.starts or other.starts or any(job.runs for job in one.jobs):
        return one
    return replace(one, starts=False)


def _with_idle_jobs(one: PipelinePlan, other: PipelinePlan) -> PipelinePlan:
    """A pipeline that does not start with the other's jobs, where these wait to be cancelled.

    Whatever differs is then said of the jobs.
    """
    if one.starts or not other.starts:
        return one
    if any(job.runs and not waits_for_cancelling(job) for job in other.jobs):
        return one
    jobs = tuple(replace(job, state=State.SKIP, why=one.why, steps=()) for job in other.jobs)
    return replace(one, starts=True, why=other.why, jobs=jobs)


def _with_turn_of_job(one: PipelinePlan, other: PipelinePlan, at: Place) -> PipelinePlan:
    """A pipeline of one job waits for its turn in that job, where the other's does."""
    if one.concurrency is None or len(one.jobs) != 1 or len(other.jobs) != 1:
        return one
    if other.concurrency is not None or other.jobs[0].concurrency is None:
        return one
    job = at.known.changed(one.jobs[0], concurrency=one.concurrency)
    return replace(one, concurrency=None, jobs=(job,))


def _start(one: PipelinePlan, other: PipelinePlan, at: Place) -> Difference:
    """The cause is where the reason of the side that does not start points to."""
    why = one.why or other.why
    here = one.why is not None
    if why is not None and system_of(at.systems[0]).idle is State.ABSENT:
        why = Why(why.message, why.span, BY_JOBS)
    said = "" if why is None else f": {why.message}"
    words = "it may not start" if one.starts == other.starts else "it does not start"
    if here:
        message = f"{words}, on the other side it does{said}"
    else:
        message = f"it starts, on the other side {'perhaps ' if other.starts else ''}not{said}"
    return at.decided(Field.STARTS, message, why, here=here)
