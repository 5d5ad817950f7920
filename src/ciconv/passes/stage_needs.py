"""Stages as needs: what a job waits for that comes after all jobs of the stages before."""

from collections.abc import Iterator, Mapping

from ciconv.ir.expression import Expr, Literal, conjuncts
from ciconv.ir.job import JobBase, Need, Start, Status
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline

_GOES_ON = (Status.SUCCESS, Status.SKIPPED)


def stage_needs(pipeline: Pipeline) -> tuple[JobBase, ...]:
    """Return the jobs with a need of every job of the stages before, no more than it takes.

    A job that may be absent may also be skipped; where all those before take part for certain,
    the ones they wait for themselves are not named again.
    """
    stages = pipeline.stages or tuple(dict.fromkeys(one.stage or "" for one in pipeline.jobs))
    ordered = sorted(pipeline.jobs, key=lambda job: _place(job, stages))
    done: dict[str, JobBase] = {}
    for job in ordered:
        done[job.id] = job if job.needs is not None else _with_needs(job, stages, done)
    return tuple(done[job.id] for job in pipeline.jobs)


def _place(job: JobBase, stages: tuple[str, ...]) -> int:
    stage = job.stage or ""
    return stages.index(stage) if stage in stages else len(stages)


def _with_needs(job: JobBase, stages: tuple[str, ...], done: Mapping[str, JobBase]) -> JobBase:
    place = _place(job, stages)
    before = [one for one in done.values() if _place(one, stages) < place and not is_optional(one)]
    certain = [one for one in before if takes_part(one, job)]
    if len(certain) == len(before):
        covered = {name for one in before for name in _ancestors(one, done)}
        kept = (one for one in before if one.id not in covered)
        needs = tuple(Need(job=one.id, span=job.span) for one in kept)
    else:
        needs = tuple(Need(job=one.id, accept=_GOES_ON, span=job.span) for one in before)
    return replace(job, needs=needs)


def is_optional(job: JobBase) -> bool:
    """Whether nobody waits for a job: a person may start it, and it may be left alone."""
    return bool(job.choices) and all(
        one.start is Start.MANUAL
        and isinstance(one.may_fail, Literal)
        and one.may_fail.value is True
        and not one.exit_codes
        for one in job.choices
    )


def takes_part(job: JobBase, follower: JobBase) -> bool:
    """Whether a job runs, as far as conditions tell, whenever one after it does."""
    if len(job.choices) != 1 or job.choices[0].start is not Start.AUTO:
        return False
    asked = tuple(conjuncts(job.choices[0].condition))
    given = _given(follower)
    return all(one in given for one in asked) and not any(need.optional for need in job.needs or ())


def _given(job: JobBase) -> tuple[Expr, ...]:
    """What holds for certain when a job runs."""
    return tuple(conjuncts(job.choices[0].condition)) if len(job.choices) == 1 else ()


def _ancestors(job: JobBase, done: Mapping[str, JobBase]) -> Iterator[str]:
    waiting = [need.job for need in job.needs or ()]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in done:
            seen.add(name)
            yield name
            waiting.extend(need.job for need in done[name].needs or ())
