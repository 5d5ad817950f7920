"""Jobs of other systems that take turns: GitHub keeps the newest of those that wait.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
"""

from ciconv.context import Context, Place
from ciconv.ir.job import JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
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
