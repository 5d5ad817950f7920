"""Reading `workflow`: which pipelines there are, and what they are called.

https://docs.gitlab.com/ci/yaml/#workflow
https://docs.gitlab.com/ci/pipelines/pipeline_types/
"""

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.expressions.junctions import FALSE, any_of
from ciconv.converters.gitlab.expressions.variables import Variables
from ciconv.converters.gitlab.jobs.ruling import How, Ruling, read_rules
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extras
from ciconv.ir.evaluate import Environment, EvaluationError, condition
from ciconv.ir.expression import Expr, Template
from ciconv.ir.job import JobBase
from ciconv.ir.step import Extra
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.source import Comment, Span
from ciconv.syntax.node import Mapping, Node


class Workflow(Struct, frozen=True, kw_only=True):
    """What `workflow` says. No rules: every pipeline that has a job."""

    ruling: Ruling | None = None
    name: Template | None = None
    extras: tuple[Extra, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def condition(self) -> Expr | None:
        """When there is a pipeline; None: always."""
        return None if self.ruling is None else _admits(self.ruling)


def _admits(ruling: Ruling) -> Expr | None:
    rules = [one for one in ruling.rules if one.how.when != "never"]
    return any_of(one.condition for one in rules) if rules else FALSE


def condition_of(rules: Node, scope: Scope) -> Expr | None:
    """Return when rules let something in; None: always."""
    return _admits(read_rules(rules, scope, How(when="always")))


def read_workflow(node: Node | None, variables: Variables, context: Context) -> Workflow:
    """Return what `workflow` says."""
    fields = Fields(node, context, "'workflow'")
    span = Span(node.span.source, 0, 0) if node is not None else None
    if node is None or span is None:
        return Workflow()
    scope = Scope(name="workflow", at=span, variables=variables, context=context)
    rules = fields.node("rules")
    name = scope.take(fields, "name")
    ruling = None if rules is None else read_rules(rules, scope, How(when="always"))
    for one in () if ruling is None else ruling.rules:
        if one.how.when not in ("always", "never"):
            message = f"'when' of a rule of 'workflow' cannot be {one.how.when!r}"
            context.diagnostics.error("unknown-when", message, one.node.span)
    kept = extras(fields, "auto_cancel", prefix="workflow:")
    return Workflow(
        ruling=ruling,
        name=name,
        extras=(*kept, *(() if ruling is None else ruling.extras), *fields.leftovers(FORMAT)),
        comments=tuple(fields.comments),
    )


_NO_MERGE_REQUEST: dict[tuple[str, ...], object] = {
    ("pr", "head"): None,
    ("pr", "base"): None,
    ("pr", "number"): None,
    ("pr", "id"): None,
    ("pr", "labels"): None,
    ("pr", "title"): None,
}
# what is known of each kind of pipeline; a branch or a tag where that does not say
_KINDS: tuple[tuple[EventKind, str, dict[tuple[str, ...], object]], ...] = (
    (EventKind.PUSH, "push", {("event",): "push", **_NO_MERGE_REQUEST}),
    (
        EventKind.PULL_REQUEST,
        "merge_request_event",
        {("event",): "pull_request", ("ref", "branch"): None, ("ref", "tag"): None},
    ),
    (EventKind.MANUAL, "web", {("event",): "workflow_dispatch", **_NO_MERGE_REQUEST}),
    (EventKind.SCHEDULE, "schedule", {("event",): "schedule", **_NO_MERGE_REQUEST}),
    (EventKind.API, "api", {("event",): "repository_dispatch", **_NO_MERGE_REQUEST}),
    (EventKind.UPSTREAM, "pipeline", {("event",): "workflow_run", **_NO_MERGE_REQUEST}),
)
# kinds that every project has, and those it has if something is said about them
_USUAL = frozenset({EventKind.PUSH, EventKind.PULL_REQUEST, EventKind.MANUAL})


def read_triggers(
    jobs: tuple[JobBase, ...], outer: Expr | None, root: Mapping, mentions: frozenset[str]
) -> tuple[Trigger, ...]:
    """Return the events for which there is a pipeline with a job in it.

    `mentions`: the kinds of pipelines that conditions name; schedules and the like are set up
    outside of the repository, and are listed where one of them is named.
    """
    first = root.entries[0].key.span if root.entries else root.span
    found = []
    for kind, native, known in _KINDS:
        is_wanted = kind in _USUAL or known["event",] in mentions
        if is_wanted and _has_pipeline(jobs, outer, Environment.of(known)):
            found.append(Trigger(kind=kind, native=native, span=first))
    return tuple(found)


def _has_pipeline(jobs: tuple[JobBase, ...], outer: Expr | None, environment: Environment) -> bool:
    if outer is not None and not _may_hold(outer, environment):
        return False
    return any(
        choice.condition is None or _may_hold(choice.condition, environment)
        for job in jobs
        for choice in job.choices
    )


def _may_hold(expr: Expr, environment: Environment) -> bool:
    try:
        return condition(expr, environment) is not False
    except EvaluationError:
        return True


def holds_always(expr: Expr, triggers: tuple[Trigger, ...]) -> bool:
    """Whether a condition holds for every pipeline that the triggers start."""
    kinds = {one.kind for one in triggers}
    environments = (Environment.of(known) for kind, _, known in _KINDS if kind in kinds)
    try:
        return all(condition(expr, one) is True for one in environments)
    except EvaluationError:
        return False
