"""Services beside steps in a container: blocks that start them, and remove them in any case.

https://www.jenkins.io/doc/book/pipeline/docker/#running-sidecar-containers
"""

import re
import shlex
from collections.abc import Iterator

from ciconv.converters.jenkins.jobs.services import command_of
from ciconv.ir.expression import constant, has_status_function
from ciconv.ir.job import Container, Job
from ciconv.ir.step import Run, Use
from ciconv.ir.walk import comments_of
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]
Parts = tuple[t.Text | t.Interpolation, ...]


def runs_beside(job: Job) -> bool:
    """Whether the steps of a job in a container can run in one beside its services.

    Whatever runs after failures is not inside of that block, so it may be no script.
    """
    container = job.container
    if container is None or not job.services or container.password is not None:
        return False
    if constant(container.image) is None or any(map(_is_unknown, job.services)):
        return False
    asking = [one for one in job.steps if one.condition and has_status_function(one.condition)]
    last = job.steps[len(job.steps) - len(asking) :]
    return list(last) == asking and not any(isinstance(one, Run | Use) for one in asking)


def _is_unknown(service: Container) -> bool:
    return command_of(service) is None or any(constant(one.value) is None for one in service.env)


def beside(
    services: tuple[Container, ...],
    container: Container,
    statements: Statements,
    options: t.String | None,
) -> Statements:
    """Return steps in their container, beside services. `options`: its own ones of docker."""
    names = _identifiers(services)
    local = next((names[one.name] for one in services if one.host == "localhost"), None)
    links = [_shared(local)] if local is not None else []
    links += [_link(names[one.name], one) for one in services if one.host != "localhost"]
    found = (_inside(container, statements, links, options),)
    for one in reversed(services):
        same = local if one.host == "localhost" and names[one.name] != local else None
        found = (_run_with(one, names[one.name], found, same),)
    return (groovy.statement(groovy.block("script", found)),)


def _identifiers(services: tuple[Container, ...]) -> dict[str, str]:
    """What closures call services, by their names."""
    found: dict[str, str] = {}
    for one in services:
        plain = re.sub(r"\W+", "_", one.name).strip("_") or "service"
        wanted = plain if plain[0].isalpha() and plain not in _WORDS else f"service_{plain}"
        while wanted in found.values():
            wanted += "_"
        found[one.name] = wanted
    return found


_WORDS = frozenset({"default", "in", "as", "env", "params", "docker", "scm", "it", "new", "this"})


def _of_id(name: str) -> t.Interpolation:
    return t.Interpolation(value=groovy.path(name, "id"))


def _link(name: str, service: Container) -> Parts:
    """The option by which a container finds a service under its name."""
    return (t.Text(value="--link "), _of_id(name), t.Text(value=f":{service.host or service.name}"))


def _shared(name: str) -> Parts:
    """The option by which containers have one network, and find each other on localhost."""
    return (t.Text(value="--network container:"), _of_id(name))


def _inside(
    container: Container, statements: Statements, links: list[Parts], options: t.String | None
) -> t.Statement:
    parts: list[t.Text | t.Interpolation] = []
    for number, one in enumerate((*links, *([options.parts] if options is not None else []))):
        parts += [t.Text(value=" "), *one] if number else one
    argument = t.String(parts=tuple(parts), quote=t.Quote.DOUBLE)
    image = constant(container.image) or ""
    call = _of_image(image, "inside", argument)
    return groovy.statement(groovy.block(call, statements))


def _of_image(image: str, method: str, argument: t.Expr | None) -> t.Call:
    """`docker.image('image').method(argument)`."""
    base = t.Call(
        function=groovy.path("docker", "image"),
        arguments=(t.Argument(value=groovy.literal(image)),),
    )
    arguments = () if argument is None else (t.Argument(value=argument),)
    return t.Call(function=t.Property(base=base, name=method), arguments=arguments)


def _run_with(
    service: Container, name: str, statements: Statements, shares: str | None
) -> t.Statement:
    parts: list[t.Text | t.Interpolation] = [*_shared(shares)] if shares is not None else []
    words = " ".join(_words(service))
    if words:
        parts.append(t.Text(value=f" {words}" if parts else words))
    argument: t.String | None = None
    if shares is not None:
        argument = t.String(parts=tuple(parts), quote=t.Quote.DOUBLE)
    elif words:
        argument = groovy.literal(words)
    call = _of_image(constant(service.image) or "", "withRun", argument)
    closure = t.Closure(body=t.Block(statements=statements), parameters=(t.Parameter(name=name),))
    whole = t.Call(
        function=call.function,
        arguments=call.arguments,
        closures=(closure,),
        parentheses=bool(call.arguments),
    )
    return groovy.statement(whole, comments_of(service))


def _words(service: Container) -> Iterator[str]:
    """The options of docker for a service of which everything is known."""
    for one in service.env:
        yield f"-e {shlex.quote(f'{one.name}={constant(one.value)}')}"
    for flag, values in (("-p", service.ports), ("-v", service.volumes)):
        for value in values:
            yield f"{flag} {shlex.quote(constant(value) or '')}"
    if service.options is not None:
        yield " ".join((constant(service.options) or "").split())
