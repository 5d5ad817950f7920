"""What can ever happen: conditions that nothing a pipeline is started by makes true.

Only what is certain of every run of a trigger is known here, so that "never" means never: which
event it is, the names of branches where a filter lists them one by one, and how the jobs ended
that have to have succeeded.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.ir.evaluate import Environment, EvaluationError, condition
from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Op,
    Ref,
    Unary,
    has_status_function,
    together,
    written,
)
from ciconv.ir.job import JobBase, Status
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Filter, PatternSyntax, Trigger
from ciconv.ir.walk import rewrite
from ciconv.simulation.event import PULL_REQUESTS, Event, native_of
from ciconv.simulation.starting import DEFAULT_ACTIVITIES
from ciconv.simulation.systems import System, system_of
from ciconv.validators.contradictions import contradicts_itself
from ciconv.validators.subject import Subject

MAX_STARTS = 60
MAX_PARTS = 30  # of a condition that is made of those of many jobs

_OBJECTS = {
    "pull_request": frozenset(
        (
            "pull_request",
            "pull_request_target",
            "pull_request_review",
            "pull_request_review_comment",
        )
    ),
    "release": frozenset(("release",)),
    "issue": frozenset(("issues", "issue_comment")),
    "workflow_run": frozenset(("workflow_run",)),
}
# the builds of a multibranch project: of a branch, of a tag (whose name is that of the branch, too)
# and of a change request, whatever starts them
_EVENT = Ref(path=("event",))
_CHANGE = ("cause", "pull_request")
_BUILDS: tuple[dict[tuple[str, ...], Any], ...] = (
    {_CHANGE: False, ("ref", "tag"): None},
    {_CHANGE: False, ("ref", "branch"): Ref(path=("ref", "tag"))},
    {_CHANGE: True, ("ref", "tag"): None, ("ref", "branch"): None},
)
_WILD = frozenset("*?+[!\\")
Path = tuple[str, ...]  # of a name
Known = dict[Path, Any]
_ANYTHING = Environment.of({})


class Reach(Struct, frozen=True):
    """What is known of each way a pipeline can start."""

    starts: tuple[Environment, ...]  # none: nothing is known
    has_causes: bool = False  # a run may have several causes: each is a fact of its own

    def possible(self, *tests: Expr | None, knowing: Known | None = None) -> bool:
        """Return whether all tests may hold in one run; without a test they do."""
        whole = together(*tests)
        if whole is None:
            return True
        if self.has_causes:
            whole = rewrite(whole, _cause)
        starts = self.starts or (_ANYTHING,)
        return any(_may_hold(whole, one.extended(knowing or {})) for one in starts)


def reach_of(pipeline: Pipeline, subject: Subject) -> Reach:
    """Return what is known of the starts of a pipeline, worked out once."""
    key = f"_reach {pipeline.path} {pipeline.id}"
    return subject.once(key, lambda: _reach(pipeline, subject))


def effective_conditions(pipeline: Pipeline, job: JobBase) -> tuple[Expr, ...]:
    """Return what has to hold for a job to run: what it asks for, and all it has to wait for."""
    jobs = {one.id: one for one in pipeline.jobs}
    found: list[Expr] = []
    waiting, seen = [job], set()
    while waiting and len(found) < MAX_PARTS:
        one = waiting.pop()
        seen.add(one.id)
        test = only_condition(one)
        if test is not None:
            found.append(test)
        if not waits_for_success(one):
            continue
        for need in one.needs or ():
            known = jobs.get(need.job)
            strict = need.accept == (Status.SUCCESS,) and not need.optional
            if strict and known is not None and known.id not in seen:
                waiting.append(known)
    return tuple(found)


def only_condition(job: JobBase) -> Expr | None:
    """Return the condition of a job that takes part in one way alone."""
    return job.choices[0].condition if len(job.choices) == 1 else None


def waits_for_success(job: JobBase) -> bool:
    """Return whether a job runs only after those it needs have succeeded."""
    test = only_condition(job)
    return len(job.choices) == 1 and (test is None or not has_status_function(test))


def results_of_needs(job: JobBase) -> Known:
    """Return how the jobs ended that have to have succeeded before a job runs."""
    strict = (one.job for one in job.needs or () if one.accept == (Status.SUCCESS,))
    return {("needs", name, "result"): "success" for name in strict}


def _cause(one: Node) -> Node:
    """A comparison with the event as a fact that is true or false by itself."""
    if not isinstance(one, Binary) or one.op not in (Op.EQ, Op.NE) or one.left != _EVENT:
        return one
    if not isinstance(one.right, Literal):
        return one
    fact = Ref(path=("cause", written(one.right.value)))
    if one.op is Op.EQ:
        return fact
    return Unary(op=Op.NOT, operand=fact, semantics=one.semantics)


def _may_hold(test: Expr, environment: Environment) -> bool:
    try:
        answer = condition(test, environment)
    except EvaluationError:
        return True
    return answer if isinstance(answer, bool) else not contradicts_itself(answer.expr)


def _reach(pipeline: Pipeline, subject: Subject) -> Reach:
    if subject.format == "jenkins":
        return Reach(tuple(map(Environment.of, _BUILDS)), has_causes=True)
    system = system_of(subject.format)
    starts: list[Environment] = []
    for trigger in pipeline.triggers:
        if trigger.kind is EventKind.CALL:  # anything may be true
            return Reach(())
        for known in _starts(trigger, system):
            starts.append(Environment.of(_with_canonical(known, subject)))
            if len(starts) > MAX_STARTS:
                return Reach(())
    return Reach(tuple(starts))


def _with_canonical(known: Known, subject: Subject) -> Known:
    """The facts under their canonical names as well."""
    result = dict(known)
    for path, prefixes in _prefixes(subject.context.catalog):
        for number, prefix in enumerate(prefixes):
            if prefix in known and (number == 0 or known[prefix] is None):
                result[path] = known[prefix]
                break
    return result


@lru_cache(maxsize=4)  # nearly all repositories have the same catalog
def _prefixes(catalog: Catalog) -> tuple[tuple[Path, tuple[Path, ...]], ...]:
    """Canonical names with GitHub's for them and for what these are part of, the longest first."""
    found = []
    for path, name in catalog.names().items():
        native = tuple(name.github.split(".")) if name.github else ()
        prefixes = tuple(native[:length] for length in range(len(native), 1, -1))
        if prefixes:
            found.append((path, prefixes))
    return tuple(found)


