"""Reading `on`: events, filters, schedules, inputs, outputs, secrets."""

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.github.scalars import read_text, take_text
from ciconv.converters.github.triggers.events import KINDS, OTHER_EVENTS
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Filter, Input, Output, Pattern, Secret, Trigger, Word
from ciconv.source import Comment
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, resolve

_INPUT_HOLDERS = {"workflow_dispatch": EventKind.MANUAL, "workflow_call": EventKind.CALL}


def read_triggers(node: Node, context: Context) -> Pipeline:
    """Return a pipeline that has what `on` says: triggers, inputs, outputs and secrets."""
    node = resolve(node)
    if isinstance(node, Mapping):
        return _read_mapping(node, context)
    fields = Fields(None, context, "'on'")
    items = fields.only_scalars(fields.as_items(node, "on"), "on")
    triggers = tuple(
        Trigger(
            kind=_kind(one.text, one, context),
            native=one.text,
            span=one.span,
            comments=one.comments,
        )  # fmt: skip
        for one in items
    )
    return Pipeline(id="", triggers=triggers, comments=tuple(fields.comments))


def _read_mapping(node: Mapping, context: Context) -> Pipeline:
    triggers: list[Trigger] = []
    inputs: list[Input] = []
    outputs: tuple[Output, ...] = ()
    secrets: tuple[Secret, ...] = ()
    for entry in node.entries:
        name, comments = entry.name, list(entry.comments)
        if name == "schedule":
            triggers.extend(_read_schedule(entry, context))
            continue
        fields = Fields(entry.value, context, f"the event {name!r}")
        if name in _INPUT_HOLDERS:
            inputs.extend(_read_inputs(fields, context, _INPUT_HOLDERS[name]))
        if name == "workflow_call":
            outputs, secrets = _read_outputs(fields, context), _read_secrets(fields, context)
        triggers.append(_read_event(entry, fields, context, comments))
    return Pipeline(
        id="",
        triggers=tuple(triggers),
        inputs=tuple(inputs),
        outputs=outputs,
        secrets=secrets,
        comments=node.trailing,
    )


def _kind(name: str, node: Node, context: Context) -> EventKind:
    if name not in KINDS and name not in OTHER_EVENTS:
        from difflib import get_close_matches

        close = get_close_matches(name, sorted({*KINDS, *OTHER_EVENTS}), 1)
        context.diagnostics.error(
            "unknown-event",
            f"{name!r} is not an event of GitHub",
            node.span,
            help=f"did you mean {close[0]!r}?" if close else "",
        )
    return KINDS.get(name, EventKind.OTHER)


def _read_event(entry: Entry, fields: Fields, context: Context, comments: list[Comment]) -> Trigger:
    activities = _words(fields, "types")
    upstreams = _words(fields, "workflows") or ()
    branches = _read_filter(fields, "branches", context)
    tags = _read_filter(fields, "tags", context)
    paths = _read_filter(fields, "paths", context)
    extras = fields.leftovers("github")
    return Trigger(
        kind=_kind(entry.name, entry.key, context),
        native=entry.name,
        activities=activities,
        branches=branches,
        tags=tags,
        paths=paths,
        upstreams=upstreams,
        extras=extras,
        span=entry.key.span,
        comments=(*comments, *fields.comments),
    )


def _words(fields: Fields, name: str) -> tuple[Word, ...] | None:
    scalars = fields.scalars(name)
    if scalars is None:
        return None
    return tuple(Word(text=one.text, span=one.span, comments=one.comments) for one in scalars)


def _read_filter(fields: Fields, name: str, context: Context) -> Filter | None:
    """Return the filter of `branches` and `branches-ignore`, which exclude each other."""
    found = [(one, fields.entry(one)) for one in (name, f"{name}-ignore")]
    present = [(key, entry) for key, entry in found if entry is not None]
    if len(present) == 2:
        context.diagnostics.error(
            "filter-conflict",
            f"{name!r} and '{name}-ignore' cannot stand at the same event",
            present[1][1].key.span,
            help=f"use {name!r} with patterns that begin with '!'",
        )
    for key, entry in present:
        items = fields.only_scalars(fields.as_items(resolve(entry.value), key), key)
        patterns = tuple(_pattern(one, key.endswith("-ignore")) for one in items)
        return Filter(
            patterns=patterns,
            ignore=key.endswith("-ignore"),
            span=entry.span,
            comments=entry.comments,
        )
    return None


