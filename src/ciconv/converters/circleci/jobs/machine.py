"""What a job runs on: `docker`, `machine`, `macos`, `resource_class`.

https://circleci.com/docs/reference/configuration-reference/#executors
"""

import re

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.circleci.scalars import join_text, take_environment, take_text, take_texts
from ciconv.converters.fields import Fields, extra_of, is_null
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, text
from ciconv.ir.job import Container, Runner
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Extra
from ciconv.source import Comment, Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

MAX_APART = 2  # lines between what is one place
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")


class Machine(Struct, frozen=True, kw_only=True):
    """What stands under the steps of a job."""

    runner: Runner | None = None
    container: Container | None = None
    services: tuple[Container, ...] = ()
    env: tuple[EnvVar, ...] = ()  # of the primary container
    extras: tuple[Extra, ...] = ()
    comments: tuple[Comment, ...] = ()


def read_machine(fields: Fields, context: Context) -> Machine:
    """Take the executor of a job, and the size of its machine."""
    size = fields.entry("resource_class")
    if size is not None and isinstance(size.value, Scalar) and not size.value.text:
        size = None  # the default of a parameter
    if "docker" in fields:
        machine = _docker(fields, context)
    elif "macos" in fields:
        machine = _macos(fields, context)
    elif "machine" in fields:
        machine = _virtual(fields, context)
    else:
        return (
            Machine()
            if size is None
            else _sized(Machine(runner=Runner(os="linux", arch="x64")), size)
        )
    return machine if size is None else _sized(machine, size)


def _sized(machine: Machine, entry: Entry) -> Machine:
    """The machine with a resource class: a size, or machines of the owner."""
    runner = machine.runner or Runner(os="linux", arch="x64")
    said = entry.value.text if isinstance(entry.value, Scalar) else ""
    is_own = machine.container is None and runner.span is not None
    changes: dict[str, object] = {"span": _together(runner.span, entry.span, is_own=is_own)}
    if "/" in said:
        label = Template(parts=(Literal(value=said, span=entry.span),), span=entry.span)
        changes["labels"] = (text("self-hosted"), label)
    else:
        changes["size"] = said
        changes["arch"] = "arm64" if re.match(r"arm\.|m\d|macos\.m", said) else runner.arch
        changes["os"] = "windows" if said.startswith("windows.") else runner.os
    comments = (*machine.comments, *entry.comments)
    return Machine(
        runner=replace(runner, **changes),
        container=machine.container,
        services=machine.services,
        env=machine.env,
        extras=machine.extras,
        comments=comments,
    )


def _together(machine: Span | None, size: Span, *, is_own: bool) -> Span:
    """The place of a machine: with its size, where that stands beside it."""
    if machine is None or not is_own or machine.source is not size.source:
        return size
    first, last = sorted((machine, size), key=lambda one: one.start_offset)
    is_near = last.start.line - first.end.line <= MAX_APART
    return first.to(last) if is_near else size


def _docker(fields: Fields, context: Context) -> Machine:
    entry = fields.entry("docker")
    if entry is None:
        return Machine()
    items = fields.as_items(entry.value, "docker")
    found = [_container(item, context) for item in items]
    if not found:
        context.diagnostics.error("missing-key", "'docker' lists no image", entry.span)
        return Machine(runner=Runner(os="linux", span=entry.span))
    primary, env = found[0]
    return Machine(
        runner=Runner(os="linux", arch="x64", span=entry.key.span),
        container=replace(primary, name=""),
        services=_named([one for one, _ in found[1:]], [env for _, env in found[1:]]),
        env=env,
        comments=entry.comments,
    )


def _named(
    services: list[Container], environments: list[tuple[EnvVar, ...]]
) -> tuple[Container, ...]:
    """The services, each with a name of its own: the one it is given, or that of its image."""
    found: list[Container] = []
    for service, env in zip(services, environments, strict=True):
        name = service.name or _name_of(constant(service.image) or "service")
        taken = {one.name for one in found}
        host = "" if service.name else "localhost"
        found.append(replace(service, name=unused(name, taken), host=host, env=env))
    return tuple(found)


def _name_of(image: str) -> str:
    last = image.split("@")[0].rpartition("/")[2].split(":")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", last).strip("-") or "service"


