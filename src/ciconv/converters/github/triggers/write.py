"""Writing `on`: a word, a list of words, or a mapping."""

from collections.abc import Iterator

from ciconv.context import Context
from ciconv.converters.github.scalars import write_extras, write_list, write_text
from ciconv.converters.github.triggers.unions import github_triggers
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Filter, Input, Secret, Trigger, Word
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Node, Sequence


def write_triggers(pipeline: Pipeline, context: Context) -> Node:
    """Return the value of `on`: a word, a list of words (`[]`: nothing starts it), or a mapping."""
    pipeline = replace(pipeline, triggers=github_triggers(pipeline, context))
    bare = [_is_bare(one, pipeline) for one in pipeline.triggers]
    names = [build.text(one.native) for one in pipeline.triggers]
    if all(bare) and not any(one.comments for one in pipeline.triggers):
        return names[0] if len(names) == 1 else build.sequence(*names, flow=True)
    entries: list[Entry] = []
    for trigger in pipeline.triggers:
        if trigger.kind is EventKind.SCHEDULE:
            if not any(entry.name == "schedule" for entry in entries):
                entries.append(_write_schedules(pipeline))
            continue
        entries.append(_write_event(trigger, pipeline, context))
    return build.mapping(*entries)


def _is_bare(trigger: Trigger, pipeline: Pipeline) -> bool:
    holds_inputs = any(_inputs(trigger, pipeline))
    is_call = trigger.kind is EventKind.CALL and (pipeline.outputs or pipeline.secrets)
    return not (
        trigger.activities is not None
        or trigger.branches
        or trigger.tags
        or trigger.paths
        or trigger.upstreams
        or trigger.cron
        or trigger.extras
        or holds_inputs
        or is_call
    )


def _inputs(trigger: Trigger, pipeline: Pipeline) -> Iterator[Input]:
    """The inputs declared at an event: those for it, and those for every start."""
    for one in pipeline.inputs:
        if one.of is trigger.kind or (one.of is None and trigger.kind in _ASKING):
            yield one


_ASKING = (EventKind.MANUAL, EventKind.CALL)


def _write_schedules(pipeline: Pipeline) -> Entry:
    schedules = [one for one in pipeline.triggers if one.kind is EventKind.SCHEDULE]
    items = []
    for trigger in schedules:
        entries = [build.entry("cron", build.text(trigger.cron or ""))]
        if trigger.timezone is not None:
            entries.append(build.entry("timezone", build.text(trigger.timezone)))
        entries.extend(write_extras(trigger.extras))
        items.append(build.mapping(*entries, comments=trigger.comments))
    return build.entry("schedule", build.sequence(*items))


def _write_event(trigger: Trigger, pipeline: Pipeline, context: Context) -> Entry:
    entries: list[Entry] = []
    if trigger.upstreams:
        entries.append(build.entry("workflows", _write_words(trigger.upstreams)))
    if trigger.activities is not None:
        entries.append(build.entry("types", _write_words(trigger.activities)))
    for name, one in (
        ("branches", trigger.branches),
        ("tags", trigger.tags),
        ("paths", trigger.paths),
    ):
        if one is not None:
            entries.append(_write_filter(name, one))
    inputs = [_write_input(one, context) for one in _inputs(trigger, pipeline)]
    if inputs:
        entries.append(build.entry("inputs", build.mapping(*inputs)))
    if trigger.kind is EventKind.CALL:
        entries.extend(_write_call(pipeline, context))
    entries.extend(write_extras(trigger.extras))
    value = build.mapping(*entries) if entries else build.null()
    return build.entry(trigger.native, value, trigger.comments)


def _write_words(words: tuple[Word, ...]) -> Sequence:
    return write_list(*(build.text(one.text, one.comments) for one in words))


def _write_filter(name: str, value: Filter) -> Entry:
    items = (
        build.text(("!" if one.negated else "") + one.text, one.comments) for one in value.patterns
    )
    key = f"{name}-ignore" if value.ignore else name
    return build.entry(key, write_list(*items), value.comments)


def _write_input(value: Input, context: Context) -> Entry:
    entries = []
    if value.description is not None:
        entries.append(build.entry("description", build.text(value.description)))
    if value.required:
        entries.append(build.entry("required", build.boolean(True)))
    if value.deprecated is not None:
        entries.append(build.entry("deprecationMessage", build.text(value.deprecated)))
    entries.append(build.entry("type", build.text(value.type)))
    if value.default is not None:
        entries.append(build.entry("default", write_text(value.default, context)))
    if value.options:
        entries.append(build.entry("options", _write_words(value.options)))
    return build.entry(value.name, build.mapping(*entries), value.comments)


def _write_call(pipeline: Pipeline, context: Context) -> list[Entry]:
    entries = []
    if pipeline.outputs:
        items = (
            build.entry(
                one.name,
                build.mapping(
                    *_described(one.description),
                    build.entry("value", write_text(one.value, context)),
                ),
                one.comments,
            )
            for one in pipeline.outputs
        )
        entries.append(build.entry("outputs", build.mapping(*items)))
    if pipeline.secrets:
        items = (_write_secret(one) for one in pipeline.secrets)
        entries.append(build.entry("secrets", build.mapping(*items)))
    return entries


def _write_secret(value: Secret) -> Entry:
    required = (build.entry("required", build.boolean(True)),) if value.required else ()
    entries = (*_described(value.description), *required)
    return build.entry(
        value.name, build.mapping(*entries) if entries else build.null(), value.comments
    )


def _described(description: str | None) -> tuple[Entry, ...]:
    if description is None:
        return ()
    return (build.entry("description", build.text(description)),)
