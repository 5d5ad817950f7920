"""Docker for jobs that run in an image: a step in the place of the service that other systems have.

https://circleci.com/docs/guides/execution-managed/building-docker-images/
"""

import re

from ciconv.context import Context, Place
from ciconv.converters.docker_service import OF_DOCKER, is_docker
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import Checkout, EnvVar, Extra, Step
from ciconv.passes.machine_programs import calls_docker, scripts_of
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build

STEP = "setup_remote_docker"
_MOUNTS = re.compile(
    r"\bdocker run\b(?:(?!\bdocker run\b)(?:[^\n]|\\\n))*? (?:-v|--volume|--mount)\b"
)


def with_remote_docker(job: Job, place: Place, context: Context) -> Job:
    """Return a job in an image with the step that brings Docker, where its scripts call that."""
    services = tuple(one for one in job.services if not is_docker(one))
    is_served = len(services) < len(job.services)
    in_image = job.container is not None or bool(services)
    if not is_served and not (in_image and calls_docker(job)):
        return job
    for one in job.services:
        if is_docker(one):
            said = f"the step {STEP!r} is in the place of the service: it is another machine"
            context.lose(place.loss(Feature.SERVICE, Outcome.APPROXIMATED), said, one)
    job = replace(job, services=services)
    if is_served:
        job = replace(job, env=_without_docker(job.env, place, context))
    if not in_image:
        return job  # a machine has Docker
    said = f"the step {STEP!r} brings Docker, which runs on a machine of its own"
    context.lose(place.loss(Feature.TOOL, Outcome.LOWERED), said, job)
    if services or _MOUNTS.search(scripts_of(job)):
        said = "containers that scripts start see neither the files nor the services of the job"
        context.lose(place.loss(Feature.CONTAINER, Outcome.MANUAL), said, job)
    extra = Extra(format="circleci", key=STEP, value=build.null())
    step = Step(extras=(extra,), span=job.span)
    first = job.steps[:1] if job.steps and isinstance(job.steps[0], Checkout) else ()
    return replace(job, steps=(*first, step, *job.steps[len(first) :]))


def without_settings(
    env: tuple[EnvVar, ...], job: Job, place: Place, context: Context
) -> tuple[EnvVar, ...]:
    """Return variables of the pipeline without those that say where Docker is, beside the step."""
    has_step = any(one.key == STEP for step in job.steps for one in step.extras)
    return _without_docker(env, place, context) if has_step else env


def _without_docker(env: tuple[EnvVar, ...], place: Place, context: Context) -> tuple[EnvVar, ...]:
    for one in env:
        if one.name in OF_DOCKER:
            said = f"the variable {one.name!r} is left out: {STEP!r} says where Docker is"
            context.lose(place.loss(Feature.VARIABLE, Outcome.LOWERED), said, one)
    return tuple(one for one in env if one.name not in OF_DOCKER)
