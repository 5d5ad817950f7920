"""The docker of a machine in the container of a job: the runner puts its socket there itself.

A second mount of the same path is one that docker refuses, and a docker beside the job, which would
have to be privileged, is not needed.
https://github.com/actions/runner/blob/main/src/Runner.Worker/ContainerOperationProvider.cs
"""

import re

from ciconv.context import Context, Place
from ciconv.converters.docker_service import OF_DOCKER, is_docker, with_docker
from ciconv.ir.expression import Expr, Literal, Template, constant, text, written
from ciconv.ir.job import Container, Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import with_jobs
from ciconv.profile import Feature, Outcome

_SOCKET = r"//?var/run/docker\.sock"
_MOUNT = re.compile(
    rf"(?:^|(?<!\s)\s+)(?:-v|--volume)(?:=|\s+){_SOCKET}:{_SOCKET}(?::\w+)?(?=\s|$)"
)
_VOLUME = re.compile(rf"{_SOCKET}:{_SOCKET}(?::\w+)?")
_SAID = "the runner gives the container the docker of its machine"


def without_sockets(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with containers that do not mount the socket of docker themselves."""
    return with_jobs(
        pipeline, lambda job: _job(job, Place(pipeline=pipeline.id, job=job.id), context)
    )


def with_docker_of_machine(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with the docker of the machine in the place of one that is a service."""
    jobs = tuple(_with_docker(job, pipeline, context) for job in pipeline.jobs)
    if all(one is job for one, job in zip(jobs, pipeline.jobs, strict=True)):
        return pipeline
    loss = Place(pipeline=pipeline.id).loss(Feature.VARIABLE, Outcome.LOWERED)
    for one in pipeline.env:
        if one.name in OF_DOCKER:
            said = f"the variable {one.name!r} is left out: the docker is that of the machine"
            context.lose(loss, said, one)
    env = tuple(one for one in pipeline.env if one.name not in OF_DOCKER)
    return replace(pipeline, jobs=jobs, env=env)


def _with_docker(job: JobBase, pipeline: Pipeline, context: Context) -> JobBase:
    if not isinstance(job, Job):
        return job
    place = Place(pipeline=pipeline.id, job=job.id)

    def lose(said: str, at: Node) -> None:
        context.lose(place.loss(Feature.VARIABLE, Outcome.LOWERED), said, at)

    for one in filter(is_docker, job.services):
        context.lose(place.loss(Feature.SERVICE, Outcome.APPROXIMATED), _OF_MACHINE, one)
    return with_docker(job, (), lose, "machine")


_OF_MACHINE = (
    "the docker of the machine is in the place of the service: folders that its containers mount "
    "are those of the machine"
)


def _job(job: Job, place: Place, context: Context) -> Job:
    if job.container is None:
        return job
    container = _without(job.container)
    if container == job.container:
        return job
    context.lose(place.loss(Feature.CONTAINER, Outcome.LOWERED), _SAID, job.container)
    return replace(job, container=container)


def _without(container: Container) -> Container:
    volumes = (one for one in container.volumes if not _VOLUME.fullmatch(constant(one) or ""))
    options = None if container.options is None else _bare(container.options)
    return replace(container, volumes=tuple(volumes), options=options)


def _bare(options: Template) -> Template | None:
    known = constant(options)
    if known is not None:
        rest = _MOUNT.sub("", known).strip()
        return text(rest, of=options) if rest else None
    parts: list[Expr] = []
    for part in options.parts:
        if isinstance(part, Literal):
            part = replace(part, value=_MOUNT.sub("", written(part.value)))
        parts.append(part)
    return replace(options, parts=tuple(parts))
