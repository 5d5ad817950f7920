"""Which events start a workflow, and the parameters of its pipeline.

https://circleci.com/docs/guides/orchestrate/workflows/
"""

from collections.abc import Iterable, Iterator

from ciconv.context import Context
from ciconv.converters.circleci.expressions.folding import folded, truth
from ciconv.converters.circleci.expressions.names import EVENT
from ciconv.converters.circleci.expressions.read import read_template
from ciconv.converters.circleci.reuse.parameters import Declared
from ciconv.converters.circleci.reuse.usage import Usage
from ciconv.converters.circleci.triggers.filters import Reach, is_every, is_none, union
from ciconv.converters.fields import Fields
from ciconv.ir.expression import Constant, Expr, Literal, Ref, walk
from ciconv.ir.filter import Filter, Pattern
from ciconv.ir.node import Node, replace
from ciconv.ir.trigger import EventKind, Input, Trigger, Word
from ciconv.ir.walk import nodes, replace_references
from ciconv.source import Span
from ciconv.syntax.node import Mapping, Scalar
from ciconv.syntax.node import Node as Tree

_ALL = Filter(patterns=(Pattern(text="**"),))  # says so in every system
_TYPES = {"integer": "number", "enum": "choice", "boolean": "boolean"}
_WORDS = {
    EventKind.PUSH: "push",
    EventKind.PULL_REQUEST: "pull_request",
    EventKind.SCHEDULE: "schedule",
    EventKind.MANUAL: "workflow_dispatch",
    EventKind.API: "repository_dispatch",
}
_NATIVE = {
    EventKind.PUSH: "webhook",
    EventKind.PULL_REQUEST: "pull_request",
    EventKind.SCHEDULE: "scheduled_pipeline",
    EventKind.MANUAL: "api",
    EventKind.API: "custom webhook",
}


def read_inputs(
    parameters: tuple[Declared, ...], used: Iterable[Node], usage: Usage, context: Context
) -> tuple[Input, ...]:
    """Return the pipeline parameters that a workflow uses; they hold for every start."""
    names = {
        one.path[1]
        for part in used
        for one in nodes(part)
        if isinstance(one, Ref) and one.path[0] == "inputs" and len(one.path) == 2
    }
    known = {one.name for one in parameters}
    for name in sorted(names - known):
        at = next(_places(used, name), None)
        context.diagnostics.error(
            "unknown-parameter", f"there is no pipeline parameter {name!r}", at
        )
    return tuple(_input(one, usage, context) for one in parameters if one.name in names)


def _places(used: Iterable[Node], name: str) -> Iterator[Span | None]:
    for part in used:
        for one in nodes(part):
            if isinstance(one, Ref) and one.path == ("inputs", name):
                yield one.span


def _input(one: Declared, usage: Usage, context: Context) -> Input:
    usage.use(one.entry)
    default = one.default if isinstance(one.default, Scalar) else None
    return Input(
        name=one.name,
        type=_TYPES.get(one.type, "string"),
        description=None if one.description is None else one.description.text,
        default=None if default is None else read_template(default, context),
        options=tuple(
            Word(text=choice.text, span=choice.span)
            for choice in one.choices
            if isinstance(choice, Scalar)
        ),
        span=one.entry.span,
        comments=one.comments,
    )


def read_schedules(node: Tree | None, context: Context) -> tuple[Trigger, ...]:
    """Return the schedules of `triggers`; a workflow with any starts at no other time."""
    found: list[Trigger] = []
    for item in getattr(node, "items", ()):
        fields = Fields(item, context, "a trigger")
        schedule = fields.entry("schedule")
        comments = (*item.comments, *fields.comments)
        fields.leftovers("circleci")
        if schedule is None:
            context.diagnostics.error("missing-key", "a trigger needs a 'schedule'", item.span)
            continue
        inner = Fields(schedule.value, context, "'schedule'")
        inner.require("cron", schedule.key.span)
        cron = inner.scalar("cron")
        filters = inner.node("filters")
        branches = _branches(filters, context)
        inner.leftovers("circleci")
        found.append(
            Trigger(
                kind=EventKind.SCHEDULE,
                native="schedule",
                cron=None if cron is None else cron.text,
                branches=branches,
                span=schedule.span,
                comments=(*comments, *schedule.comments, *inner.comments),
            )
        )
    return tuple(found)


def _branches(node: Tree | None, context: Context) -> Filter | None:
    from ciconv.converters.circleci.triggers.filters import read_filters
    from ciconv.syntax.node import Entry

    if not isinstance(node, Mapping):
        return None
    key = Scalar(text="filters", value="filters", span=node.span)
    return read_filters(Entry(key=key, value=node), context).branches


def read_triggers(
    reaches: tuple[Reach, ...],
    condition: Expr | None,
    inputs: tuple[Input, ...],
    used: tuple[Expr, ...],
    at: Span | None,
) -> tuple[Trigger, ...]:
    """Return what starts a workflow: pushes, and what its conditions speak of."""
    conditions = tuple(one for one in (condition, *used) if one is not None)
    branches = union(tuple(one.branches for one in reaches))
    tags = union(tuple(one.tags for one in reaches))
    found = []
    for kind in _kinds(conditions, inputs):
        if condition is not None and _decided(condition, kind, inputs) is False:
            continue
        trigger = Trigger(kind=kind, native=_NATIVE[kind], span=at)
        if kind is EventKind.PUSH:
            trigger = replace(trigger, branches=_of_push(branches), tags=_of_push(tags))
            if is_none(branches) and is_none(tags):
                continue
        found.append(trigger)
    return tuple(found)


def _of_push(one: Filter) -> Filter | None:
    """A filter that says nothing for tags means none of them, as soon as there is one."""
    if is_none(one):
        return None
    return replace(_ALL, span=one.span) if is_every(one) else one


def _kinds(conditions: tuple[Expr, ...], inputs: tuple[Input, ...]) -> list[EventKind]:
    """The kinds of start that make sense: somebody speaks of them, or can set a parameter."""
    words = {
        one.value for condition in conditions for one in walk(condition) if isinstance(one, Literal)
    }
    names = {one.path for each in conditions for one in walk(each) if isinstance(one, Ref)}
    scheduled = "schedule" in words or ("pipeline", "schedule", "name") in names
    found = [EventKind.PUSH]
    if EVENT in names and "pull_request" in words:
        found.append(EventKind.PULL_REQUEST)
    if (EVENT in names and scheduled) or ("pipeline", "schedule", "name") in names:
        found.append(EventKind.SCHEDULE)
    if inputs or (EVENT in names and "workflow_dispatch" in words):
        found.append(EventKind.MANUAL)
    if EVENT in names and "repository_dispatch" in words:
        found.append(EventKind.API)
    return found


def _decided(condition: Expr, kind: EventKind, inputs: tuple[Input, ...]) -> bool | None:
    """What a condition is for a kind of start, when that alone decides it."""
    known: dict[tuple[str, ...], Constant] = {EVENT: _WORDS[kind]}
    if kind is not EventKind.MANUAL:
        for one in inputs:
            value = one.default.parts if one.default is not None else ()
            if len(value) == 1 and isinstance(value[0], Literal):
                known["inputs", one.name] = value[0].value
            elif one.default is not None and not value:
                known["inputs", one.name] = ""
    if kind is not EventKind.SCHEDULE:
        known["pipeline", "schedule", "name"] = ""

    def value_of(ref: Ref) -> Expr | None:
        return Literal(value=known[ref.path]) if ref.path in known else None

    found = folded(replace_references(condition, value_of))
    return truth(found.value) if isinstance(found, Literal) else None
