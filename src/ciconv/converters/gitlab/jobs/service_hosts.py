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


def with_service_hosts(job: Job, writer: Writer) -> Job:
    """Return the job with names of services in the values of variables."""
    if not job.services or job.container is not None:
        return rewrite(job, _with_ports) if job.services else job
    hosts = dict(_hosts(job))
    alone = next(iter(hosts.values()))[0] if len(job.services) == 1 and hosts else ""

    def change(node: Node) -> Node:
        if not isinstance(node, EnvVar):
            return _with_ports(node)
        value = _moved(node.value, hosts, alone)
        if value == node.value:
            return node
        said = f"{node.name} names a service where it is on GitLab: under its own name"
        writer.lose(Feature.VARIABLE, Outcome.APPROXIMATED, said, node)
        return replace(node, value=value)

    return rewrite(job, change)


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
