"""Services of a job: containers beside it, started by a first step and removed by a last one.

https://www.jenkins.io/doc/book/pipeline/docker/#running-sidecar-containers
"""

import shlex

from ciconv.converters.docker_service import SOCKET, Lose, with_docker
from ciconv.ir.expression import Expr, Literal, Template, constant, join_texts, text
from ciconv.ir.job import Container, Job
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Placeholder, Run, Step

NO_NETWORK = "the steps run in a container, too, and share no network with it"


def with_agents_docker(job: Job, around: tuple[EnvVar, ...], lose: Lose) -> Job:
    """Return the job with the agent's own docker in the place of one that runs beside it.

    `around`: variables of the pipeline, which the job sees; `lose`: says whose values are left out.
    """
    found = with_docker(job, around, lose, "agent")
    if found is job or found.container is None:
        return found
    volumes = (*found.container.volumes, text(f"{SOCKET}:{SOCKET}"))
    return replace(found, container=replace(found.container, volumes=volumes))


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
        if command_of(one) is not None
    )


def _start(service: Container, job: Job) -> Step:
    command = command_of(service)
    if command is None or job.container is not None:
        reason = NO_NETWORK
        if job.container is None:
            reason = "its image or its options are only known during the run"
        return Placeholder(what=f"the service {service.name}", reason=reason, span=service.span)
    before = Literal(value='mkdir -p "$WORKSPACE_TMP"\n')
    after = ""
    if "--health-cmd" in (constant(service.options) or "" if service.options else ""):
        after = f"\n{_wait(service)}"
    script = Template(parts=join_texts((before, *command, Literal(value=after))))
    name = text(f"Start {service.name}")
    return Run(name=name, script=script, shell=text("sh -xe {0}"), span=service.span)


def _wait(service: Container) -> str:
    state = "docker inspect --format '{{.State.Health.Status}}'"
    container = f'"$(cat "$WORKSPACE_TMP/{service.name}.cid")"'
    return f'until [ "$({state} {container})" = healthy ]; do sleep 1; done'


def command_of(service: Container) -> tuple[Expr, ...] | None:
    """The call of docker, None when more than a value of it is not constant."""
    image = constant(service.image)
    options = constant(service.options) if service.options is not None else ""
    fixed = [constant(one) for one in (*service.ports, *service.volumes)]
    if image is None or options is None or None in fixed or service.password is not None:
        return None
    words = [f'docker run --detach --cidfile "$WORKSPACE_TMP/{service.name}.cid"']
    words += [f"--publish {shlex.quote(constant(one) or '')}" for one in service.ports]
    words += [f"--volume {shlex.quote(constant(one) or '')}" for one in service.volumes]
    tail = [" ".join(options.split())] if options.strip() else []
    return (
        Literal(value=" ".join(words)),
        *(part for one in service.env for part in _variable(one)),
        Literal(value=" " + " ".join((*tail, shlex.quote(image)))),
    )


def _variable(one: EnvVar) -> tuple[Expr, ...]:
    known = constant(one.value)
    if known is not None:
        return (Literal(value=f" --env {shlex.quote(f'{one.name}={known}')}"),)
    return (Literal(value=f' --env "{one.name}='), *one.value.parts, Literal(value='"'))
