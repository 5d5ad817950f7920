"""What a job runs on: `runs-on`, `container`, `services`. Both directions."""

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.github.scalars import (
    read_env,
    read_text,
    take_text,
    write_extras,
    write_pairs,
    write_text,
)
from ciconv.ir.expression import Template, text
from ciconv.ir.job import Container, Runner
from ciconv.ir.node import replace
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, resolve


def read_runner(fields: Fields, context: Context) -> Runner | None:
    """Take `runs-on`: a label, a list of labels, or a mapping of group and labels."""
    entry = fields.entry("runs-on")
    if entry is None:
        return None
    node = resolve(entry.value)
    group: Template | None = None
    if isinstance(node, Mapping):
        inner = Fields(node, context, "'runs-on'")
        group = take_text(inner, "group", context)
        labels = inner.scalars("labels") or ()
        inner.leftovers("github")
    else:
        labels = tuple(fields.only_scalars(fields.as_items(node, "runs-on"), "runs-on"))
    return Runner(
        labels=tuple(read_text(one, context, one.comments) for one in labels),
        group=group,
        span=entry.span,
        comments=entry.comments,
    )


def write_runner(runner: Runner, context: Context) -> Entry:
    """Return the entry `runs-on`."""
    labels = [write_text(one, context) for one in runner.labels]
    value: Node
    value = labels[0] if len(labels) == 1 else build.sequence(*labels, flow=True)
    if runner.group is not None:
        entries = [build.entry("group", write_text(runner.group, context))]
        if labels:
            entries.append(build.entry("labels", value))
        value = build.mapping(*entries)
    return build.entry("runs-on", value, runner.comments)


def read_container(fields: Fields, context: Context) -> Container | None:
    """Take `container`: an image, or a mapping."""
    entry = fields.entry("container")
    return None if entry is None else _read_container(entry, context, "'container'")


def read_services(fields: Fields, context: Context) -> tuple[Container, ...]:
    """Take `services`, containers by their names."""
    entry = fields.entry("services")
    if entry is None:
        return ()
    fields.comments.extend(entry.comments)
    inner = Fields(entry.value, context, "'services'")
    found = (
        (one.name, _read_container(one, context, f"the service {one.name!r}"))
        for one in inner.rest()
    )
    return tuple(replace(one, name=name) for name, one in found if one is not None)


def _read_container(entry: Entry, context: Context, what: str) -> Container | None:
    node = resolve(entry.value)
    if isinstance(node, Scalar):
        if is_null(node) or not node.text:
            return None
        image = read_text(node, context)
        return Container(image=image, span=entry.span, comments=entry.comments)
    fields = Fields(node, context, what)
    credentials = Fields(fields.node("credentials"), context, "'credentials'")
    env, extras = read_env(fields, context)
    return Container(
        image=take_text(fields, "image", context) or text(""),
        env=env,
        ports=_texts(fields, "ports", context),
        volumes=_texts(fields, "volumes", context),
        options=take_text(fields, "options", context),
        username=take_text(credentials, "username", context),
        password=take_text(credentials, "password", context),
        extras=(*extras, *credentials.leftovers("github"), *fields.leftovers("github")),
        span=entry.span,
        comments=(*entry.comments, *fields.comments),
    )


def _texts(fields: Fields, name: str, context: Context) -> tuple[Template, ...]:
    return tuple(read_text(one, context, one.comments) for one in fields.scalars(name) or ())


def write_container(container: Container | None, context: Context) -> Node | None:
    """Return the value of `container` or of one service."""
    if container is None:
        return None
    entries: list[Entry] = []
    login = []
    for key, value in (("username", container.username), ("password", container.password)):
        if value is not None:
            login.append(build.entry(key, write_text(value, context)))
    if login:
        entries.append(build.entry("credentials", build.mapping(*login)))
    env = write_pairs(container.env, context)
    if env is not None:
        entries.append(build.entry("env", env))
    for key, items in (("ports", container.ports), ("volumes", container.volumes)):
        if items:
            values = (write_text(one, context) for one in items)
            entries.append(build.entry(key, build.sequence(*values)))
    if container.options is not None:
        options = write_text(container.options, context)
        entries.append(build.entry("options", options, container.options.comments))
    entries.extend(write_extras(container.extras))
    image = write_text(container.image, context)
    if not entries and not container.name:
        return image
    return build.mapping(build.entry("image", image), *entries)
