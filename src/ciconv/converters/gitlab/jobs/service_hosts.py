"""Where scripts find services: under their own names, not at `localhost` with a mapped port.

https://docs.gitlab.com/ci/services/#accessing-the-services
"""

import re
from collections.abc import Iterator

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.ir.expression import Expr, Index, Literal, Ref, Template, constant, written
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import EnvVar
from ciconv.ir.walk import rewrite
from ciconv.profile import Feature, Outcome

_LOCAL = r"(?:localhost|127\.0\.0\.1)"
_WITH_PORT = re.compile(rf"\b{_LOCAL}:(\d+)\b")
_ALONE = re.compile(_LOCAL)

# where programs listen that people run beside their jobs, by a word in the names of images
_PORTS = {
    "postgis": ("5432",),
    "postgres": ("5432",),
    "mysql": ("3306",),
    "mariadb": ("3306",),
    "redis": ("6379",),
    "mongo": ("27017",),
    "rabbitmq": ("5672", "15672"),
    "memcached": ("11211",),
    "elasticsearch": ("9200", "9300"),
    "opensearch": ("9200", "9300"),
    "localstack": ("4566",),
    "minio": ("9000", "9001"),
    "selenium": ("4444",),
    "dynamodb": ("8000",),
    "influxdb": ("8086",),
    "kafka": ("9092",),
    "zookeeper": ("2181",),
}


def with_service_hosts(job: Job, writer: Writer, *, shares_localhost: bool) -> Job:
    """Return the job with names of services in the values of variables.

    `shares_localhost`: in the source all containers of a job are one machine to each other.
    """
    if not job.services:
        return job
    hosts = dict(_usual_hosts(job) if shares_localhost else _hosts(job))
    names = list(dict.fromkeys(name for name, _ in hosts.values()))
    alone = job.services[0].name if len(job.services) == 1 and hosts else ""

    def change(node: Node) -> Node:
        if not isinstance(node, EnvVar):
            return _with_ports(node)
        host = alone or (_meant(node.name, names) if shares_localhost else "")
        value = _moved(node.value, hosts, host)
        if value == node.value:
            return node
        said = f"{node.name} names a service where it is on GitLab: under its own name"
        writer.lose(Feature.VARIABLE, Outcome.APPROXIMATED, said, node)
        return replace(node, value=value)

    if shares_localhost:
        for one in job.services:
            said = f"the service is at {one.name!r}, not at localhost: change it in your programs"
            writer.lose(Feature.SERVICE, Outcome.APPROXIMATED, said, one)
    changed = rewrite(replace(job, services=()), change)
    return replace(changed, services=job.services)


def _usual_hosts(job: Job) -> Iterator[tuple[str, tuple[str, str]]]:
    """The ports that services usually have, each with the name of its service."""
    for service in job.services:
        image = (constant(service.image) or "").lower()
        for port in next((ports for word, ports in _PORTS.items() if word in image), ()):
            yield port, (service.name, port)


def _meant(variable: str, names: list[str]) -> str:
    """The one of several services that a variable is about, by its name: PGHOST, REDIS_HOST."""
    plain = variable.lower().replace("pg", "postgres", 1) if variable.startswith("PG") else variable
    found = [name for name in names if name.lower() in plain.lower()]
    return found[0] if len(found) == 1 else ""


def _with_ports(node: Node) -> Node:
    """`job.services.NAME.ports['6379']` as the port of the service itself."""
    if isinstance(node, Index) and isinstance(node.base, Ref) and isinstance(node.key, Literal):
        path = (*node.base.path, written(node.key.value))
    elif isinstance(node, Ref):
        path = node.path
    else:
        return node
    if path[:2] == ("job", "services") and len(path) == 5 and path[3] == "ports":
        return Literal(value=path[4], span=node.span)
    return node


def _hosts(job: Job) -> Iterator[tuple[str, tuple[str, str]]]:
    """The mapped ports, each with the name of its service and the port there."""
    for service in job.services:
        for port in service.ports:
            outer, _, inner = (constant(port) or "").partition("/")[0].rpartition(":")
            if inner.isdigit():
                yield outer or inner, (service.name, inner)


def _moved(value: Template, hosts: dict[str, tuple[str, str]], alone: str) -> Template:
    parts: list[Expr] = []
    for part in value.parts:
        text = part.value if isinstance(part, Literal) else None
        if not isinstance(text, str):
            parts.append(part)
            continue
        found = _WITH_PORT.sub(lambda match: _there(match, hosts), text)
        if alone and _ALONE.fullmatch(text):
            found = alone
        parts.append(part if found == text else Literal(value=found, span=part.span))
    return replace(value, parts=tuple(parts))


def _there(match: re.Match[str], hosts: dict[str, tuple[str, str]]) -> str:
    found = hosts.get(match[1])
    return match[0] if found is None else ":".join(found)