def _container(item: Node, context: Context) -> tuple[Container, tuple[EnvVar, ...]]:
    fields = Fields(item, context, "an image")
    fields.require("image", item.span)
    image = take_text(fields, "image", context) or text("")
    env = take_environment(fields, context)
    auth = fields.node("auth")
    login = Fields(auth, context, "'auth'")
    username = _credential(take_text(login, "username", context))
    password = _credential(take_text(login, "password", context))
    login.leftovers("circleci")
    name = fields.text("name") or ""
    options = _options(fields, context)
    extras = fields.extra("circleci", "command", "entrypoint", "aws_auth", "gcp_auth")
    container = Container(
        image=image,
        name=name,
        username=username,
        password=password,
        options=options,
        extras=(*extras, *fields.leftovers("circleci")),
        span=item.span,
        comments=(*item.comments, *fields.comments, *login.comments),
    )
    return container, env


def _options(fields: Fields, context: Context) -> Template | None:
    """The user and the entry point in the words of docker."""
    whole = fields.whole
    entry = whole.get("entrypoint") if isinstance(whole, Mapping) else None
    has_arguments = isinstance(entry, Sequence) and len(entry.items) > 1  # docker's option has none
    keys = ("user",) if has_arguments else ("user", "entrypoint")
    parts: list[Expr] = []
    span: Span | None = None
    for key in keys:
        values = take_texts(fields, key, context)
        if values:
            lead = " " if parts else ""
            parts += [Literal(value=f"{lead}--{key} ", span=values[0].span), *values[0].parts]
            span = span or values[0].span
    return replace(join_text(tuple(parts)), span=span) if parts else None


def _credential(value: Template | None) -> Template | None:
    """A name or password: variables of the project and of contexts are secrets."""
    known = None if value is None else constant(value)
    match = None if known is None else _VARIABLE.fullmatch(known)
    if value is None or match is None:
        return value
    return replace(value, parts=(Ref(path=("secrets", match[1]), span=value.span),))


def _macos(fields: Fields, context: Context) -> Machine:
    entry = fields.entry("macos")
    inner = Fields(None if entry is None else entry.value, context, "'macos'")
    xcode = inner.entry("xcode")
    extras = inner.extra("circleci", "code_signing")
    size = inner.entry("resource_class")
    version = xcode.value if xcode is not None else None
    labels: tuple[Template, ...] = ()
    if isinstance(version, Scalar):
        label = f"xcode-{version.text}"
        labels = (Template(parts=(Literal(value=label, span=version.span),), span=version.span),)
    span = None if entry is None else entry.span
    machine = Machine(
        runner=Runner(os="macos", arch="arm64", labels=labels, span=span),
        extras=(*extras, *inner.extra("circleci", "shell"), *inner.leftovers("circleci")),
        comments=(*(() if entry is None else entry.comments), *inner.comments),
    )
    return machine if size is None else _sized(machine, size)


def _virtual(fields: Fields, context: Context) -> Machine:
    entry = fields.entry("machine")
    value = None if entry is None else entry.value
    if not isinstance(value, Mapping):
        if entry is not None and getattr(value, "value", None) is False:
            _report_off(entry, context)
        return _virtual_of(value if isinstance(value, Scalar) else None, entry)
    inner = Fields(value, context, "'machine'")
    enabled = inner.entry("enabled")
    if enabled is not None and getattr(enabled.value, "value", None) is False:
        _report_off(enabled, context)
    image, size = inner.scalar("image"), inner.entry("resource_class")
    machine = _virtual_of(image, entry)
    caching = inner.entry("docker_layer_caching")
    is_off = caching is None or getattr(caching.value, "value", None) is False
    extras = () if is_off or caching is None else (extra_of("circleci", caching),)
    extras = (*extras, *inner.extra("circleci", "shell", "code_signing"))
    machine = Machine(
        runner=machine.runner,
        extras=(*machine.extras, *extras, *inner.leftovers("circleci")),
        comments=(*machine.comments, *inner.comments),
    )
    return machine if size is None else _sized(machine, size)


def _report_off(entry: Entry, context: Context) -> None:
    context.diagnostics.error(
        "missing-executor",
        "the machine is switched off, so the job has nothing to run on",
        entry.span,
        help="write 'true', or name an image",
    )


def _is_boolean(node: Node | None) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, bool)


def _virtual_of(image: Scalar | None, entry: Entry | None) -> Machine:
    """A virtual machine: `true`, or the name of its image."""
    span = None if entry is None else entry.span
    named = "" if image is None or is_null(image) or _is_boolean(image) else image.text
    system = "windows" if "windows" in named else "linux"
    labels: tuple[Template, ...] = ()
    if named:
        at = None if image is None else image.span
        labels = (Template(parts=(Literal(value=named, span=at),), span=at),)
    runner = Runner(os=system, arch="x64", labels=labels, span=span)
    return Machine(runner=runner, comments=() if entry is None else entry.comments)
