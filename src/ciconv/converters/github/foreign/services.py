"""Services that jobs find on localhost, which a job in a container finds under their names.

https://docs.github.com/en/actions/tutorials/use-containerized-services/use-docker-service-containers
"""

import re

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Template, constant_text, written
from ciconv.ir.job import Container, Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Run, Step
from ciconv.ir.walk import nodes, steps_of, with_jobs
from ciconv.profile import Feature, Outcome

_LOCAL = re.compile(r"\b(?:localhost|127\.0\.0\.1)\b(?::(\d+))?")
# the ports of well-known images
_PORTS = {
    "postgres": "5432",
    "postgis": "5432",
    "mysql": "3306",
    "mariadb": "3306",
    "redis": "6379",
    "mongo": "27017",
    "rabbitmq": "5672",
    "elasticsearch": "9200",
    "memcached": "11211",
    "localstack": "4566",
}


def with_reachable_services(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with variables that name services as the job finds them."""
    return with_jobs(
        pipeline, lambda job: _job(job, Place(pipeline=pipeline.id, job=job.id), context)
    )


def _job(job: Job, place: Place, context: Context) -> Job:
    local = tuple(one for one in job.services if one.host == "localhost")
    if not local:
        return job
    if job.container is None:
        return replace(job, services=tuple(map(_with_port, job.services)))
    for one in local:
        said = f"the job finds the service under the name {one.name!r}, not on localhost"
        spoken = any(map(_speaks_of_it, steps_of(job.steps)))
        outcome = Outcome.MANUAL if spoken else Outcome.APPROXIMATED
        help = "scripts of the job speak of localhost: change them" if spoken else ""
        context.lose(place.loss(Feature.SERVICE, outcome), said, one, help)
    hosts = _Hosts(local)
    steps = tuple(hosts.step(step) for step in job.steps)
    return replace(job, env=hosts.env(job.env), steps=steps)


def _speaks_of_it(step: Step) -> bool:
    if not isinstance(step, Run):
        return False
    texts = (written(one.value) for one in nodes(step.script) if isinstance(one, Literal))
    return any(_LOCAL.search(text) for text in texts)


def _with_port(service: Container) -> Container:
    """A service beside a job on the machine itself needs its port there."""
    port = _port(service)
    if service.ports or port is None:
        return service
    mapped = Template(parts=(Literal(value=f"{port}:{port}"),), span=service.span)
    return replace(service, ports=(mapped,))


def _port(service: Container) -> str | None:
    name = constant_text(service.image).rpartition("/")[2].split(":")[0]
    return next((port for word, port in _PORTS.items() if word in name), None)


class _Hosts:
    """Puts the names of services in the place of localhost."""

    def __init__(self, services: tuple[Container, ...]) -> None:
        self._services = services
        self._ports = {port: one.name for one in services if (port := _port(one)) is not None}

    def step(self, step: Step) -> Step:
        return replace(step, env=self.env(step.env)) if step.env else step

    def env(self, env: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
        return tuple(self._variable(one) for one in env)

    def _variable(self, one: EnvVar) -> EnvVar:
        parts = tuple(
            replace(part, value=_LOCAL.sub(self._host, part.value))
            if isinstance(part, Literal) and isinstance(part.value, str)
            else part
            for part in one.value.parts
        )
        return replace(one, value=replace(one.value, parts=parts))

    def _host(self, match: re.Match[str]) -> str:
        port = match[1]
        only = self._services[0].name if len(self._services) == 1 else None
        name = self._ports.get(port or "", only if port is None or not self._ports else None)
        if name is None:
            return match[0]
        return f"{name}:{port}" if port else name
