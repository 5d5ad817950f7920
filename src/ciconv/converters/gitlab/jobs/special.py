"""Jobs, and parts of jobs, that do something other than run a script.

https://docs.gitlab.com/ci/yaml/#trigger
https://docs.gitlab.com/ci/yaml/#release
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.jobs.pages import read_pages
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extras
from ciconv.ir.expression import Template, text
from ciconv.ir.step import ActionRef, Argument, EnvVar, Extra, Run, Step, Use
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve

SHELL = "bash -eo pipefail {0}"


class Special(Struct, frozen=True, kw_only=True):
    """Steps beside the script. `replaces`: they stand in its place, on no machine."""

    steps: tuple[Step, ...] = ()
    published: tuple[Step, ...] = ()  # after the files of the job are kept
    extras: tuple[Extra, ...] = ()
    replaces: bool = False


def read_special(fields: Fields, scope: Scope) -> Special:
    """Take `trigger`, `run`, `release` and `pages`."""
    trigger = fields.entry("trigger")
    steps = [*_run_steps(fields, scope), *_release(fields, scope)]
    if trigger is None:
        return Special(steps=tuple(steps), published=read_pages(fields, scope))
    fields.comments.extend(trigger.comments)
    return Special(steps=(_trigger(trigger, scope),), replaces=True)


def _trigger(entry: Entry, scope: Scope) -> Step:
    """Another pipeline, of this project or of another one, in the place of a script."""
    node = resolve(entry.value)
    arguments: tuple[Argument, ...] = ()
    what = node.text if isinstance(node, Scalar) else ""
    if isinstance(node, Mapping):
        arguments = tuple(_flat(node, "", scope))
        what = _pipeline(arguments)
    ref = ActionRef(format=FORMAT, name="trigger", written=f"the pipeline {what}", span=entry.span)
    return Use(ref=ref, arguments=arguments, span=entry.span)


def _pipeline(arguments: tuple[Argument, ...]) -> str:
    from ciconv.ir.expression import constant

    wanted = ("project", "include", "local", "file", "artifact")
    names = (one for one in arguments if one.name.rpartition(".")[2] in wanted)
    return " ".join(constant(one.value) or "" for one in names)


def _flat(node: Node, name: str, scope: Scope) -> Iterator[Argument]:
    """All values below a node, by their dotted names."""
    node = resolve(node)
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from _flat(entry.value, f"{name}.{entry.name}".lstrip("."), scope)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _flat(item, name, scope)
    elif isinstance(node, Scalar):
        yield Argument(name=name, value=scope.text(node), span=node.span)


def _run_steps(fields: Fields, scope: Scope) -> Iterator[Step]:
    """Take `run`, a list of scripts and of steps kept elsewhere."""
    for item in fields.items("run") or ():
        inner = Fields(item, scope.context, "a step")
        name = inner.scalar("name")
        script = inner.scalar("script")
        reference = inner.node("step") or inner.node("func") or inner.node("action")
        env = _pairs(inner.node("env"), scope)
        inputs = inner.node("inputs")
        inner.leftovers(FORMAT)
        title = None if name is None else text(name.text, of=None)
        if script is not None:
            yield Run(
                name=title,
                script=text(script.text),
                shell=text(SHELL),
                env=tuple(EnvVar(name=one.name, value=one.value, span=one.span) for one in env),
                span=item.span,
                comments=item.comments,
            )
        elif reference is not None:
            said = reference.text if isinstance(reference, Scalar) else "a step of another project"
            ref = ActionRef(format=FORMAT, name=said, written=said, span=item.span)
            arguments = () if inputs is None else tuple(_flat(inputs, "", scope))
            yield Use(ref=ref, name=title, arguments=arguments, span=item.span)


def _pairs(node: Node | None, scope: Scope) -> list[Argument]:
    return [] if node is None or is_null(node) else list(_flat(node, "", scope))


_RELEASE = {"tag_name": "tag_name", "name": "name", "ref": "target_commitish"}


def _release(fields: Fields, scope: Scope) -> Iterator[Step]:
    """Take `release`, which is made when the script has succeeded."""
    entry = fields.entry("release")
    if entry is None:
        return
    inner = Fields(entry.value, scope.context, "'release'")
    arguments: list[Argument] = []
    for name, canonical in _RELEASE.items():
        value = scope.take(inner, name)
        if value is not None:
            arguments.append(Argument(name=canonical, value=value, span=value.span))
    description = scope.take(inner, "description")
    if description is not None:
        arguments.append(_body(description))
    kept = extras(inner, "tag_message", "milestones", "released_at", "assets", prefix="release:")
    kept = (*kept, *inner.leftovers(FORMAT))
    ref = ActionRef(format=FORMAT, name="release", written="release", span=entry.span)
    yield Use(
        ref=ref,
        tool="gh-release",
        arguments=tuple(arguments),
        extras=kept,
        span=entry.span,
        comments=(*entry.comments, *inner.comments),
    )


def _body(description: Template) -> Argument:
    """The text of the release, or the file that it stands in."""
    from ciconv.ir.expression import constant

    said = constant(description) or ""
    is_file = said.endswith((".md", ".txt")) and "\n" not in said and " " not in said
    name = "body_path" if is_file else "body"
    return Argument(name=name, value=description, span=description.span)
