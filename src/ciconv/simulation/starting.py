"""Which pipelines an event starts, by the rules of GitHub's `on`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#on
"""

from collections.abc import Sequence

from msgspec import Struct

from ciconv.ir.pattern import filter_matches, matches
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Filter, Trigger
from ciconv.simulation.event import PULL_REQUESTS, Event, activity_of, base_of, branch_of, native_of
from ciconv.simulation.plan import Why
from ciconv.simulation.systems import System

# https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
DEFAULT_ACTIVITIES = {kind: ("opened", "synchronize", "reopened") for kind in PULL_REQUESTS}

_KINDS = {
    EventKind.PUSH: "a push",
    EventKind.SCHEDULE: "a schedule",
    EventKind.MANUAL: "a manual start",
    EventKind.API: "a call of the API",
    EventKind.UPSTREAM: "another pipeline",
    EventKind.CALL: "a call",
    EventKind.MERGE_QUEUE: "a merge queue",
    EventKind.RELEASE: "a release",
}


class Answer(Struct, frozen=True):
    """Whether something holds (None: nobody can tell), and why it does not or may not."""

    holds: bool | None
    why: Why | None = None


YES = Answer(True)


def starts(pipeline: Pipeline, event: Event, system: System) -> Answer:
    """Return whether the event starts the pipeline; one trigger that fits is enough."""
    of_kind = [one for one in pipeline.triggers if _is_of(one, event)]
    if not of_kind:
        message = f"it is not started by {_kind_of(event, system)}"
        return Answer(False, Why(message, pipeline.span, native_of(event)))
    answers = [_fits(one, event) for one in of_kind]
    for wanted in (True, None):
        for answer in answers:
            if answer.holds is wanted:
                return _with_place(answer, pipeline)
    return _with_place(answers[0], pipeline)


def _with_place(answer: Answer, pipeline: Pipeline) -> Answer:
    """The answer at the pipeline, where its reason was written nowhere: worked out from jobs."""
    if answer.why is None or answer.why.span is not None:
        return answer
    return Answer(answer.holds, Why(answer.why.message, pipeline.span, answer.why.topic))


def _is_of(trigger: Trigger, event: Event) -> bool:
    if trigger.kind is not event.kind:
        return False
    return trigger.kind is not EventKind.OTHER or trigger.native == native_of(event)


def _fits(trigger: Trigger, event: Event) -> Answer:
    checks = (_activity, _upstream, _cron, _ref, _paths)
    answers = [check(trigger, event) for check in checks]
    for wanted in (False, None):
        for answer in answers:
            if answer.holds is wanted:
                return answer
    return YES


def _activity(trigger: Trigger, event: Event) -> Answer:
    activity = activity_of(event)
    if activity is None:
        return YES
    if trigger.activities is not None:
        words: Sequence[str] = [one.text for one in trigger.activities]
        span = trigger.activities[0].span if trigger.activities else trigger.span
    elif trigger.kind in DEFAULT_ACTIVITIES:
        words, span = DEFAULT_ACTIVITIES[trigger.kind], trigger.span
    else:
        return YES
    if activity in words:
        return YES
    listed = ", ".join(map(repr, words))
    message = f"the activity {activity!r} is none of {listed}"
    return Answer(False, Why(message, span, f"{trigger.native}.types"))


def _upstream(trigger: Trigger, event: Event) -> Answer:
    if not trigger.upstreams or event.upstream is None:
        return YES
    if any(one.text == event.upstream for one in trigger.upstreams):
        return YES
    message = f"the pipeline {event.upstream!r} is not listed"
    return Answer(False, Why(message, trigger.upstreams[0].span, "upstream"))


def _cron(trigger: Trigger, event: Event) -> Answer:
    if trigger.kind is not EventKind.SCHEDULE or None in (event.cron, trigger.cron):
        return YES  # without a word of it, every schedule that is set up elsewhere
    if event.cron == trigger.cron:
        return YES
    message = f"its schedule is {trigger.cron!r}, not {event.cron!r}"
    return Answer(False, Why(message, trigger.span, "cron"))


