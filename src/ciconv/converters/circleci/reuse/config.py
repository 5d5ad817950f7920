"""One configuration file: its definitions, and what of them is used."""

from collections.abc import Mapping as Values
from typing import NamedTuple, TypeAlias

from ciconv.context import Context
from ciconv.converters.circleci.reuse.known_orbs import KnownOrbs
from ciconv.converters.circleci.reuse.orbs import Orbs
from ciconv.converters.circleci.reuse.parameters import Declared, declared
from ciconv.converters.circleci.reuse.plain import Plain
from ciconv.converters.circleci.reuse.scope import Scope
from ciconv.converters.circleci.reuse.steps import Expander
from ciconv.converters.circleci.reuse.usage import Usage
from ciconv.converters.fields import Fields
from ciconv.ir.expression import Expr, Template
from ciconv.source import Comment, Span
from ciconv.syntax.node import Alias, Entry, Mapping, Node, children

Given: TypeAlias = Values[str, Expr]
_VERSIONS = ("2", "2.0", "2.1")


class Config(NamedTuple):
    """A configuration, ready to read its workflows."""

    context: Context
    fields: Fields
    scope: Scope
    parameters: tuple[Declared, ...]
    usage: Usage
    expander: Expander
    comments: tuple[Comment, ...]  # of what is no part of any job
    groups: dict[str, Entry]  # job-groups
    saved: dict[str, Template]  # keys of caches, and the paths saved under them
    plain: Plain
    given: Given  # parameters that a setup workflow hands over, each with what sets it


def open_config(root: Mapping, context: Context, given: Given) -> Config:
    """Return a configuration with the definitions of its top level."""
    plain = Plain()
    fields = Fields(plain.node(root), context, "a configuration")
    _check_version(fields, context)
    usage = Usage(root.span.source)
    comments: list[Comment] = []
    kinds: dict[str, dict[str, Entry]] = {}
    for key, word in _WORDS.items():
        entry = fields.entry(key)
        kinds[key] = {}
        if entry is None:
            continue
        inner = Fields(entry.value, context, f"{key!r}")
        kinds[key] = {one.name: one for one in inner.rest()}
        comments += (*entry.comments, *inner.comments)
        for one in kinds[key].values():
            usage.declare(one, f"unused-{word.split()[0]}", f"the {word} {one.name!r} is not used")
    parameters = declared(fields.node("parameters"), context)
    for parameter in parameters:
        usage.declare(
            parameter.entry,
            "unused-parameter",
            f"the pipeline parameter {parameter.name!r} is not used",
        )
    orbs = Orbs(context, usage).read(fields.node("orbs"))
    scope = Scope("", kinds["commands"], kinds["jobs"], kinds["executors"], orbs)
    expander = Expander(context, usage, KnownOrbs(root.span.source, context))
    return Config(
        context=context,
        fields=fields,
        scope=scope,
        parameters=parameters,
        usage=usage,
        expander=expander,
        comments=tuple(comments),
        groups=kinds["job-groups"],
        saved={},
        plain=plain,
        given={one.name: given[one.name] for one in parameters if one.name in given},
    )


_WORDS = {
    "jobs": "job",
    "commands": "command",
    "executors": "executor",
    "job-groups": "group of jobs",
}


def _check_version(fields: Fields, context: Context) -> None:
    version = fields.scalar("version")
    if version is None:
        context.diagnostics.warning(
            "missing-key", "a configuration begins with its 'version'", _start(fields)
        )
    elif version.text not in _VERSIONS:
        context.diagnostics.warning(
            "unknown-version",
            f"there is no version {version.text!r} of the configuration",
            version.span,
            help="it is 2.1",
        )


def _start(fields: Fields) -> Span | None:
    return None if fields.whole is None else fields.whole.span


def anchors_in_use(node: Node) -> frozenset[str]:
    """Return the names of the anchors that an alias refers to."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Alias):
            found.add(one.name)
        waiting.extend(children(one))
    return frozenset(found)
