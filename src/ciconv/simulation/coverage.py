"""The events that tell two projects apart: inside and outside of all that either of them asks for.

Every pattern of a branch, a tag or a path gives a name it lets in and one it does not; so does
every text that a condition compares with. A difference that needs two rare things at once may be
missed: names are varied one at a time around one usual event of each trigger.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Constant
from ciconv.ir.pattern import filter_matches, outsiders, witnesses
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import EventKind, Filter, Input, Pattern, Trigger
from ciconv.simulation.environment import may_have
from ciconv.simulation.event import PULL_REQUESTS, Event, activity_of
from ciconv.simulation.mentions import Mentions, asks_for_files, mentions_of
from ciconv.simulation.starting import DEFAULT_ACTIVITIES

MAX_EVENTS = 200
MIN_EVENTS = 30  # whatever the pipelines are like
MAX_PLANNED = 5_000  # jobs, over all events: what can be compared in a few seconds
MAX_EXAMPLES = 3  # inside, and as many outside, of one pattern
MAX_PATTERNS = MAX_EVENTS  # of one filter: more would not be looked at anyway

_BRANCHES = ("main", "ciconv-topic")  # a usual one, and one that nobody speaks of
_TAGS = ("v1.2.3", "ciconv-tag")
_PATHS = ("README.md", "src/ciconv.txt")
_OTHER = "ciconv-other"
_BOOLEANS = frozenset(  # whatever they are compared with
    f"github.event.{name}"
    for name in (
        "pull_request.draft",
        "pull_request.merged",
        "pull_request.head.repo.fork",
        "repository.fork",
        "repository.private",
        "release.prerelease",
    )
)


class Derived(Struct, frozen=True):
    """Events, and how many more there would be."""

    events: tuple[Event, ...]
    left_out: int = 0


def events_for(a: Project, b: Project, catalog: Catalog | None = None) -> tuple[Event, ...]:
    """Return the events to compare two projects with: at most MAX_EVENTS, fewer of many jobs."""
    return derive(a, b, catalog or Catalog.builtin()).events


def derive(a: Project, b: Project, catalog: Catalog) -> Derived:
    """Return the events for two projects: the usual ones first, those with two marks last."""
    ranked: dict[Event, tuple[int, int]] = {}
    with_files = any(map(asks_for_files, (*a.pipelines, *b.pipelines)))
    for pipeline in (*a.pipelines, *b.pipelines):
        mentions = mentions_of(pipeline, catalog)
        for trigger in pipeline.triggers:
            for number, (rank, event) in enumerate(_events(trigger, pipeline, mentions)):
                place = rank, number
                event = _with_files(event) if with_files else event
                ranked[event] = min(place, ranked.get(event, place))
    ordered = _with_times(sorted(ranked, key=lambda event: ranked[event]))
    most = _most_events(a, b)
    return Derived(tuple(ordered[:most]), max(0, len(ordered) - most))


def _with_times(events: list[Event]) -> list[Event]:
    """The events; where one side says when its schedules are, none is without a time."""
    if not any(one.cron is not None for one in events):
        return events
    return [one for one in events if one.cron or one.kind is not EventKind.SCHEDULE]


def _most_events(a: Project, b: Project) -> int:
    """How many events can be looked at: fewer where there are many jobs to plan for each."""
    jobs = max(sum(len(one.jobs) for one in project.pipelines) for project in (a, b))
    return max(MIN_EVENTS, min(MAX_EVENTS, MAX_PLANNED // max(1, jobs)))


def _with_files(event: Event) -> Event:
    """The event with a changed file: of those nobody knows, one side asks per job, one for all."""
    is_push = event.kind is EventKind.PUSH and event.tag is None
    if event.changed_files is not None or not (is_push or event.kind in PULL_REQUESTS):
        return event
    return replace(event, changed_files=_PATHS[:1])


def usual_events(project: Project) -> tuple[Event, ...]:
    """Return an event for each trigger of a project, which starts its pipeline if any does."""
    triggers = (one for pipeline in project.pipelines for one in pipeline.triggers)
    return tuple(dict.fromkeys(map(_usual, triggers)))


def _events(
    trigger: Trigger, pipeline: Pipeline, mentions: Mentions
) -> Iterator[tuple[int, Event]]:
    """The events around one trigger, each with its rank: 0 for the usual one."""
    usual = _usual(trigger)
    yield 0, usual
    for event in _with_refs(usual, trigger, mentions):
        yield 1, event
    for activity in _activities(trigger, mentions):
        if activity != activity_of(usual):
            yield 1, replace(usual, activity=activity)
    for files in _changes(trigger, mentions):
        yield 1, replace(usual, changed_files=files)
    for event in _with_inputs(usual, pipeline, mentions):
        yield 2, event
    for actor in mentions.actors:
        yield 2, replace(usual, actor=actor)
    for name, values in mentions.facts:
        if not may_have(usual, tuple(name.split("."))):
            continue
        is_boolean = name in _BOOLEANS or all(isinstance(value, bool) for value in values)
        for value in (True, False) if is_boolean else (*values, _OTHER):
            yield 3, replace(usual, facts=((name, value),))


def _changes(trigger: Trigger, mentions: Mentions) -> Iterator[tuple[str, ...]]:
    """Changed files inside and outside of what the trigger, or a condition, asks for."""
    if trigger.paths is not None:
        yield ()
        yield from ((path,) for path in _names(trigger.paths, _PATHS))
    if _has_files(trigger):
        yield from ((path,) for path in mentions.files)


def _usual(trigger: Trigger) -> Event:
    """An event that starts the pipeline, if any does."""
    paths = None if trigger.paths is None else (_passing(trigger.paths, _PATHS),)
    event = Event(
        kind=trigger.kind,
        native=trigger.native if trigger.kind is EventKind.OTHER else "",
        activity=trigger.activities[0].text if trigger.activities else None,
        changed_files=paths if _has_files(trigger) else None,
        cron=trigger.cron,
        upstream=trigger.upstreams[0].text if trigger.upstreams else None,
    )
    if trigger.kind is EventKind.PUSH:
        if trigger.branches is None and trigger.tags is not None:
            return replace(event, tag=_passing(trigger.tags, _TAGS), changed_files=None)
        return replace(event, branch=_passing(trigger.branches, _BRANCHES))
    if trigger.kind is EventKind.RELEASE:
        return replace(event, tag=_TAGS[0])
    if trigger.kind in (*PULL_REQUESTS, EventKind.MERGE_QUEUE):
        return replace(event, base_branch=_passing(trigger.branches, _BRANCHES))
    if trigger.kind is EventKind.UPSTREAM:
        return replace(event, branch=_passing(trigger.branches, _BRANCHES))
    return event


def _has_files(trigger: Trigger) -> bool:
    return trigger.kind is EventKind.PUSH or trigger.kind in PULL_REQUESTS


def _passing(one: Filter | None, usual: tuple[str, ...]) -> str:
    """A name that the filter lets in; the usual one if none is found."""
    for name in usual[:1] if one is None else (*usual, *_refs(_names(one, ()))):
        if one is None or filter_matches(one, name):
            return name
    return usual[0]


def _names(one: Filter | None, usual: Iterable[str]) -> tuple[str, ...]:
    """Names inside and outside of each pattern of a filter, and the usual ones.

    The first inside and outside of each pattern come first.
    """
    examples: list[tuple[str, ...]] = []
    for pattern in () if one is None else one.patterns[:MAX_PATTERNS]:
        examples += _examples(pattern)
    in_turn = (name for row in zip_longest(*examples) for name in row if name)
    return tuple(dict.fromkeys((*usual, *in_turn)))


@lru_cache(maxsize=1_000)
def _examples(pattern: Pattern) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return witnesses(pattern)[:MAX_EXAMPLES], outsiders(pattern)[:MAX_EXAMPLES]


def _with_refs(usual: Event, trigger: Trigger, mentions: Mentions) -> Iterator[Event]:
    """The event on each branch, on each tag, and into each branch."""
    kind = trigger.kind
    branches = _refs(_names(trigger.branches, (*_BRANCHES, *_small(mentions.branches))))
    tags = _refs(_names(trigger.tags, (*_TAGS, *_small(mentions.tags))))
    if kind is EventKind.PUSH:
        files = usual.changed_files
        if trigger.paths is not None and files is None:
            files = (_passing(trigger.paths, _PATHS),)
        yield from (replace(usual, branch=b, tag=None, changed_files=files) for b in branches)
        yield from (replace(usual, branch=None, tag=t, changed_files=None) for t in tags)
    elif kind in (*PULL_REQUESTS, EventKind.MERGE_QUEUE):
        bases = dict.fromkeys((*branches, *_refs(mentions.bases)))
        yield from (replace(usual, base_branch=base) for base in bases)
        if kind in PULL_REQUESTS:
            yield from (replace(usual, branch=head) for head in _refs(mentions.heads))
    elif kind is EventKind.UPSTREAM:
        yield from (replace(usual, branch=branch) for branch in branches)
        yield from (replace(usual, upstream=one.text) for one in trigger.upstreams)
    elif kind is EventKind.RELEASE:
        yield from (replace(usual, tag=tag) for tag in tags)
    elif kind is EventKind.MANUAL:
        yield from (replace(usual, branch=branch) for branch in _refs(mentions.branches))
        yield from (replace(usual, tag=tag) for tag in _refs(mentions.tags))


def _small(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names without those that are another one in capitals, which nobody writes."""
    return tuple(one for one in names if one == one.lower() or one.lower() not in names)