def _ref(trigger: Trigger, event: Event) -> Answer:
    if event.kind is EventKind.PUSH:
        return _pushed(trigger, event)
    if event.kind in (*PULL_REQUESTS, EventKind.MERGE_QUEUE):
        return _passes(trigger.branches, base_of(event), f"{trigger.native}.branch")
    branch = branch_of(event)
    if event.kind is EventKind.UPSTREAM and branch is not None:
        return _passes(trigger.branches, branch, f"{trigger.native}.branch")
    return YES


def _pushed(trigger: Trigger, event: Event) -> Answer:
    """A filter of branches alone leaves out tags, one of tags alone leaves out branches."""
    own, other, word = trigger.branches, trigger.tags, "branch"
    name = branch_of(event)
    if name is None:
        own, other, word, name = trigger.tags, trigger.branches, "tag", event.tag or ""
    if own is None and other is not None:
        listed = "branches" if word == "tag" else "tags"
        message = f"only {listed} are listed, so no push of a {word} starts it"
        return Answer(False, Why(message, other.span, f"push.{word}"))
    return _passes(own, name, f"push.{word}")


def _passes(one: Filter | None, name: str, topic: str) -> Answer:
    """Whether a name passes a filter of branches or tags."""
    word = topic.rpartition(".")[2]
    if one is None:
        return YES
    matched = filter_matches(one, name)
    if matched:
        return YES
    if matched is None:
        message = f"a pattern for the {word} {name!r} is not understood"
        return Answer(None, Why(message, one.span, topic))
    pattern = _decides(one, name)
    problem = "has no pattern that lets it in" if pattern is None else f"is left out by {pattern}"
    return Answer(False, Why(f"the {word} {name!r} {problem}", one.span, topic))


def _decides(one: Filter, name: str) -> str | None:
    """The pattern that a name is left out by, as it is written; None where none lets it in."""
    found = [pattern for pattern in one.patterns if matches(pattern, name)]
    is_taken = any(not pattern.negated for pattern in found)
    if not is_taken:
        return None
    return repr(f"!{found[-1].text}" if found[-1].negated else found[-1].text)


def _paths(trigger: Trigger, event: Event) -> Answer:
    """GitHub does not look at paths when a tag is pushed."""
    one, topic = trigger.paths, f"{trigger.native}.paths"
    if one is None or (event.kind is EventKind.PUSH and event.tag is not None):
        return YES
    if event.changed_files is None:
        return Answer(None, Why("it depends on the files that were changed", one.span, topic))
    matched = [filter_matches(one, path) for path in event.changed_files]
    if True in matched:
        return YES
    if None in matched:
        message = "a pattern for the changed files is not understood"
        return Answer(None, Why(message, one.span, topic))
    return Answer(False, Why(_no_path(one, event.changed_files), one.span, topic))


def _no_path(one: Filter, paths: tuple[str, ...]) -> str:
    if not paths:
        return "no file was changed"
    if len(paths) == 1:
        pattern = _decides(one, paths[0])
        said = "matches none of the paths" if pattern is None else f"is left out by {pattern}"
        return f"the changed file {paths[0]!r} {said}"
    said = "all changed files are ignored" if one.ignore else "no changed file matches the paths"
    return f"{said}, {paths[0]!r} for one"


def subject_of(event: Event, system: System) -> str:
    """Return who the event is about, for messages: `branch 'dev'`, `tag 'v1'`."""
    if event.kind in PULL_REQUESTS:
        return f"a {system.request} from {branch_of(event)!r} into {base_of(event)!r}"
    if event.tag is not None:
        return f"tag {event.tag!r}"
    if event.kind is EventKind.SCHEDULE:
        return f"the schedule {event.cron!r}" if event.cron else "a schedule"
    if event.kind is EventKind.PUSH:
        return f"branch {branch_of(event)!r}"
    return f"{_kind_of(event, system)} on branch {branch_of(event)!r}"


def _kind_of(event: Event, system: System) -> str:
    """Return what happened: GitHub's own word for it on GitHub, a plain one elsewhere."""
    if event.kind in PULL_REQUESTS and not system.has_events:
        return f"a {system.request}"
    known = None if system.has_events or event.native else _KINDS.get(event.kind)
    return known or f"the event {native_of(event)!r}"
