"""Comparing several pipelines with the one that has the jobs of them all.

Where a system has one file for a repository, a conversion puts the jobs of all pipelines into it,
those that are called alike with the pipeline's id before theirs. To compare the two, the jobs of
that one go back to the pipelines they came from: what starts, and what each job does, is compared
as if there were as many files.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from ciconv.simulation.compare.matching import plain_name
from ciconv.simulation.compare.place import Known
from ciconv.simulation.plan import JobPlan, PipelinePlan


def split(
    whole: PipelinePlan, several: Sequence[PipelinePlan], known: Known
) -> tuple[PipelinePlan, ...]:
    """Return a part of the whole for each of several pipelines, with the jobs that are its own.

    What is called like no job of them begins with the id of one, or is of the first one.
    """
    owners = _owners(several)
    jobs: list[list[JobPlan]] = [[] for _ in several]
    for job in whole.jobs:
        owner = owners.get(plain_name(job.job))
        number, name = owner or (_beginning(job.job, several), job.job)
        jobs[number].append(_renamed(job, name, owners, known))
    return tuple(_part(whole, one, own) for one, own in zip(several, jobs, strict=True))


_Owners = dict[str, tuple[int, str]]


def _owners(several: Sequence[PipelinePlan]) -> _Owners:
    """The pipeline of each job, by its number, and the job's id there; by names on both sides."""
    found: _Owners = {}
    for number, pipeline in enumerate(several):
        for job in pipeline.declared:
            found[plain_name(f"{pipeline.id}-{job}")] = number, job
    for number, pipeline in enumerate(several):
        for job in pipeline.declared:
            found.setdefault(plain_name(job), (number, job))
    return found


def _beginning(name: str, several: Sequence[PipelinePlan]) -> int:
    """The number of the pipeline whose id, and be it a part of others, a name begins with."""
    begins = [f"{plain_name(one.id)}-" for one in several]
    fits = [n for n, begin in enumerate(begins) if plain_name(name).startswith(begin)]
    return max(fits, key=lambda number: len(begins[number]), default=0)


def _renamed(job: JobPlan, name: str, owners: _Owners, known: Known) -> JobPlan:
    """The job under the name it has in its own pipeline."""
    needs = tuple(owners.get(plain_name(need), (0, need))[1] for need in job.needs)
    suffix = job.id.removeprefix(job.job)
    return known.changed(job, id=f"{name}{suffix}", job=name, needs=needs)


def _part(whole: PipelinePlan, one: PipelinePlan, jobs: list[JobPlan]) -> PipelinePlan:
    names = {plain_name(name) for name, _ in one.inputs}
    inputs = tuple(pair for pair in whole.inputs if plain_name(pair[0]) in names)
    return replace(whole, id=one.id, path=one.path, name=one.name, inputs=inputs, jobs=tuple(jobs))
