"""Names of jobs and of environments, which GitHub reads before a job has any variables.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
"""

from functools import partial

from ciconv.ir.expression import Expr, Literal, Ref, constant
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import replace_references


def with_early_titles(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with the values of variables in such names, or else what they are called.

    People alone read the name of a job; an environment whose name nobody knows stays as it is.
    """
    return replace(pipeline, jobs=tuple(_job(one, pipeline) for one in pipeline.jobs))


def _job(job: JobBase, pipeline: Pipeline) -> JobBase:
    known = {one.name: constant(one.value) for one in (*pipeline.env, *job.env)}
    if job.name is not None:
        job = replace(job, name=replace_references(job.name, partial(_shown, known)))
    if not isinstance(job, Job) or job.environment is None:
        return job
    place = replace_references(job.environment, partial(_value, known))
    return replace(job, environment=place)


def _shown(known: dict[str, str | None], ref: Ref) -> Expr | None:
    if ref.path[0] != "env":
        return None
    return _value(known, ref) or Literal(value=f"${ref.path[-1]}", span=ref.span)


def _value(known: dict[str, str | None], ref: Ref) -> Expr | None:
    value = known.get(ref.path[-1]) if ref.path[0] == "env" and len(ref.path) == 2 else None
    return None if value is None else Literal(value=value, span=ref.span)
