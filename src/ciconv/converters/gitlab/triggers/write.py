"""What starts a pipeline as `workflow:rules`.

https://docs.gitlab.com/ci/yaml/workflow/
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.gitlab.expressions.conditions import OTHER_EVENT, SOURCES
from ciconv.converters.gitlab.expressions.logic import Logic, both, comparison
from ciconv.converters.gitlab.expressions.paths import globs
from ciconv.converters.gitlab.expressions.patterns import passes
from ciconv.ir.filter import CannotMatch, Filter, Pattern
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment

_BRANCH, _TAG = "CI_COMMIT_BRANCH", "CI_COMMIT_TAG"
SCHEDULE = "CI_PIPELINE_SCHEDULE_DESCRIPTION"
_TARGET = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
# what makes a merge request pipeline; GitLab looks at nothing else that happens to one
# https://docs.gitlab.com/ci/pipelines/merge_request_pipelines/
_OF_MERGE_REQUESTS = ("opened", "synchronize", "reopened")


class Start(Struct, frozen=True, kw_only=True):
    """One way for a pipeline to start: GitHub's word for it, and when that is."""

    event: str
    condition: Logic
    changes: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()


def crons_of(pipelines: tuple[Pipeline, ...]) -> frozenset[str]:
    """Return the times of all schedules, if they start different pipelines; else nothing."""
    found = [
        frozenset(one.cron or "" for one in pipeline.triggers if one.kind is EventKind.SCHEDULE)
        for pipeline in pipelines
    ]
    return frozenset().union(*found) if len(set(filter(None, found))) > 1 else frozenset()


def starts_of(pipeline: Pipeline, crons: frozenset[str], context: Context) -> tuple[Start, ...]:
    """Return what starts a pipeline, in the order it is written; what GitLab lacks is reported.

    `crons`: the schedules that have to be told from each other.
    """
    teller = _Teller(pipeline, crons, context)
    found = (one for trigger in pipeline.triggers for one in teller.starts(trigger))
    return _joined(found)


def _joined(starts: Iterator[Start]) -> tuple[Start, ...]:
    """The ways to start, each once: with more than one cron there is still one schedule."""
    found: dict[tuple[str, Logic, tuple[str, ...]], Start] = {}
    for one in starts:
        key = one.event, one.condition, one.changes
        before = found.get(key)
        comments = one.comments if before is None else (*before.comments, *one.comments)
        found[key] = Start(
            event=one.event, condition=one.condition, changes=one.changes, comments=comments
        )
    return tuple(found.values())


