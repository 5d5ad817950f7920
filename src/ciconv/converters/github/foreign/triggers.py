"""Events of other systems as `on` takes them: no wider than what any job runs for.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from collections.abc import Iterator, Mapping

from ciconv.context import Context, Place
from ciconv.converters.github.triggers.globs import globs
from ciconv.ir.evaluate import Environment, EvaluationError, Residual, condition
from ciconv.ir.expression import Binary, Expr, Literal, Matches, Op, Ref, conjuncts, disjuncts
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.ir.pattern import within
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.profile import Feature, Outcome

MAX_PATTERNS = 20  # of one filter
_ALL = Filter(patterns=(Pattern(text="**"),))
_BRANCH, _TAG, _BASE = ("ref", "branch"), ("ref", "tag"), ("pr", "base")
_PUSH: Mapping[tuple[str, ...], object] = {
    ("event",): "push",
    ("pr", "head"): None,
    _BASE: None,
    ("pr", "number"): None,
}
_REQUEST: Mapping[tuple[str, ...], object] = {
    ("event",): "pull_request",
    _BRANCH: None,
    _TAG: None,
}


def with_usable_triggers(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with events that GitHub can be told of, the others reported."""
    kept = tuple(one for one in pipeline.triggers if _is_usable(one, pipeline, context))
    kept = tuple(_narrowed(one, pipeline) for one in kept)
    if not kept:
        kept = (Trigger(kind=EventKind.MANUAL, native="workflow_dispatch"),)
    return replace(pipeline, triggers=kept)


def _is_usable(trigger: Trigger, pipeline: Pipeline, context: Context) -> bool:
    if trigger.kind is EventKind.SCHEDULE and trigger.cron is None:
        message = "when schedules run is in the settings of the project, so none is written"
        help = "add their times under 'on: schedule:'"
    elif trigger.kind is EventKind.UPSTREAM and not trigger.upstreams:
        message = "which projects start the pipeline is not in it, so none is written"
        help = "start it by 'workflow_dispatch' or 'repository_dispatch' from there"
    else:
        return True
    loss = Place(pipeline=pipeline.id).loss(Feature.TRIGGERS, Outcome.MANUAL)
    context.lose(loss, message, trigger, help)
    return False


def _narrowed(trigger: Trigger, pipeline: Pipeline) -> Trigger:
    """A push of any ref, or a pull request for any branch, as far as a job runs for it."""
    if trigger.branches or trigger.tags:
        return trigger
    if trigger.kind is EventKind.PULL_REQUEST:
        bases = _names(pipeline, _BASE, _REQUEST)
        return replace(trigger, branches=_filter(bases)) if bases else trigger
    if trigger.kind is not EventKind.PUSH:
        return trigger
    branches = _names(pipeline, _BRANCH, {**_PUSH, _TAG: None})
    tags = _names(pipeline, _TAG, {**_PUSH, _BRANCH: None})
    if branches is None and tags is None:
        return trigger
    if branches == () and tags == ():
        return trigger
    return replace(trigger, branches=_filter(branches), tags=_filter(tags))


def _filter(patterns: tuple[Pattern, ...] | None) -> Filter | None:
    if patterns is None:
        return _ALL
    return Filter(patterns=patterns) if patterns else None


def _names(
    pipeline: Pipeline, name: tuple[str, ...], known: Mapping[tuple[str, ...], object]
) -> tuple[Pattern, ...] | None:
    """The refs of a kind that any job runs for; None: all of them may be."""
    environment = Environment.of(known)
    found: dict[Pattern, None] = {}
    for job in pipeline.jobs:
        for choice in job.choices:
            wanted = _of_condition(choice.condition, name, environment)
            if wanted is None:
                return None
            found |= dict.fromkeys(wanted)
    if len(found) > 2 * MAX_PATTERNS:
        return None
    kept = [one for one in found if not any(_is_part(one, each) for each in found)]
    return tuple(kept) if len(kept) <= MAX_PATTERNS else None


def _is_part(one: Pattern, other: Pattern) -> bool:
    """Whether a pattern matches less than another one, which also stands there."""
    return one is not other and bool(within(one, other)) and not within(other, one)


def _of_condition(
    expr: Expr | None, name: tuple[str, ...], environment: Environment
) -> tuple[Pattern, ...] | None:
    if expr is None:
        return None
    try:
        value = condition(expr, environment)
    except EvaluationError:
        return None
    if not isinstance(value, Residual):
        return None if value else ()
    found: list[Pattern] = []
    for one in disjuncts(value.expr):
        wanted = tuple(_of_term(one, name))
        if not wanted:
            return None
        found.extend(wanted)
    return tuple(found)


def _of_term(term: Expr, name: tuple[str, ...]) -> Iterator[Pattern]:
    """The patterns that a name has to match, as far as they are globs."""
    found = list(_told(term, name))
    for one in found:
        if all(other is one or within(one, other) for other in found):
            yield one  # the narrowest: the whole of the term asks for no less
            return
    yield from found[:1]


def _told(term: Expr, name: tuple[str, ...]) -> Iterator[Pattern]:
    """Each pattern that a name has to match, if it is a glob."""
    for one in conjuncts(term):
        patterns: tuple[Pattern, ...] = ()
        match one:
            case Binary(op=Op.EQ, left=Ref(path=path), right=Literal(value=str(text))):
                if path == name:
                    patterns = (Pattern(text=text, syntax=PatternSyntax.EXACT),)
            case Matches(value=Ref(path=path), filter=wanted):
                if path == name and not wanted.ignore and len(wanted.patterns) == 1:
                    patterns = wanted.patterns
        if patterns and not patterns[0].negated and globs(patterns[0]) is not None:
            yield patterns[0]
