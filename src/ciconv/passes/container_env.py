"""Variables of a container, which its steps see: where a system has none, they are the job's."""

from ciconv.context import Context, Place
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import env_within
from ciconv.profile import Feature, Outcome


def with_container_env(job: Job, place: Place, context: Context) -> Job:
    """Return a job that has the variables of its container, as far as it has no others."""
    container = job.container
    if container is None or not container.env:
        return job
    said = "the variables of the container are those of the job"
    context.lose(place.loss(Feature.CONTAINER, Outcome.LOWERED), said, container.env[0])
    for one in container.env:
        said = f"the variable {one.name!r} of the container is there for each step"
        context.lose(place.loss(Feature.VARIABLE, Outcome.LOWERED), said, one)
    env = env_within(container.env, job.env)
    return replace(job, container=replace(container, env=()), env=env)