def _starts(trigger: Trigger, system: System) -> Iterator[Known]:
    word = trigger.native if trigger.kind is EventKind.OTHER else ""
    native = native_of(Event(kind=trigger.kind, native=word))
    base: Known = {("github", "event_name"): native, ("event",): native}
    for name, events in _OBJECTS.items():
        if native not in events:
            base[("github", "event", name)] = None
    activities = [one.text for one in trigger.activities or ()]
    if not activities:
        activities = list(DEFAULT_ACTIVITIES.get(trigger.kind, ()))
    for refs in _refs(trigger, system):
        if not activities:
            yield base | refs
        for activity in activities:
            yield base | refs | {("github", "event", "action"): activity}


def _refs(trigger: Trigger, system: System) -> Iterator[Known]:
    """What is known of the names a run stands at."""
    if trigger.kind is EventKind.PUSH:
        yield from _pushed(trigger, system)
    elif trigger.kind in PULL_REQUESTS:
        known: Known = {("github", "ref_type"): "branch", ("ref", "tag"): system.undefined}
        if trigger.kind is EventKind.PULL_REQUEST and system.name == "github":
            known |= {("github", "ref"): "refs/pull/1/merge", ("github", "ref_name"): "1/merge"}
        bases = _exact(trigger.branches)
        for base in bases or ():
            yield known | {("github", "base_ref"): base}
        if bases is None:
            yield known
    elif trigger.kind is EventKind.SCHEDULE:
        yield {("github", "ref_type"): "branch", ("ref", "tag"): system.undefined}
    else:
        yield {}


def _pushed(trigger: Trigger, system: System) -> Iterator[Known]:
    branches, tags = _exact(trigger.branches), _exact(trigger.tags)
    if trigger.branches is None and trigger.tags is None:
        yield {("github", "head_ref"): "", ("github", "base_ref"): ""}
        return
    if trigger.branches is not None:
        yield from _named("branch", branches, system)
    if trigger.tags is not None:
        yield from _named("tag", tags, system)


def _named(kind: str, names: tuple[str, ...] | None, system: System) -> Iterator[Known]:
    other = "tag" if kind == "branch" else "branch"
    known: Known = {
        ("github", "ref_type"): kind,
        ("ref", other): system.undefined,
        ("github", "head_ref"): "",
        ("github", "base_ref"): "",
    }
    folder = "heads" if kind == "branch" else "tags"
    if names is None:
        yield known
    for name in names or ():
        full = {("github", "ref"): f"refs/{folder}/{name}", ("github", "ref_name"): name}
        yield known | full | {("ref", kind): name}


def _exact(one: Filter | None) -> tuple[str, ...] | None:
    """The names a filter lists; None where it has patterns, or says what is left out."""
    if one is None or one.ignore:
        return None
    names = []
    for pattern in one.patterns:
        plain = pattern.syntax is PatternSyntax.EXACT
        glob = pattern.syntax in (PatternSyntax.GITHUB_GLOB, PatternSyntax.ANT_GLOB)
        if pattern.negated or not (plain or (glob and _WILD.isdisjoint(pattern.text))):
            return None
        names.append(pattern.text)
    return tuple(names)
