"""Who waits for whom, and for which branches and tags that leads to a run.

A job that a filter keeps out is no dependency of those that require it; a job all of whose
requirements are kept out does not run either, so filters of tags have to stand at all of them.
https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
"""

from difflib import get_close_matches
from functools import partial, reduce

from msgspec.structs import replace as changed

from ciconv.context import Context
from ciconv.converters.circleci.jobs.instances import Instance
from ciconv.converters.circleci.triggers.filters import (
    EVERY,
    NONE,
    Reach,
    condition_of,
    is_every,
    is_none,
    joined,
    negates,
)
from ciconv.converters.cycles import report_cycle
from ciconv.ir.expression import Expr, Op, conjuncts, walk
from ciconv.ir.filter import Filter
from ciconv.ir.implied import is_within
from ciconv.ir.job import JobBase, Need
from ciconv.ir.node import replace

MAX_CONDITION = 1_000  # parts of what a job takes over from those that it requires


class Graph:
    """The jobs of a workflow by the names they are required by."""

    def __init__(self, instances: tuple[Instance, ...], context: Context) -> None:
        self._by_name: dict[str, list[Instance]] = {}
        for one in instances:
            for name in dict.fromkeys((one.job.id, *one.names)):
                self._by_name.setdefault(name, []).append(one)
        self._context = context
        self._check(instances, context)
        self._reach: dict[str, Reach] = {}
        self.reached = tuple(changed(one, reach=self._effective(one, ())) for one in instances)

    def _check(self, instances: tuple[Instance, ...], context: Context) -> None:
        for one in instances:
            for need in one.needs:
                if need.job not in self._by_name and "<<" not in need.job:
                    close = get_close_matches(need.job, sorted(self._by_name), 1)
                    context.diagnostics.error(
                        "unknown-need",
                        f"job {one.job.id!r} requires {need.job!r}, which is not in the workflow",
                        need.span,
                        help=f"did you mean {close[0]!r}?" if close else "",
                    )
        jobs = tuple(replace(one.job, needs=self.needs(one)) for one in instances)
        report_cycle(jobs, context)

    def needed(self, one: Instance) -> tuple[Instance, ...]:
        """Return the jobs that one waits for."""
        return tuple(each for need in one.needs for each in self._by_name.get(need.job, ()))

    def needs(self, one: Instance) -> tuple[Need, ...]:
        """Return what a job waits for, groups and matrices as all that is in them."""
        found: dict[str, Need] = {}
        for need in one.needs:
            for each in self._by_name.get(need.job, ()):
                found.setdefault(each.job.id, replace(need, job=each.job.id))
        return tuple(found.values())

    def _effective(self, one: Instance, within: tuple[str, ...]) -> Reach:
        """What a job runs for, once what it requires is looked at."""
        if one.job.id in self._reach:
            return self._reach[one.job.id]
        reach = one.reach
        if one.job.id not in within:
            inner = (*within, one.job.id)
            outer = [self._effective(each, inner) for each in self.needed(one)]
            if outer and all(is_none(each.tags) for each in outer):
                self._report_kept_out(one, reach.tags, "tag")
                reach = changed(reach, tags=NONE)
            if outer and all(is_none(each.branches) for each in outer):
                self._report_kept_out(one, reach.branches, "branch")
                reach = changed(reach, branches=NONE)
            if outer and not any(_covers(each, reach) for each in outer):
                reach = _within_one_of(reach, outer)
        self._reach[one.job.id] = reach
        return reach

    def _report_kept_out(self, one: Instance, own: Filter, kind: str) -> None:
        """Say that a filter lets in what never comes: nothing that the job requires does."""
        if is_none(own) or own.span is None:
            return
        self._context.diagnostics.warning(
            "filter-upstream",
            f"no {kind} starts the job {one.job.id!r}: nothing that it requires runs for one",
            own.span,
            help="give the jobs that it requires the same filter",
        )


