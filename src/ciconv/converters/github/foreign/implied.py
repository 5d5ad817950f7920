"""Conditions of jobs without what `on` asks for already, or a job that they need.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#on
"""

from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter

from ciconv.converters.github.triggers.events import NAMES
from ciconv.ir.choices import chosen
from ciconv.ir.evaluate import Environment, EvaluationError, condition
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    conjuncts,
    has_status_function,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.job import Choice, JobBase, Status
from ciconv.ir.node import Node, replace
from ciconv.ir.pattern import within
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Step
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.ir.walk import needs_cycle, rewrite
from ciconv.passes.fold_constants import folded
from ciconv.passes.joining import all_of, plain, without_wider

_SUCCESS = (Status.SUCCESS,)
# the filter of an event that lets a name in
_FILTERS: dict[tuple[EventKind, tuple[str, ...]], str] = {
    (EventKind.PUSH, ("ref", "branch")): "branches",
    (EventKind.PUSH, ("ref", "tag")): "tags",
    (EventKind.PULL_REQUEST, ("pr", "base")): "branches",
}


def without_implied(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline whose jobs do not ask for what holds whenever it is started."""
    known = tuple(_Known(part) for one in pipeline.triggers for part in _parts(one))

    def change(node: Node) -> Node:
        if isinstance(node, Call) and node.function == "case" and len(node.arguments) % 2:
            return _case(node)
        if not isinstance(node, Choice | Step) or node.condition is None:
            return node
        node = replace(node, condition=plain(node.condition))
        return _choice(node, known) if isinstance(node, Choice) else node

    return rewrite(folded(pipeline), change)


def without_repeated(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline whose jobs do not ask for what jobs asked for that have to succeed."""
    if needs_cycle(pipeline.jobs):
        return pipeline
    jobs = {one.id: one for one in pipeline.jobs}
    asked: dict[str, frozenset[Expr]] = {}
    needs = {one.id: [need.job for need in one.needs or ()] for one in pipeline.jobs}
    for name in TopologicalSorter(needs).static_order():
        if name in jobs:
            job, known = jobs[name], _known_behind(jobs[name], asked)
            own = conjuncts(job.choices[0].condition) if len(job.choices) == 1 else ()
            asked[name] = known.union(one for one in own if not has_status_function(one))
            jobs[name] = _asking_less(job, known)
    return replace(pipeline, jobs=tuple(jobs.values()))


def _known_behind(job: JobBase, asked: Mapping[str, frozenset[Expr]]) -> frozenset[Expr]:
    """What the jobs asked for that have to succeed before a job runs."""
    conditions = [one.condition for one in job.choices]
    if any(one is not None and has_status_function(one) for one in conditions):
        return frozenset()
    needs = (one for one in job.needs or () if not one.optional and one.accept == _SUCCESS)
    return frozenset().union(*(asked.get(one.job, frozenset()) for one in needs))


def _asking_less(job: JobBase, known: frozenset[Expr]) -> JobBase:
    choices = tuple(
        one
        if known.isdisjoint(parts := conjuncts(one.condition))
        else replace(one, condition=all_of([part for part in parts if part not in known]))
        for one in job.choices
    )
    same = all(one is other for one, other in zip(choices, job.choices, strict=True))
    return job if same else replace(job, choices=choices)


def _case(expr: Call) -> Expr:
    *pairs, otherwise = expr.arguments
    cases = zip(map(plain, pairs[::2]), pairs[1::2], strict=True)
    return chosen(cases, otherwise, expr.span)


def _parts(trigger: Trigger) -> Iterator[Trigger]:
    """The pushes of branches and those of tags, where there is a filter for both; each pattern."""
    branches, tags = trigger.branches, trigger.tags
    for one in () if branches is None else _each_pattern(branches):
        yield replace(trigger, branches=one, tags=None)
    for one in () if tags is None else _each_pattern(tags):
        yield replace(trigger, branches=None, tags=one)
    if branches is None and tags is None:
        yield trigger


def _each_pattern(filter: Filter) -> Iterator[Filter]:
    """Filters that together let in what one does."""
    if filter.ignore or any(one.negated for one in filter.patterns):
        yield filter
    else:
        yield from (replace(filter, patterns=(one,)) for one in filter.patterns)


def _choice(choice: Choice, known: tuple["_Known", ...]) -> Choice:
    parts = conjuncts(choice.condition)
    kept = [
        one
        for one in without_wider(parts)
        if has_status_function(one) or not _always_holds(one, known)
    ]
    return choice if len(kept) == len(parts) else replace(choice, condition=all_of(kept))


def _always_holds(expr: Expr, known: tuple["_Known", ...]) -> bool:
    return bool(known) and all(trigger.implies(expr) for trigger in known)


class _Known:
    """What is known of each run that a trigger starts."""

    def __init__(self, trigger: Trigger) -> None:
        self._trigger = trigger
        found: dict[tuple[str, ...], object] = {}
        if trigger.kind in NAMES:
            found["event",] = NAMES[trigger.kind]
        if trigger.kind is EventKind.PUSH and (trigger.branches is None) != (trigger.tags is None):
            found["ref", "tag" if trigger.tags is None else "branch"] = None
        self._environment = Environment.of(found)

    def implies(self, expr: Expr) -> bool:
        """Return whether a condition holds for all these runs."""
        try:
            return condition(rewrite(expr, self._told), self._environment) is True
        except EvaluationError:
            return False

    def _told(self, node: Node) -> Node:
        """Nothing but true in place of a comparison that a filter has made."""
        match node:
            case Matches(value=Ref() as ref, filter=wanted):
                holds = not wanted.ignore and self._passes(ref, wanted.patterns)
            case Binary(op=Op.EQ, left=Ref() as ref, right=Literal(value=str(text))):
                exact = Pattern(text=text, syntax=PatternSyntax.EXACT)
                holds = self._passes(ref, (exact,))
            case _:
                return node
        return Literal(value=True, span=node.span) if holds else node

    def _passes(self, ref: Ref, wanted: tuple[Pattern, ...]) -> bool:
        """Whether each name that the trigger lets in matches one of some patterns."""
        name = _FILTERS.get((self._trigger.kind, ref.path))
        own: Filter | None = getattr(self._trigger, name) if name is not None else None
        if own is None or own.ignore:
            return False
        if any(one.negated for one in (*own.patterns, *wanted)):
            return False
        return bool(own.patterns) and all(
            any(within(each, one) for one in wanted) for each in own.patterns
        )
