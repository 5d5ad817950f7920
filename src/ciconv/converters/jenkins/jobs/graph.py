"""The jobs of a pipeline made ready for stages: cells, conditions, what runs at the very end."""

from collections import Counter

from msgspec import Struct

from ciconv.converters.jenkins.jobs.matrix import cell_jobs, is_native
from ciconv.converters.jenkins.jobs.status import After, take_apart
from ciconv.ir.expression import Expr, Literal, has_status_function, together
from ciconv.ir.job import ApprovalJob, Job, JobBase, Need, Status
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline


class Ready(Struct, frozen=True, kw_only=True):
    """A job with all that its stage asks for before it runs, those before it included."""

    job: JobBase
    after: After
    conditions: tuple[Expr, ...] = ()
    inexact: tuple[Expr, ...] = ()  # parts of its condition about results, left out

    @property
    def condition(self) -> Expr | None:
        """The conditions as one, None without any."""
        return together(*self.conditions)


def with_inputs(pipeline: Pipeline) -> tuple[Pipeline, frozenset[str]]:
    """Return the pipeline without approvals that the input of a stage is, and the jobs of those.

    Such an approval was put before a single job, which a person has to start in any case.
    """
    needed = Counter(need.job for job in pipeline.jobs for need in job.needs or ())
    approvals = {
        job.id: job for job in pipeline.jobs if isinstance(job, ApprovalJob) and needed[job.id] == 1
    }
    asked: dict[str, ApprovalJob] = {}
    for job in pipeline.jobs:
        for need in job.needs or ():
            gate = approvals.get(need.job)
            if gate is not None and _is_gate(gate, job, need):
                asked[job.id] = gate
    gates = {one.id for one in asked.values()}
    jobs = tuple(
        _behind(job, asked[job.id]) if job.id in asked else job
        for job in pipeline.jobs
        if job.id not in gates
    )
    return replace(pipeline, jobs=jobs), frozenset(asked)


def _is_gate(gate: ApprovalJob, job: JobBase, need: Need) -> bool:
    if not isinstance(job, Job) or need.accept != (Status.SUCCESS,):
        return False
    condition = job.choices[0].condition if job.choices else None
    asks = condition is not None and has_status_function(condition)
    return gate.id == f"{job.id}-start" and not asks


def _behind(job: JobBase, gate: ApprovalJob) -> JobBase:
    """The job with what its approval waited for."""
    own = tuple(one for one in job.needs or () if one.job != gate.id)
    names = {one.job for one in own}
    return replace(job, needs=(*own, *(one for one in gate.needs or () if one.job not in names)))


def with_cells(pipeline: Pipeline) -> tuple[Pipeline, dict[str, str]]:
    """Return the pipeline with a job for each cell of a matrix that Jenkins cannot say.

    That is any one behind all stages. And what the job was called before, for each.
    """
    last = at_the_end(make_ready(pipeline))
    cells: dict[str, tuple[str, ...]] = {}
    jobs: list[JobBase] = []
    for job in pipeline.jobs:
        stays = isinstance(job, Job) and job.matrix is not None and is_native(job.matrix)
        if not isinstance(job, Job) or job.matrix is None or (stays and job.id not in last):
            jobs.append(job)
            continue
        own = cell_jobs(job)
        cells[job.id] = tuple(one.id for one in own)
        jobs += own
    names = {cell: name for name, own in cells.items() for cell in own}
    return replace(pipeline, jobs=tuple(_needing(job, cells) for job in jobs)), names


def _needing(job: JobBase, cells: dict[str, tuple[str, ...]]) -> JobBase:
    if not any(need.job in cells for need in job.needs or ()):
        return job
    needs = (
        replace(need, job=name)
        for need in job.needs or ()
        for name in cells.get(need.job, (need.job,))
    )
    return replace(job, needs=tuple(needs))


def make_ready(pipeline: Pipeline) -> tuple[Ready, ...]:
    """Return the jobs with the conditions of those they need: a stage left out stops nobody."""
    found: dict[str, Ready] = {}
    waiting = {job.id: job for job in pipeline.jobs}
    while waiting:
        fit = [one for one in waiting.values() if not _open_needs(one, waiting)]
        for job in fit or list(waiting.values()):
            found[job.id] = _ready(job, found)
            del waiting[job.id]
    return tuple(found[job.id] for job in pipeline.jobs)


def _open_needs(job: JobBase, waiting: dict[str, JobBase]) -> bool:
    return any(need.job in waiting and need.job != job.id for need in job.needs or ())


def _ready(job: JobBase, found: dict[str, Ready]) -> Ready:
    status = take_apart(job.choices[0].condition if job.choices else None)
    after = status.after if job.needs else After.SUCCESS
    own = list(status.conditions)
    if not job.needs and status.after in (After.FAILURE, After.CANCELLED):
        own.append(Literal(value=False, span=job.span))  # nothing before it can have failed
    if after is After.SUCCESS and not _takes_skipped(job):
        for need in job.needs or ():
            before = found.get(need.job)
            own += before.conditions if before is not None else ()
    conditions = tuple(dict.fromkeys(own))
    return Ready(job=job, after=after, conditions=conditions, inexact=status.inexact)


def _takes_skipped(job: JobBase) -> bool:
    """Whether a job runs after one that was left out, as stages do."""
    if any(Status.SKIPPED in need.accept for need in job.needs or ()):
        return True
    condition = job.choices[0].condition if job.choices else None
    return condition is not None and take_apart(condition).looks_at_results


def at_the_end(ready: tuple[Ready, ...]) -> frozenset[str]:
    """Return the jobs that run after failures, and that no job waits for which does not."""
    last = {one.job.id for one in ready if one.after is not After.SUCCESS}
    while True:
        needed = {
            need.job for one in ready if one.job.id not in last for need in one.job.needs or ()
        }
        if not needed & last:
            return frozenset(last)
        last -= needed
