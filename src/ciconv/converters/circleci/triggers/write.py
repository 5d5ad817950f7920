"""What starts a workflow: filters of its jobs where pushes alone do, a condition otherwise.

https://circleci.com/docs/guides/orchestrate/pipelines/
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.circleci.expressions.write import (
    BRANCH,
    TAG,
    all_of,
    any_of,
    parameter,
    said,
)
from ciconv.converters.circleci.triggers.patterns import item, matches_all
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Unary,
    constant,
    written,
)
from ciconv.ir.filter import Filter, Pattern
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Input, Trigger
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping
from ciconv.syntax.node import Node as Tree

_TYPES = {"boolean": "boolean", "number": "integer", "choice": "enum"}
_KINDS = {
    EventKind.PUSH: "push",
    EventKind.PULL_REQUEST: "pull_request",
    EventKind.SCHEDULE: "schedule",
    EventKind.MANUAL: "workflow_dispatch",
    EventKind.API: "repository_dispatch",
    EventKind.RELEASE: "release",
}
_USUAL = ("opened", "synchronize", "reopened")


class Start(Struct, frozen=True, kw_only=True):
    """How a workflow is started. `when` None: by filters, which all jobs have."""

    branches: Filter | None = None
    tags: Filter | None = None
    when: Expr | None = None
    has_tags: bool = False  # whether tags may start it


def start_of(pipeline: Pipeline, context: Context) -> Start:
    """Return how a pipeline is started; what CircleCI has no event for is reported."""
    report = _Reporter(pipeline, context)
    triggers = [one for one in pipeline.triggers if report.known(one)]
    has_tags = any(map(_lets_tags_in, triggers))
    if len(triggers) == 1 and triggers[0].kind is EventKind.PUSH and pipeline.condition is None:
        (only,) = triggers
        report.paths(only)
        if only.branches is not None or only.tags is not None:
            return Start(branches=only.branches, tags=only.tags, has_tags=has_tags)
        every = Filter()
        return Start(branches=None, tags=every, has_tags=True)
    parts = []
    for one in triggers:
        report.paths(one)
        condition = report.sayable(_condition(one, report.has_webhook), one)
        if condition is not None:
            parts.append(condition)
    whole = any_of(parts)
    if pipeline.condition is not None:
        own = report.sayable(pipeline.condition, pipeline)
        whole = all_of([whole, own]) or whole if own is not None else whole
    return Start(when=whole, has_tags=has_tags)


def _tells_calls_apart(pipeline: Pipeline) -> bool:
    """Whether a condition asks for a call by a program, which is an `api` start like others."""
    if not any(one.kind is EventKind.API for one in pipeline.triggers):
        return False
    asked = (one for one in nodes(replace(pipeline, triggers=())) if isinstance(one, Literal))
    return any(one.value == _KINDS[EventKind.API] for one in asked)


def _lets_tags_in(trigger: Trigger) -> bool:
    if trigger.kind is EventKind.RELEASE:
        return True
    return trigger.kind is EventKind.PUSH and not (
        trigger.tags is None and trigger.branches is not None
    )


class _Reporter:
    """Says what becomes of triggers."""

    def __init__(self, pipeline: Pipeline, context: Context) -> None:
        self._pipeline, self._context = pipeline, context
        self._place = Place(pipeline=pipeline.id)
        self.has_webhook = _tells_calls_apart(pipeline)

    def known(self, one: Trigger) -> bool:
        """Whether there is an event for a trigger; what to set up for it is said."""
        if one.kind is EventKind.CALL:
            self._lose(Outcome.LOWERED, "its jobs stand in the place of each call", one)
            return False
        if one.kind not in _KINDS:
            said = f"nothing starts it for {one.native!r}, which CircleCI has no event for"
            for at in (one, *(one.activities or ()), *one.upstreams):
                self._lose(Outcome.MANUAL, said, at)
            return False
        self._set_up(one)
        return True

    def _set_up(self, one: Trigger) -> None:
        match one.kind:
            case EventKind.PULL_REQUEST:
                said = "pull requests start it once a trigger for them is set up in the project"
                kinds = ", ".join(word.text for word in one.activities or ()) or "the usual ones"
                self._lose(Outcome.MANUAL, said, one, f"its events: {kinds}")
            case EventKind.SCHEDULE:
                zone = f" ({one.timezone})" if one.timezone else ""
                time = "" if one.cron is None else f" {one.cron!r}{zone}"
                said = f"create a schedule trigger{time} on the default branch"
                self._lose(Outcome.MANUAL, said, one)
            case EventKind.API if self.has_webhook:
                said = "create a trigger by a custom webhook, and call it in place of the event"
                self._lose(Outcome.MANUAL, said, one)
            case EventKind.API:
                said = "it is started through the API, not by an event"
                self._lose(Outcome.MANUAL, said, one)
            case EventKind.RELEASE:
                self._lose(Outcome.APPROXIMATED, "the push of a tag starts it, not a release", one)

    def paths(self, one: Trigger) -> None:
        """Say that paths are not looked at."""
        if one.paths is not None:
            said = "it also starts when none of these paths was changed"
            self._lose(Outcome.APPROXIMATED, said, one.paths)

    def sayable(self, expr: Expr, at: Node) -> Expr | None:
        """The condition in CircleCI's words; None, and a loss, when there are none."""
        try:
            return said(expr)
        except CannotSay as error:
            message = f"when it starts cannot be said: {error}"
            self._lose(Outcome.MANUAL, message, at)
            return Literal(value=False, span=at.span)

    def _lose(self, outcome: Outcome, message: str, at: Node, help: str = "") -> None:
        self._context.lose(self._place.loss(Feature.TRIGGERS, outcome), message, at, help)