def _pattern(scalar: Scalar, ignore: bool) -> Pattern:
    negated = scalar.text.startswith("!") and not ignore
    text = scalar.text[1:] if negated else scalar.text
    return Pattern(text=text, negated=negated, span=scalar.span, comments=scalar.comments)


def _read_schedule(entry: Entry, context: Context) -> list[Trigger]:
    outer = Fields(None, context, "'schedule'")
    triggers: list[Trigger] = []
    for item in outer.as_items(resolve(entry.value), "schedule"):
        fields = Fields(item, context, "a schedule")
        fields.require("cron", item.span)
        cron, timezone = fields.text("cron"), fields.text("timezone")
        extras = fields.leftovers("github")
        before = entry.comments if not triggers else ()
        triggers.append(
            Trigger(
                kind=EventKind.SCHEDULE,
                native="schedule",
                cron=cron,
                timezone=timezone,
                extras=extras,
                span=item.span,
                comments=(*before, *item.comments, *fields.comments),
            )
        )
    return triggers


def _read_inputs(fields: Fields, context: Context, kind: EventKind) -> list[Input]:
    entry = fields.entry("inputs")
    if entry is None:
        return []
    fields.comments.extend(entry.comments)
    return [_read_input(one, context, kind) for one in _entries(entry, "'inputs'", context)]


def _entries(entry: Entry, what: str, context: Context) -> tuple[Entry, ...]:
    return Fields(entry.value, context, what).rest()


def _read_input(entry: Entry, context: Context, kind: EventKind) -> Input:
    fields = Fields(entry.value, context, f"the input {entry.name!r}")
    scalar = fields.scalar("default")
    type_name = fields.text("type")
    made = Input(
        name=entry.name,
        type=type_name or "string",
        description=fields.text("description"),
        required=fields.boolean("required"),
        default=None if scalar is None else read_text(scalar, context),
        options=_words(fields, "options") or (),
        deprecated=fields.text("deprecationMessage"),
        of=kind,
        span=entry.span,
        comments=(*entry.comments, *fields.comments),
    )
    if made.type not in ("string", "boolean", "number", "choice", "environment"):
        context.diagnostics.error(
            "input-type", f"{made.type!r} is not a type of an input", entry.span,
            help="there are string, boolean, number, choice and environment",
        )  # fmt: skip
    fields.leftovers("github")
    return made


def _read_outputs(fields: Fields, context: Context) -> tuple[Output, ...]:
    entry = fields.entry("outputs")
    if entry is None:
        return ()
    found = []
    for one in _entries(entry, "'outputs'", context):
        inner = Fields(one.value, context, f"the output {one.name!r}")
        value = take_text(inner, "value", context)
        description = inner.text("description")
        inner.leftovers("github")
        if value is not None:
            found.append(
                Output(
                    name=one.name,
                    value=value,
                    description=description,
                    span=one.span,
                    comments=(*one.comments, *inner.comments),
                )
            )
    return tuple(found)


def _read_secrets(fields: Fields, context: Context) -> tuple[Secret, ...]:
    entry = fields.entry("secrets")
    if entry is None:
        return ()
    found = []
    for one in _entries(entry, "'secrets'", context):
        inner = Fields(one.value, context, f"the secret {one.name!r}")
        description, required = inner.text("description"), inner.boolean("required")
        inner.leftovers("github")
        found.append(
            Secret(
                name=one.name,
                description=description,
                required=required,
                span=one.span,
                comments=(*one.comments, *inner.comments),
            )
        )
    return tuple(found)


def holds_values(node: Node) -> bool:
    """Whether `on` has anything in it."""
    return not is_null(resolve(node))
