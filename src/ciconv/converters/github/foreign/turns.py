"""Jobs of other systems that take turns: GitHub keeps the newest of those that wait.

It tells them apart before a job has a machine.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
"""

from ciconv.context import Context, Place
from ciconv.ir.expression import Ref
from ciconv.ir.job import JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome


def without_queues(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with groups in which one job waits at most; others are reported."""
    jobs = tuple(_job(job, pipeline.id, context) for job in pipeline.jobs)
    return replace(pipeline, jobs=jobs)


def _job(job: JobBase, pipeline: str, context: Context) -> JobBase:
    turns = job.concurrency
    if turns is None or turns.queue is None:
        return job
    loss = Place(pipeline=pipeline, job=job.id).loss(Feature.JOB_CONCURRENCY, Outcome.APPROXIMATED)
    said = "of the jobs that wait for their turn GitHub keeps the newest, and cancels the others"
    context.lose(loss, said, turns)
    return replace(job, concurrency=replace(turns, queue=None))


def without_late_groups(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline without groups that only a machine tells; each is reported."""
    jobs = tuple(_early(job, pipeline.id, context) for job in pipeline.jobs)
    return replace(pipeline, jobs=jobs)


def _early(job: JobBase, pipeline: str, context: Context) -> JobBase:
    turns = job.concurrency
    if turns is None or not any(_is_late(one, context) for one in nodes(turns.group)):
        return job
    loss = Place(pipeline=pipeline, job=job.id).loss(Feature.JOB_CONCURRENCY, Outcome.APPROXIMATED)
    said = "whose turn it is depends on the machine, so jobs do not wait for each other"
    context.lose(loss, said, turns)
    return replace(job, concurrency=None)


# https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
_EARLY = frozenset({"github", "inputs", "vars", "needs", "strategy", "matrix"})


def _is_late(node: Node, context: Context) -> bool:
    """Whether it is known on a machine only."""
    if not isinstance(node, Ref):
        return False
    name = context.catalog.native_name("github", node.path) or node.path[0]
    return name.partition(".")[0] not in _EARLY
