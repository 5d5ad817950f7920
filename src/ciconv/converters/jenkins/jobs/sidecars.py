"""Services beside steps in a container: blocks that start them, and remove them in any case.

https://www.jenkins.io/doc/book/pipeline/docker/#running-sidecar-containers
"""

import re
import shlex
from collections.abc import Iterator

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.agent import is_late
from ciconv.converters.jenkins.jobs.post import kind_of
from ciconv.converters.jenkins.steps.around import with_variables
from ciconv.converters.jenkins.variables import secret
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Template, constant, has_status_function
from ciconv.ir.job import Container, Job
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar
from ciconv.ir.walk import comments_of
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

Statements = tuple[t.Statement, ...]
Parts = tuple[t.Text | t.Interpolation, ...]


def runs_beside(job: Job, says: Says) -> bool:
    """Whether the steps of a job run in a container that starts on the agent, beside services.

    Without any it starts there when the agent has to tell what its image is. Whatever runs after
    failures is behind all other steps, as `catch` and `finally` are.
    """
    container = job.container
    if container is None or container.password is not None:
        return False
    if not job.services and not is_late(job, says):
        return False
    if any(one.password is not None for one in job.services):
        return False
    asking = [one for one in job.steps if one.condition and has_status_function(one.condition)]
    last = job.steps[len(job.steps) - len(asking) :]
    if list(last) != asking or any(kind_of(one.condition) == "aborted" for one in asking):
        return False
    try:
        says.text(container.image)
        for service in job.services:
            says.text(service.image)
            list(_words(service, says))
    except CannotSay:
        return False
    finally:
        says.take_near()
    return True


def beside(
    job: Job, container: Container, statements: Statements, options: t.String | None, says: Says
) -> Statements:
    """Return steps in their container, beside services. `options`: its own ones of docker."""
    services = job.services
    names = _identifiers(services)
    local = [one for one in services if one.host == "localhost"]
    shared = names[local[0].name] if local and all(map(_has_own_ports, local)) else None
    links = [_shared(shared)] if shared is not None else []
    if local and shared is None:  # their ports are those of the machine
        links = [(t.Text(value="--network host"),)]
    links += [_link(names[one.name], one) for one in services if one.host != "localhost"]
    waits = tuple(_wait(names[one.name]) for one in services if _has_health(one))
    found: Statements = (*waits, _inside(container, statements, links, options, says))
    for one in reversed(services):
        if one.host == "localhost" and shared is not None:
            one = replace(one, ports=())  # the network they share has all of them
            first = [_shared(shared)] if names[one.name] != shared else []
        else:
            first = []
        found = (_run_with(one, names[one.name], found, first, says),)
    secrets = tuple(
        variable for one in services for variable in one.env if secret(variable.value) is not None
    )
    for call in reversed(with_variables(secrets, says)):
        found = (groovy.statement(groovy.block(call, found)),)
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


def _has_own_ports(service: Container) -> bool:
    """Whether all its ports are what they are inside of it."""
    known = [(constant(one) or "").partition("/")[0].split(":") for one in service.ports]
    return all(len(one) == 2 and one[0] == one[1] for one in known)


def _has_health(service: Container) -> bool:
    options = "" if service.options is None else constant(service.options) or ""
    return "--health-cmd" in options


def _wait(name: str) -> t.Statement:
    """The step that waits until a service is healthy."""
    before = "until [ \"$(docker inspect --format '{{.State.Health.Status}}' "
    parts = (t.Text(value=before), _of_id(name), t.Text(value=')" = healthy ]; do sleep 1; done'))
    return groovy.statement(groovy.bare("sh", t.String(parts=parts, quote=t.Quote.DOUBLE)))


def _inside(
    container: Container,
    statements: Statements,
    links: list[Parts],
    options: t.String | None,
    says: Says,
) -> t.Statement:
    own = [options.parts] if options is not None else []
    call = _of_image(says.text(container.image), "inside", _argument([*links, *own]))
    return groovy.statement(groovy.block(call, statements))


def _argument(words: list[Parts]) -> t.String | None:
    """Options as one text, None without any."""
    parts: list[t.Text | t.Interpolation] = []
    for number, one in enumerate(words):
        parts += [t.Text(value=" "), *one] if number else one
    if all(isinstance(one, t.Text) for one in parts):
        known = "".join(one.value for one in parts if isinstance(one, t.Text))
        return groovy.literal(known) if known else None
    return t.String(parts=tuple(parts), quote=t.Quote.DOUBLE)


def _of_image(image: t.String, method: str, argument: t.Expr | None) -> t.Call:
    """`docker.image('image').method(argument)`."""
    base = t.Call(function=groovy.path("docker", "image"), arguments=(t.Argument(value=image),))
    arguments = () if argument is None else (t.Argument(value=argument),)
    return t.Call(function=t.Property(base=base, name=method), arguments=arguments)


def _run_with(
    service: Container, name: str, statements: Statements, first: list[Parts], says: Says
) -> t.Statement:
    argument = _argument([*first, *_words(service, says)])
    call = _of_image(says.text(service.image), "withRun", argument)
    closure = t.Closure(body=t.Block(statements=statements), parameters=(t.Parameter(name=name),))
    whole = t.Call(
        function=call.function,
        arguments=call.arguments,
        closures=(closure,),
        parentheses=bool(call.arguments),
    )
    return groovy.statement(whole, comments_of(service))


def _words(service: Container, says: Says) -> Iterator[Parts]:
    """The options of docker for a service; raise CannotSay."""
    for one in service.env:
        yield _variable(one, says)
    for flag, values in (("-p", service.ports), ("-v", service.volumes)):
        for value in values:
            yield (t.Text(value=f"{flag} "), *_quoted("", value, says))
    if service.options is not None:
        known = constant(service.options)
        if known is None:
            yield says.text(service.options).parts
        elif known.strip():
            yield (t.Text(value=" ".join(known.split())),)


def _variable(one: EnvVar, says: Says) -> Parts:
    """`-e NAME=value`; a secret is handed over by its name alone, so that no text holds it."""
    if secret(one.value) is not None:
        return (t.Text(value=f"-e {one.name}"),)
    return (t.Text(value="-e "), *_quoted(f"{one.name}=", one.value, says))


def _quoted(before: str, value: Template, says: Says) -> Parts:
    """A word of a command; what is only known during the run stands between double quotes."""
    known = constant(value)
    if known is not None:
        return (t.Text(value=shlex.quote(f"{before}{known}")),)
    return (t.Text(value=f'"{before}'), *says.text(value).parts, t.Text(value='"'))
