"""Where a job runs: `tags`, `image`, `services`.

https://docs.gitlab.com/ci/yaml/#image
"""

import re

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.expressions.variables import Variable
from ciconv.converters.gitlab.jobs.ruling import env_var
from ciconv.converters.gitlab.jobs.service_names import host_name
from ciconv.converters.gitlab.jobs.service_variables import variables_of
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extra, extras, flat, read_variables
from ciconv.ir.expression import Literal, Template, constant, text
from ciconv.ir.job import Container, Runner
from ciconv.ir.step import EnvVar, Extra
from ciconv.syntax.node import Entry, Scalar, Sequence, resolve
from ciconv.syntax.node import Node as Tree

# https://docs.gitlab.com/ci/runners/hosted_runners/
_HOSTED = re.compile(
    r"saas-(?P<os>linux|windows|macos)-(?P<size>small|medium|large|xlarge|2xlarge)-(?P<arch>amd64|arm64|m\w+)"
)
# entry points that do what every system does to an image anyway: hand it a shell
_SHELLS = re.compile(r"(?:/usr)?(?:/bin/)?(?:env|ba|da|a)?sh|-c|-l|-lc|")


def read_runner(fields: Fields, scope: Scope) -> Runner | None:
    """Take `tags`: a runner has to have them all."""
    entry = fields.entry("tags")
    if entry is None:
        return None
    node = resolve(entry.value)
    fields.as_items(node, "tags")
    labels = tuple(scope.text(one, one.comments) for one in fields.only_scalars(flat(node), "tags"))
    if not labels:
        return None
    hosted = [found for one in labels if (found := _HOSTED.fullmatch(constant(one) or ""))]
    if len(hosted) == len(labels) == 1:
        return Runner(
            os=hosted[0]["os"],
            arch="arm64" if hosted[0]["arch"] == "arm64" else "x64",
            size=hosted[0]["size"],
            span=entry.span,
            comments=entry.comments,
        )
    return Runner(labels=labels, span=entry.span, comments=entry.comments)


def read_image(fields: Fields, scope: Scope) -> Container | None:
    """Take `image`."""
    entry = fields.entry("image")
    if entry is None or is_null(resolve(entry.value)):
        return None
    return _container(entry.value, entry, scope)


def _container(value: Tree, entry: Entry, scope: Scope) -> Container | None:
    node = resolve(value)
    if isinstance(node, Scalar):
        image = scope.text(node)
        return Container(image=image, span=node.span, comments=entry.comments)
    fields = Fields(node, scope.context, f"{entry.name!r}")
    fields.require("name", entry.key.span)
    name = fields.scalar("name")
    kept = (*_entrypoint(fields), *extras(fields, "pull_policy", "kubernetes", prefix="image:"))
    options, others = _docker(fields, scope)
    fields.leftovers(FORMAT)
    return Container(
        image=text("") if name is None else scope.text(name),
        options=options,
        extras=(*kept, *others),
        span=entry.span,
        comments=(*entry.comments, *fields.comments),
    )


def _entrypoint(fields: Fields) -> tuple[Extra, ...]:
    """What the image is started with; a shell, or nothing, is what it is everywhere else."""
    entry = fields.entry("entrypoint")
    if entry is None:
        return ()
    node = resolve(entry.value)
    items = node.items if isinstance(node, Sequence) else (node,)
    words = [one.text for one in map(resolve, items) if isinstance(one, Scalar)]
    usual = all(_SHELLS.fullmatch(word) for word in words)
    return (extra(entry, "image:entrypoint", matters=not usual),)


def _docker(fields: Fields, scope: Scope) -> tuple[Template | None, tuple[Extra, ...]]:
    """The options for Docker: which platform, and as whom."""
    node = fields.node("docker")
    inner = Fields(node, scope.context, "'docker'")
    parts: list[str] = []
    for option in ("platform", "user"):
        value = inner.scalar(option)
        if value is not None:
            parts.append(f"--{option} {constant(scope.text(value)) or value.text}")
    inner.leftovers(FORMAT)
    span = None if node is None else node.span
    options = Literal(value=" ".join(parts), span=span)
    return (Template(parts=(options,), span=span) if parts else None), ()


def read_services(fields: Fields, scope: Scope) -> tuple[Container, ...]:
    """Take `services`, each of which other containers reach under its name."""
    entry = fields.entry("services")
    if entry is None:
        return ()
    node = resolve(entry.value)
    fields.comments.extend(entry.comments)
    items = [one for item in fields.as_items(node, "services") for one in flat(item)]
    found = [_service(item, scope) for item in items]
    return tuple(one for one in found if one is not None)


def _service(item: Tree, scope: Scope) -> Container | None:
    node = resolve(item)
    if isinstance(node, Scalar):
        image = scope.text(node)
        host = host_name(constant(image) or node.text)
        return Container(
            image=image,
            name=host,
            env=_env(image, {}, scope),
            span=node.span,
            comments=item.comments,
        )
    fields = Fields(node, scope.context, "a service")
    fields.require("name", item.span)
    name = fields.scalar("name")
    aliases = fields.text("alias")
    variables = read_variables(fields.node("variables"), "'variables' of a service", scope.context)
    commands = (*extras(fields, "command", "entrypoint", prefix="services:"),)
    kept = (*commands, *extras(fields, "pull_policy", "kubernetes", prefix="services:"))
    options, others = _docker(fields, scope)
    fields.leftovers(FORMAT)
    if name is None:
        return None
    image = scope.text(name)
    names = re.split(r"[\s,]+", aliases.strip()) if aliases else []
    first = names[0] if names else host_name(constant(image) or name.text)
    further = " ".join(f"--network-alias {one}" for one in names[1:])
    return Container(
        image=image,
        name=first,
        env=_env(image, variables, scope),
        options=_both(options, further),
        extras=(*kept, *others),
        span=item.span,
        comments=(*item.comments, *fields.comments),
    )


def _env(image: Template, own: dict[str, Variable], scope: Scope) -> tuple[EnvVar, ...]:
    """The variables of a service: its own ones, and those of the job that it reads."""
    given = {one.name: one for one in variables_of(constant(image) or "", scope.variables)}
    return tuple(env_var(one, scope.variables) for one in (given | own).values())


def _both(options: Template | None, further: str) -> Template | None:
    if not further:
        return options
    before = "" if options is None else f"{constant(options)} "
    return text(before + further, of=options)
