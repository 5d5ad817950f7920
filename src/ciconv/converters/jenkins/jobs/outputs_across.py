"""Values that a step of one job finds out and another job uses: outputs of the first."""

from ciconv.ir.expression import Expr, Ref, Template
from ciconv.ir.job import Job, JobBase, Need
from ciconv.ir.node import replace
from ciconv.ir.trigger import Output
from ciconv.ir.walk import nodes, replace_references, steps_of


def with_outputs(jobs: tuple[JobBase, ...]) -> tuple[JobBase, ...]:
    """Return the jobs with outputs for what is used elsewhere."""
    homes = {
        step.id: job.id
        for job in jobs
        if isinstance(job, Job)
        for step in steps_of(job.steps)
        if step.id is not None
    }
    wanted: dict[str, dict[str, Ref]] = {}
    changed = tuple(_job(job, homes, wanted) for job in jobs)
    return tuple(_giving(job, wanted.get(job.id, {})) for job in changed)


def _job(job: JobBase, homes: dict[str, str], wanted: dict[str, dict[str, Ref]]) -> JobBase:
    others: dict[str, None] = {}

    def known(ref: Ref) -> Expr | None:
        if ref.path[0] != "steps" or len(ref.path) != 4:
            return None
        home = homes.get(ref.path[1])
        if home is None or home == job.id:
            return None
        wanted.setdefault(home, {})[ref.path[1]] = ref
        others[home] = None
        return Ref(path=("needs", home, "outputs", ref.path[1]), span=ref.span)

    if not any(isinstance(one, Ref) and one.path[0] == "steps" for one in nodes(job)):
        return job
    job = replace_references(job, known)
    have = {one.job for one in job.needs or ()}
    accept = job.needs[0].accept if job.needs else ()
    new = tuple(
        Need(job=name, span=job.span, accept=accept) if accept else Need(job=name, span=job.span)
        for name in others
        if name not in have
    )
    return replace(job, needs=(*(job.needs or ()), *new)) if new else job


def _giving(job: JobBase, wanted: dict[str, Ref]) -> JobBase:
    if not wanted or not isinstance(job, Job):
        return job
    outputs = tuple(
        Output(name=name, value=Template(parts=(ref,), span=ref.span), span=ref.span)
        for name, ref in wanted.items()
    )
    return replace(job, outputs=(*job.outputs, *outputs))
