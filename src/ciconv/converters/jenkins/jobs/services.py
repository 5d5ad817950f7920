"""Services of a job: containers beside it, started by a first step and removed by a last one.

https://www.jenkins.io/doc/book/pipeline/docker/#running-sidecar-containers
"""

import re
import shlex
from collections.abc import Iterator

from ciconv.ir.expression import constant, text
from ciconv.ir.job import Container, Job
from ciconv.ir.node import replace
from ciconv.ir.step import Placeholder, Run, Step

NO_NETWORK = "the steps run in a container, too, and share no network with it"
_SOCKET = "/var/run/docker.sock"


def with_docker(job: Job) -> Job:
    """Return the job with the agent's own docker in the place of one that runs beside it."""
    others = tuple(one for one in job.services if not _is_docker(one))
    if len(others) == len(job.services):
        return job
    container = job.container
    if container is not None:
        volume = text(f"{_SOCKET}:{_SOCKET}")
        container = replace(container, volumes=(*container.volumes, volume))
    return replace(job, services=others, container=container)


def _is_docker(service: Container) -> bool:
    """Whether it is docker in docker."""
    image = constant(service.image) or ""
    return re.fullmatch(r"(.*/)?docker:([\w.]+-)?dind(-\w+)?", image) is not None


def starting(job: Job) -> tuple[Step, ...]:
    """Return the steps that start the services of a job; inside a container they fail."""
    return tuple(_start(one, job) for one in job.services)


def unreachable(job: Job) -> tuple[Container, ...]:
    """Return the services that the steps of a job could not reach."""
    return () if job.container is None else job.services


def stopping(job: Job) -> tuple[Step, ...]:
    """Return the steps that remove them."""
    if job.container is not None:
        return ()
    return tuple(
        Run(
            name=text(f"Remove {one.name}"),
            script=text(f'docker rm --force "$(cat "$WORKSPACE_TMP/{one.name}.cid")"'),
            shell=text("sh -xe {0}"),
            span=one.span,
        )
        for one in job.services
        if _command(one) is not None
    )


def _start(service: Container, job: Job) -> Step:
    command = _command(service)
    if command is None or job.container is not None:
        reason = NO_NETWORK
        if job.container is None:
            reason = "its image or its options are only known during the run"
        return Placeholder(what=f"the service {service.name}", reason=reason, span=service.span)
    lines = ['mkdir -p "$WORKSPACE_TMP"', command]
    if "--health-cmd" in (constant(service.options) or "" if service.options else ""):
        lines.append(_wait(service))
    script = text("\n".join(lines))
    name = text(f"Start {service.name}")
    return Run(name=name, script=script, shell=text("sh -xe {0}"), span=service.span)


def _wait(service: Container) -> str:
    state = "docker inspect --format '{{.State.Health.Status}}'"
    container = f'"$(cat "$WORKSPACE_TMP/{service.name}.cid")"'
    return f'until [ "$({state} {container})" = healthy ]; do sleep 1; done'


def _command(service: Container) -> str | None:
    """The call of docker, None when something in it is not constant."""
    image = constant(service.image)
    if image is None or service.username is not None or service.password is not None:
        return None
    words = list(_words(service))
    if None in words:
        return None
    options = constant(service.options) if service.options is not None else ""
    if options is None:
        return None
    known = [one for one in words if one is not None]
    tail = [" ".join(options.split())] if options.strip() else []
    begin = ["docker run --detach", f'--cidfile "$WORKSPACE_TMP/{service.name}.cid"']
    return " ".join([*begin, *known, *tail, shlex.quote(image)])


def _words(service: Container) -> Iterator[str | None]:
    for port in service.ports:
        known = constant(port)
        yield None if known is None else f"--publish {shlex.quote(known)}"
    for volume in service.volumes:
        known = constant(volume)
        yield None if known is None else f"--volume {shlex.quote(known)}"
    for one in service.env:
        known = constant(one.value)
        yield None if known is None else f"--env {shlex.quote(f'{one.name}={known}')}"