def _condition(one: Trigger, has_webhook: bool) -> Expr:
    """When a trigger starts the pipeline."""
    is_manual = one.kind is EventKind.API and not has_webhook
    word = _KINDS[EventKind.MANUAL if is_manual else one.kind]
    parts: list[Expr] = [_is(Ref(path=("event",), span=one.span), word)]
    match one.kind:
        case EventKind.PUSH:
            parts += _of_push(one)
        case EventKind.PULL_REQUEST:
            parts += _of_request(one)
    return all_of(parts) or Literal(value=True)


def _of_push(one: Trigger) -> Iterator[Expr]:
    branches = None if one.branches is None else passes(BRANCH, one.branches)
    tags = None if one.tags is None else passes(TAG, one.tags)
    if branches is None and tags is None:
        return
    found = [each for each in (branches, tags) if each is not None]
    yield any_of(found)


def passes(name: Ref, wanted: Filter) -> Expr:
    """Return the condition that a branch or a tag passes a filter."""
    if is_every(wanted):
        return _differs(name, "")
    found: Expr | None = _differs(name, "") if wanted.ignore else None
    for one in wanted.patterns:  # the last pattern that matches decides
        fits: Expr = Matches(value=name, filter=Filter(patterns=(one_of(one),)), span=one.span)
        if one.negated or wanted.ignore:
            denied = Unary(op=Op.NOT, operand=fits, semantics=Semantics.CIRCLECI, span=one.span)
            found = Literal(value=False) if found is None else all_of([found, denied])
        else:
            found = fits if found is None else any_of([found, fits])
    return Literal(value=False) if found is None else found


def one_of(pattern: Pattern) -> Pattern:
    """Return a pattern as if it stood alone."""
    return replace(pattern, negated=False)


def _of_request(one: Trigger) -> Iterator[Expr]:
    if one.branches is not None:
        base = Ref(path=("pr", "base"), span=one.branches.span)
        wanted = one.branches
        if not is_every(wanted):
            yield Matches(value=base, filter=wanted, span=wanted.span)
    words = [word.text for word in one.activities or ()]
    if words and set(words) != set(_USUAL):
        action = Ref(path=("event", "action"), span=one.span)
        yield any_of([_is(action, word) for word in words])


def _is(ref: Ref, value: str) -> Expr:
    return Binary(
        op=Op.EQ,
        left=ref,
        right=Literal(value=value, span=ref.span),
        semantics=Semantics.CIRCLECI,
        span=ref.span,
    )


def _differs(ref: Ref, value: str) -> Expr:
    return Binary(op=Op.NE, left=ref, right=Literal(value=value), semantics=Semantics.CIRCLECI)


def write_filter(name: str, one: Filter) -> Entry:
    """Return `branches` or `tags` of `filters`."""
    allowed = [item(each) for each in one.patterns if not each.negated]
    denied = [item(each) for each in one.patterns if each.negated]
    if one.ignore:
        allowed, denied = [], allowed
    entries = []
    for key, items in (("only", allowed), ("ignore", denied)):
        if items:
            texts = [build.text(each) for each in items]
            value: Tree = texts[0] if len(texts) == 1 else build.sequence(*texts)
            entries.append(build.entry(key, value))
    return build.entry(name, build.mapping(*entries))


def is_every(one: Filter) -> bool:
    """Whether a filter lets in everything."""
    return not one.ignore and len(one.patterns) == 1 and matches_all(one.patterns[0])


def write_parameters(pipelines: tuple[Pipeline, ...], context: Context) -> Mapping | None:
    """Return the pipeline parameters of all workflows; those of one name are one."""
    found: dict[str, Entry] = {}
    for pipeline in pipelines:
        # those of a call come last: an input of the same name may be another one for other starts
        for one in sorted(pipeline.inputs, key=lambda each: each.of is EventKind.CALL):
            entry = _parameter(one, pipeline, context)
            found.setdefault(entry.name, entry)
    return build.mapping(*found.values()) if found else None


def _parameter(one: Input, pipeline: Pipeline, context: Context) -> Entry:
    kind = _TYPES.get(one.type, "string")
    known = None if one.default is None else constant(one.default)
    if kind == "integer" and (known is None or not known.lstrip("-").isdigit()):
        kind = "string" if known else kind
    if kind == "enum" and not one.options:
        kind = "string"
    entries = []
    if one.description:
        entries.append(build.entry("description", build.text(one.description)))
    entries.append(build.entry("type", build.text(kind)))
    if kind == "enum":
        options = (build.text(word.text) for word in one.options)
        entries.append(build.entry("enum", build.sequence(*options, flow=True)))
    entries.append(build.entry("default", _default(kind, known, one)))
    if one.required and known is None:
        loss = Place(pipeline=pipeline.id).loss(Feature.INPUT, Outcome.APPROXIMATED)
        context.lose(
            loss, f"the parameter {one.name!r} has a default, so nobody has to give it", one
        )
    return build.entry(parameter(one.name), build.mapping(*entries), one.comments)


def _default(kind: str, known: str | None, one: Input) -> Tree:
    if kind == "boolean":
        return build.boolean(known == "true")
    if kind == "integer":
        return build.number(int(known or "0"))
    if kind == "enum" and known is None:
        return build.text(one.options[0].text)
    return build.text(written(known))
