"""`executors`: what jobs run on, by name, with parameters.

https://circleci.com/docs/reference/configuration-reference/#executors
"""

from typing import NamedTuple

from msgspec.structs import replace

from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.fill import WHOLE, Filler
from ciconv.converters.circleci.reuse.parameters import Call, declared
from ciconv.converters.circleci.reuse.scope import Frame, OrbRef, Scope
from ciconv.converters.fields import Fields
from ciconv.source import Comment
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence


class Chosen(NamedTuple):
    """The keys an executor gives to a job; the orb it is of, when that is not at hand."""

    entries: tuple[Entry, ...] = ()
    comments: tuple[Comment, ...] = ()
    orb: OrbRef | None = None
    name: str = ""
    arguments: Node | None = None


def choose_executor(entry: Entry, frame: Frame, config: Config) -> Chosen:
    """Return what the key `executor` of a job stands for."""
    scope, node = _origin(entry.value, frame)
    filled = Filler(frame.values, config.context).node(node)
    name, arguments = _called(filled)
    if name is None:
        config.context.diagnostics.error(
            "wrong-type", "'executor' is a name, or a mapping with a name", entry.span
        )
        return Chosen()
    alias, slash, inner = name.partition("/")
    orb = scope.orbs.get(alias) or config.scope.orbs.get(alias) if slash else None
    if isinstance(orb, OrbRef):
        config.usage.use(orb.entry)
        known = config.expander.known.find("executors", inner, orb, filled.span)
        if known is None:
            return Chosen((), entry.comments, orb, inner, filled)
        orb = known
    if isinstance(orb, Scope):
        scope, name = orb, inner
    found = scope.executors.get(name)
    if found is None and name in config.scope.executors:
        scope, found = config.scope, config.scope.executors[name]
    if found is None:
        _report_unknown(name, entry, scope, config)
        return Chosen()
    config.usage.use(found)
    return _filled(
        found,
        scope,
        Call(f"the executor {name!r}", entry.span, arguments, frame, found.value),
        config,
    )


def _origin(node: Node, frame: Frame) -> tuple[Scope, Node]:
    """Where the name is looked up: there, where whoever handed it over wrote it."""
    text = node.text if isinstance(node, Scalar) else ""
    if isinstance(node, Mapping):
        named = node.get("name")
        text = named.text if isinstance(named, Scalar) else ""
    whole = WHOLE.fullmatch(text)
    value = frame.values.get(whole[1]) if whole else None
    return (frame.scope if value is None else value.scope), node


def _called(node: Node) -> tuple[str | None, tuple[Entry, ...]]:
    if isinstance(node, Scalar):
        return node.text, ()
    if not isinstance(node, Mapping):
        return None, ()
    name = node.get("name")
    if isinstance(name, Mapping):
        return _called(name)
    others = tuple(one for one in node.entries if one.name != "name")
    return (name.text if isinstance(name, Scalar) else None), others


def _report_unknown(name: str, entry: Entry, scope: Scope, config: Config) -> None:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(scope.executors), 1)
    config.context.diagnostics.error(
        "unknown-executor",
        f"{name!r} is not an executor",
        entry.span,
        help=f"did you mean {close[0]!r}?" if close else "declare it under 'executors'",
    )


def _filled(found: Entry, scope: Scope, call: Call, config: Config) -> Chosen:
    context = config.context
    fields = Fields(found.value, context, call.what)
    parameters = declared(fields.node("parameters"), context)
    inner = Frame(scope)
    values = config.expander.binder.bind(parameters, call, inner)
    description = fields.scalar("description")
    entries = tuple(map(Filler(values, context).entry, fields.rest()))
    comments = [*found.comments, *fields.comments]
    if description is not None and description.text.strip():
        comments.append(Comment(" ".join(description.text.split()), description.span))
    comments += [comment for one in parameters for comment in one.comments]
    return Chosen(entries, tuple(comments))


def overlaid(base: tuple[Entry, ...], own: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return the keys of an executor under those of a job: only variables add up."""
    given = {entry.name: entry for entry in own}
    kinds = {"docker", "machine", "macos"}
    has_machine = bool(kinds & given.keys())
    found: list[Entry] = []
    for entry in base:
        if entry.name == "environment" and entry.name in given:
            found.append(_both(entry, given.pop(entry.name)))
        elif entry.name not in given and not (has_machine and entry.name in kinds):
            found.append(entry)
    return (*found, *given.values())


def _both(outer: Entry, inner: Entry) -> Entry:
    """One list of variables: the later ones win."""
    items = Sequence(items=(outer.value, inner.value), span=inner.value.span)
    return replace(inner, value=items, comments=(*outer.comments, *inner.comments))
