"""Triggers as GitHub has them: its own names, each once, and at least one."""

from ciconv.context import Context, Place
from ciconv.converters.github.triggers.events import NAMES, OTHER_EVENTS
from ciconv.converters.github.triggers.filters import unique, with_globs
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Filter, Pattern, Trigger, Word
from ciconv.profile import Feature, Outcome

_MANUAL = Trigger(kind=EventKind.MANUAL, native=NAMES[EventKind.MANUAL])
_EVERY_ONE = Filter(patterns=(Pattern(text="**"),))
_DEFAULT_TYPES = tuple(Word(text=one) for one in ("opened", "synchronize", "reopened"))
_SEVERAL = (EventKind.SCHEDULE, EventKind.CALL)


def github_triggers(pipeline: Pipeline, context: Context) -> tuple[Trigger, ...]:
    """Return the triggers of a pipeline for `on`; where none is left, it is started by hand."""
    place = Place(pipeline=pipeline.id)
    found: dict[str, Trigger] = {}
    for number, trigger in enumerate(pipeline.triggers):
        named = _named(trigger, place, context)
        if named is None:
            continue
        key = str(number) if named.kind in _SEVERAL else named.native
        found[key] = _union(found[key], named, place, context) if key in found else named
    asks = any(one.of in (EventKind.MANUAL, None) for one in pipeline.inputs)
    is_lost = bool(pipeline.triggers) and not found
    if is_lost or (asks and not any(one.kind in _ASKING for one in found.values())):
        found[_MANUAL.native] = _MANUAL
    return tuple(found.values())


_ASKING = (EventKind.MANUAL, EventKind.CALL)


def _named(trigger: Trigger, place: Place, context: Context) -> Trigger | None:
    native = NAMES.get(trigger.kind, trigger.native)
    if trigger.kind is EventKind.OTHER and native not in OTHER_EVENTS:
        said = f"GitHub has no event {native!r}, so it starts nothing"
        context.lose(place.loss(Feature.TRIGGERS, Outcome.MANUAL), said, trigger)
        return None
    if trigger.kind is EventKind.SCHEDULE and trigger.branches is not None:
        said = "GitHub runs schedules on the default branch alone"
        advice = "make sure that it is a branch which is meant here"
        context.lose(place.loss(Feature.TRIGGERS, Outcome.APPROXIMATED), said, trigger, advice)
    filters = {
        name: with_globs(value, place, context)
        for name in ("branches", "tags", "paths")
        if (value := getattr(trigger, name)) is not None
    }
    if native == trigger.native and all(filters[one] is getattr(trigger, one) for one in filters):
        return trigger
    if any(not one.patterns for one in filters.values()):
        return None  # nothing is let in any more, which was reported
    return replace(trigger, native=native, **filters)


def _union(one: Trigger, other: Trigger, place: Place, context: Context) -> Trigger:
    """A trigger for all that either is for; more than that is reported."""
    branches = _either(_reach(one, "branches", "tags"), _reach(other, "branches", "tags"))
    tags = _either(_reach(one, "tags", "branches"), _reach(other, "tags", "branches"))
    exact = branches is not None and tags is not None
    exact = exact and one.paths == other.paths and _has_same_types(one, other)
    if not exact:
        said = f"{one.native!r} starts it in more cases: GitHub has one filter for an event"
        context.lose(place.loss(Feature.TRIGGERS, Outcome.APPROXIMATED), said, other)
    all_branches, all_tags = branches in (None, _EVERY_ONE), tags in (None, _EVERY_ONE)
    whole = all_branches and all_tags
    return replace(
        one,
        branches=None if whole or branches == Filter() else branches or _EVERY_ONE,
        tags=None if whole or tags == Filter() else tags or _EVERY_ONE,
        paths=one.paths if one.paths == other.paths else None,
        activities=_types(one, other),
        comments=(*one.comments, *other.comments),
    )


def _reach(trigger: Trigger, name: str, beside: str) -> Filter:
    """What a trigger is for: with a filter for tags alone no branch counts, and so on."""
    own: Filter | None = getattr(trigger, name)
    if own is not None:
        return own
    return _EVERY_ONE if getattr(trigger, beside) is None else Filter()


def _either(one: Filter, other: Filter) -> Filter | None:
    """A filter for what either lets in, None where that is not to be said."""
    if one == other or not other.patterns:
        return one
    if not one.patterns or other == _EVERY_ONE:
        return other
    if one == _EVERY_ONE:
        return one
    if one.ignore or other.ignore:
        return None
    patterns = (*one.patterns, *other.patterns)
    if any(pattern.negated for pattern in patterns):
        return None
    return replace(one, patterns=unique(patterns))


def _has_same_types(one: Trigger, other: Trigger) -> bool:
    if one.activities == other.activities:
        return True
    return one.kind is EventKind.PULL_REQUEST or None not in (one.activities, other.activities)


def _types(one: Trigger, other: Trigger) -> tuple[Word, ...] | None:
    if one.activities == other.activities:
        return one.activities
    usual = _DEFAULT_TYPES if one.kind is EventKind.PULL_REQUEST else None
    left, right = (usual if it.activities is None else it.activities for it in (one, other))
    if left is None or right is None:
        return None
    return tuple({word.text: word for word in (*left, *right)}.values())
