"""Variables whose names differ by the case of letters alone: `env` of GitHub holds one of them.

Further ones stand one level below, where they are set as well.
"""

from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Group, Run, Step, Use, env_within

_Env = tuple[EnvVar, ...]


def without_twins(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with no two such variables in one place."""
    env, twins = _parted(pipeline.env)
    jobs = tuple(_job(one, twins) for one in pipeline.jobs)
    same = not twins and all(a is b for a, b in zip(jobs, pipeline.jobs, strict=True))
    return pipeline if same else replace(pipeline, env=env, jobs=jobs)


def _parted(env: _Env) -> tuple[_Env, _Env]:
    """The first variable of each name, and the others."""
    first: dict[str, EnvVar] = {}
    for one in env:
        first.setdefault(one.name.lower(), one)
    kept = tuple(one for one in env if first[one.name.lower()] is one)
    return kept, tuple(one for one in env if first[one.name.lower()] is not one)


def _job(job: JobBase, twins: _Env) -> JobBase:
    if not isinstance(job, Job):
        return job
    env, own = _parted(env_within(twins, job.env))
    if env == job.env and not own:
        return job
    steps = tuple(_step(one, own) for one in job.steps)
    return replace(job, env=env, steps=steps)


def _step(step: Step, twins: _Env) -> Step:
    if isinstance(step, Group):
        return replace(step, steps=tuple(_step(one, twins) for one in step.steps))
    if not twins or not isinstance(step, Run | Use):
        return step
    return replace(step, env=env_within(twins, step.env))