def _refs(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that git takes for a branch or a tag: no control characters, no blanks.

    https://git-scm.com/docs/git-check-ref-format
    """
    return tuple(name for name in names if name.isprintable() and " " not in name)


def _activities(trigger: Trigger, mentions: Mentions) -> tuple[str, ...]:
    """Those listed, those GitHub takes by default, those asked for, and one of nobody's."""
    listed = [one.text for one in trigger.activities or ()]
    usual = DEFAULT_ACTIVITIES.get(trigger.kind, ())
    if not (listed or usual or mentions.activities):
        return ()
    return tuple(dict.fromkeys((*listed, *usual, *mentions.activities, "ciconv-activity")))


_GIVING = (EventKind.MANUAL, EventKind.API, EventKind.CALL)


def _with_inputs(usual: Event, pipeline: Pipeline, mentions: Mentions) -> Iterator[Event]:
    """The event with each input at each of its values, where somebody can give one."""
    for declared in pipeline.inputs:
        if declared.of is usual.kind or (declared.of is None and usual.kind in _GIVING):
            for value in _values(declared, dict(mentions.inputs)):
                yield replace(usual, inputs=((declared.name, value),))


def _values(declared: Input, mentioned: dict[str, tuple[str, ...]]) -> Iterator[Constant]:
    if declared.type == "boolean":
        yield from ("true", "false")
        return
    yield from (option.text for option in declared.options)
    yield from mentioned.get(declared.name.lower(), ())
    if not declared.options:
        yield "7" if declared.type == "number" else _OTHER