class _Teller:
    """Tells when the triggers of one pipeline start it."""

    def __init__(self, pipeline: Pipeline, crons: frozenset[str], context: Context) -> None:
        self._pipeline, self._crons, self._context = pipeline, crons, context
        self._place = Place(pipeline=pipeline.id)

    def starts(self, trigger: Trigger) -> Iterator[Start]:
        """Yield the ways a trigger starts the pipeline."""
        tell = _KINDS.get(trigger.kind)
        comments = _comments(trigger)
        for event, condition, changes in (
            self._other(trigger) if tell is None else tell(self, trigger)
        ):
            yield Start(event=event, condition=condition, changes=changes, comments=comments)
            comments = ()

    def _lose(self, outcome: Outcome, said: str, at: Node, help: str = "") -> None:
        self._context.lose(self._place.loss(Feature.TRIGGERS, outcome), said, at, help)

    def push(self, trigger: Trigger) -> "Iterator[_Found]":
        """A push of branches, of tags, or of both."""
        source = _source("push")
        branches, tags = trigger.branches, trigger.tags
        changes = self._changes(trigger.paths)
        if branches is None and tags is None:
            yield "push", source, changes
        if branches is not None:
            yield "push", both(source, self._passes(_BRANCH, branches)), changes
        if tags is not None:  # whose pushes GitHub starts whatever was changed
            yield "push", both(source, self._passes(_TAG, tags)), ()

    def pull_request(self, trigger: Trigger) -> "Iterator[_Found]":
        """A merge request; with the rights of its own branch, whatever GitHub's had."""
        listed = trigger.activities
        if trigger.kind is EventKind.PULL_REQUEST_TARGET:
            said = "it has the rights of the branch that is merged, not of the one it goes into"
            self._lose(Outcome.MANUAL, said, trigger, "see 'run pipelines in the parent project'")
        known = [one for one in listed or () if one.text in _OF_MERGE_REQUESTS]
        if listed and not known:
            yield from self._other(trigger)
            return
        for one in listed or ():
            if one not in known:
                said = f"{one.text!r} starts nothing: a merge request has pipelines for its commits"
                self._lose(Outcome.APPROXIMATED, said, one)
        if listed and len({one.text for one in known}) < len(_OF_MERGE_REQUESTS):
            names = ", ".join(one.text for one in known)
            said = f"every change of a merge request's commits starts it, not only {names}"
            self._lose(Outcome.APPROXIMATED, said, listed[0])
        parts = [_source(trigger.kind.value)]
        if trigger.branches is not None:
            parts.append(self._passes(_TARGET, trigger.branches))
        yield trigger.kind.value, both(*parts), self._changes(trigger.paths)

    def schedule(self, trigger: Trigger) -> "Iterator[_Found]":
        """A schedule, which somebody has to make."""
        zone = trigger.timezone or "UTC"
        said = f"no file says when a schedule runs: create one for {trigger.cron!r} ({zone})"
        condition = _source("schedule")
        if self._crons:
            said += ", with this time as its description, which tells it from the others"
            condition = both(condition, comparison(f'${SCHEDULE} == "{trigger.cron}"'))
        self._lose(
            Outcome.MANUAL, said, trigger, "CI/CD > Pipeline schedules, or: glab schedule create"
        )
        yield "schedule", condition, ()

    def by_hand(self, trigger: Trigger) -> "Iterator[_Found]":
        """Somebody starts it on the page of the pipelines."""
        yield "workflow_dispatch", _source("workflow_dispatch"), ()

    def call(self, trigger: Trigger) -> "Iterator[_Found]":
        """Another pipeline starts it as its child."""
        said = (
            "it runs as a child pipeline: start it with 'trigger: include', its inputs as variables"
        )
        self._lose(Outcome.MANUAL, said, trigger)
        yield "workflow_call", comparison('$CI_PIPELINE_SOURCE == "parent_pipeline"'), ()

    def upstream(self, trigger: Trigger) -> "Iterator[_Found]":
        """The end of another pipeline."""
        names = ", ".join(repr(one.text) for one in trigger.upstreams)
        said = f"the end of a pipeline starts no other one: let {names} trigger it by a job"
        self._lose(Outcome.MANUAL, said, trigger)
        self._without_activities(trigger)
        yield "workflow_run", _source("workflow_run"), ()

    def api(self, trigger: Trigger) -> "Iterator[_Found]":
        """Somebody asks for it."""
        said = "the API starts pipelines of a ref, with variables in place of a payload"
        self._lose(Outcome.APPROXIMATED, said, trigger)
        self._without_activities(trigger)
        yield "repository_dispatch", _source("repository_dispatch"), ()

    def merge_queue(self, trigger: Trigger) -> "Iterator[_Found]":
        """A merge train, which has to be switched on."""
        said = "merge trains are a setting of the project: switch them on"
        self._lose(Outcome.MANUAL, said, trigger)
        self._without_activities(trigger)
        yield "merge_group", comparison('$CI_MERGE_REQUEST_EVENT_TYPE == "merge_train"'), ()

    def release(self, trigger: Trigger) -> "Iterator[_Found]":
        """A release has a tag, and the push of that starts a pipeline."""
        said = "a release starts nothing: it runs when a tag is pushed, before there is a release"
        self._lose(Outcome.APPROXIMATED, said, trigger)
        self._without_activities(trigger)
        yield "release", both(_source("push"), comparison(f"${_TAG}")), ()

    def _without_activities(self, trigger: Trigger) -> None:
        """Say that what happened is no matter, and neither is where."""
        for one in trigger.activities or ():
            self._lose(
                Outcome.APPROXIMATED, f"it starts whatever happened, not only {one.text!r}", one
            )
        if trigger.branches is not None and trigger.kind is not EventKind.MERGE_QUEUE:
            self._lose(Outcome.APPROXIMATED, "it starts for every branch", trigger.branches)

    def _other(self, trigger: Trigger) -> "Iterator[_Found]":
        """What happens to other things than code can only start it from outside."""
        listed = [one.text for one in trigger.activities or ()]
        what = f"{trigger.native!r}" + (f" ({', '.join(listed)})" if listed else "")
        said = f"nothing on GitLab starts a pipeline for {what}"
        help = (
            "let a webhook call a pipeline trigger with the variable "
            f"{OTHER_EVENT}={trigger.native}"
        )
        self._lose(Outcome.MANUAL, said, trigger, help)
        for one in (trigger.branches, trigger.tags, trigger.paths):
            if one is not None:
                self._lose(Outcome.MANUAL, "let the webhook ask for these names", one)
        source = comparison('$CI_PIPELINE_SOURCE == "trigger"')
        yield trigger.native, both(source, comparison(f'${OTHER_EVENT} == "{trigger.native}"')), ()

    def _passes(self, variable: str, wanted: Filter) -> Logic:
        """The condition of a filter, without those of its patterns that cannot be said."""
        patterns = []
        for pattern in wanted.patterns:
            try:
                passes(variable, Filter(patterns=(pattern,), ignore=pattern.negated))
            except CannotMatch:
                self._unsayable(pattern)
            else:
                patterns.append(pattern)
        return passes(variable, Filter(patterns=tuple(patterns), ignore=wanted.ignore))

    def _unsayable(self, pattern: Pattern) -> None:
        said = (
            f"the pattern {pattern.text!r} is left out: no regular expression of RE2 says the same"
        )
        loss = self._place.loss(Feature.FILTER, Outcome.MANUAL)
        self._context.lose(loss, said, pattern)

    def _changes(self, wanted: Filter | None) -> tuple[str, ...]:
        if wanted is None:
            return ()
        found, left_out = globs(wanted)
        loss = self._place.loss(Feature.FILTER, Outcome.APPROXIMATED)
        if not found:
            said = "changes of any file start it: rules cannot say which files do not count"
            self._context.lose(loss, said, wanted)
            return ()
        for pattern in left_out:
            said = f"the pattern {pattern.text!r} is left out: 'changes' has no way to say it"
            self._context.lose(loss, said, pattern)
        said = "for the first push of a new branch all files count as changed"
        self._context.lose(loss, said, wanted)
        return found


def _comments(trigger: Trigger) -> tuple[Comment, ...]:
    from ciconv.ir.walk import comments_of

    return comments_of(trigger)


def _source(event: str) -> Logic:
    return comparison(f'$CI_PIPELINE_SOURCE == "{SOURCES[event]}"')


_Found = tuple[str, Logic, tuple[str, ...]]
_KINDS = {
    EventKind.PUSH: _Teller.push,
    EventKind.PULL_REQUEST: _Teller.pull_request,
    EventKind.PULL_REQUEST_TARGET: _Teller.pull_request,
    EventKind.SCHEDULE: _Teller.schedule,
    EventKind.MANUAL: _Teller.by_hand,
    EventKind.CALL: _Teller.call,
    EventKind.UPSTREAM: _Teller.upstream,
    EventKind.API: _Teller.api,
    EventKind.MERGE_QUEUE: _Teller.merge_queue,
    EventKind.RELEASE: _Teller.release,
}