def _within_one_of(own: Reach, outer: list[Reach]) -> Reach:
    """What a job runs for that needs one of the jobs that it requires to run, too."""
    whole = _any_of(outer)
    found = None if whole is None else _both(own, whole)
    if found is not None:
        return found
    known: list[Expr] = []
    for each in outer:
        part = condition_of(each, EVERY, EVERY)
        if part is None:
            return own
        if part not in known:
            known.append(part)
    test = reduce(partial(joined, Op.OR), known)
    if sum(1 for _ in walk(test)) > MAX_CONDITION:
        return own
    return changed(own, condition=_and(own.condition, test))


def _any_of(outer: list[Reach]) -> Reach | None:
    """What one of several jobs runs for at least, where filters can say it.

    What starts a workflow is a branch or a tag, so the filters of either are joined by themselves.
    """
    first = outer[0]
    branches = _any_filter([one.branches for one in outer])
    tags = _any_filter([one.tags for one in outer])
    if branches is None or tags is None or any(one.condition != first.condition for one in outer):
        return None
    return changed(first, branches=branches, tags=tags)


def _any_filter(filters: list[Filter]) -> Filter | None:
    widest = (one for one in filters if all(_is_within(each, one) for each in filters))
    found = next(widest, None)
    if found is not None or any(one.ignore or negates(one) for one in filters):
        return found
    patterns = dict.fromkeys(pattern for one in filters for pattern in one.patterns)
    return replace(filters[0], patterns=tuple(patterns))


def _both(own: Reach, outer: Reach) -> Reach | None:
    """What is in the reach of both, where filters can say it."""
    branches, tags = _narrow(own.branches, outer.branches), _narrow(own.tags, outer.tags)
    if branches is None or tags is None:
        return None
    condition = own.condition if outer.condition is None else _and(own.condition, outer.condition)
    is_own = branches == own.branches and tags == own.tags
    span = own.span if is_own else outer.span or own.span
    return changed(own, branches=branches, tags=tags, condition=condition, span=span)


def _narrow(one: Filter, other: Filter) -> Filter | None:
    """What passes both filters: all that one wants without what the other one keeps out."""
    if _is_within(one, other):
        return one
    if _is_within(other, one):
        return other
    if not (one.ignore or other.ignore):
        return None
    wanted, without = (one, other) if other.ignore else (other, one)
    kept_out = (replace(each, negated=not wanted.ignore) for each in without.patterns)
    return replace(wanted, patterns=tuple(dict.fromkeys((*wanted.patterns, *kept_out))))


def _and(own: Expr | None, other: Expr) -> Expr:
    """Both conditions; what the first one says already is not said again."""
    said = set(conjuncts(own))
    whole = own
    for part in conjuncts(other):
        if part not in said:
            whole = part if whole is None else joined(Op.AND, whole, part)
    return other if whole is None else whole


def with_needs(one: Instance, graph: Graph) -> JobBase:
    """Return the job with its needs; one that a filter may keep out need not be there."""
    needs = graph.needs(one)
    if len(needs) > 1:
        own = next(each.reach for each in graph.reached if each.job.id == one.job.id)
        known = {each.job.id: each.reach for each in graph.reached}
        needs = tuple(
            need if _covers(known[need.job], own) else replace(need, optional=True)
            for need in needs
        )
    return replace(one.job, needs=needs)


def _covers(outer: Reach, own: Reach) -> bool:
    """Whether a job runs at least for all that another one runs for."""
    said = set(conjuncts(own.condition))
    same = all(part in said for part in conjuncts(outer.condition))
    return same and _is_within(own.branches, outer.branches) and _is_within(own.tags, outer.tags)


def _is_within(inner: Filter, outer: Filter) -> bool:
    """Whether a filter surely lets in all that another one does."""
    return is_none(inner) or is_every(outer) or is_within(inner, outer)
