"""Keys that a workflow and a job both have: permissions, concurrency, defaults; and environment."""

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.github.scalars import read_text, take_boolean, take_text, write_text
from ciconv.ir.expression import constant, text
from ciconv.ir.job import Concurrency, Defaults, Environment, Permission
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Node, Scalar, resolve


def read_permissions(fields: Fields, context: Context) -> tuple[Permission, ...] | None:
    """Take `permissions`: read-all, write-all, or a mapping of scopes; `{}` gives none."""
    entry = fields.entry("permissions")
    if entry is None:
        return None
    node = resolve(entry.value)
    if isinstance(node, Scalar) and not is_null(node):
        word = Permission(scope="*", access=node.text, span=entry.span, comments=entry.comments)
        return (word,)
    fields.comments.extend(entry.comments)
    inner = Fields(node, context, "'permissions'")
    return tuple(
        Permission(scope=one.name, access=level.text, span=one.span, comments=one.comments)
        for one in inner.rest()
        for level in inner.only_scalars((one.value,), one.name)
    )


def write_permissions(permissions: tuple[Permission, ...] | None) -> Node | None:
    """Return the value of `permissions`."""
    if permissions is None:
        return None
    if len(permissions) == 1 and permissions[0].scope == "*":
        return build.text(permissions[0].access)
    entries = (build.entry(one.scope, build.text(one.access), one.comments) for one in permissions)
    return build.mapping(*entries, flow=not permissions)


def read_concurrency(fields: Fields, context: Context) -> Concurrency | None:
    """Take `concurrency`: a group, or a mapping."""
    entry = fields.entry("concurrency")
    if entry is None:
        return None
    node = resolve(entry.value)
    if isinstance(node, Scalar):
        group = read_text(node, context)
        return Concurrency(group=group, span=entry.span, comments=entry.comments)
    inner = Fields(node, context, "'concurrency'")
    inner.require("group", entry.span)
    group = take_text(inner, "group", context) or text("")
    cancel = take_boolean(inner, "cancel-in-progress", context)
    queue = inner.text("queue")
    inner.leftovers("github")
    return Concurrency(
        group=group,
        cancel=cancel,
        queue=queue,
        span=entry.span,
        comments=(*entry.comments, *inner.comments),
    )


def write_concurrency(value: Concurrency | None, context: Context) -> Node | None:
    """Return the value of `concurrency`."""
    if value is None:
        return None
    group = write_text(value.group, context)
    if value.cancel is None and value.queue is None:
        return group
    entries = [build.entry("group", group, value.group.comments)]
    if value.cancel is not None:
        cancel = write_text(value.cancel, context)
        entries.append(build.entry("cancel-in-progress", cancel, value.cancel.comments))
    if value.queue is not None:
        entries.append(build.entry("queue", build.text(value.queue)))
    return build.mapping(*entries)


def read_defaults(fields: Fields, context: Context) -> Defaults | None:
    """Take `defaults.run`."""
    entry = fields.entry("defaults")
    if entry is None:
        return None
    outer = Fields(entry.value, context, "'defaults'")
    inner = Fields(outer.node("run"), context, "'defaults.run'")
    shell = take_text(inner, "shell", context)
    directory = take_text(inner, "working-directory", context)
    inner.leftovers("github")
    outer.leftovers("github")
    comments = (*entry.comments, *outer.comments, *inner.comments)
    return Defaults(shell=shell, directory=directory, span=entry.span, comments=comments)


def write_defaults(value: Defaults | None, context: Context) -> Node | None:
    """Return the value of `defaults`."""
    if value is None:
        return None
    entries: list[Entry] = []
    for key, one in (("shell", value.shell), ("working-directory", value.directory)):
        if one is not None:
            entries.append(build.entry(key, write_text(one, context), one.comments))
    return build.mapping(build.entry("run", build.mapping(*entries)))


def read_environment(fields: Fields, context: Context) -> Environment | None:
    """Take `environment`: a name, or a mapping with a URL."""
    entry = fields.entry("environment")
    if entry is None:
        return None
    node = resolve(entry.value)
    if isinstance(node, Scalar):
        name = read_text(node, context)
        return Environment(name=name, span=entry.span, comments=entry.comments)
    inner = Fields(node, context, "'environment'")
    inner.require("name", entry.span)
    made = Environment(
        name=take_text(inner, "name", context) or text(""),
        url=take_text(inner, "url", context),
        deployment=take_boolean(inner, "deployment", context),
        span=entry.span,
        comments=(*entry.comments, *inner.comments),
    )
    inner.leftovers("github")
    return made


def write_environment(value: Environment | None, context: Context) -> Node | None:
    """Return the value of `environment`."""
    if value is None:
        return None
    name = write_text(value.name, context)
    given = (("url", value.url), ("deployment", value.deployment))
    more = [
        build.entry(key, write_text(one, context), one.comments)
        for key, one in given
        if one is not None and constant(one) != ""  # GitHub refuses an empty one
    ]
    return build.mapping(build.entry("name", name, value.name.comments), *more) if more else name
