"""When a job takes part in a pipeline: its choices as `rules`, and what they ask of other jobs.

https://docs.gitlab.com/ci/jobs/job_rules/
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ciconv.context import Context, Place
from ciconv.converters.gitlab.expressions.conditions import (
    Scope,
    known_of,
    simplified,
    write_condition,
)
from ciconv.converters.gitlab.expressions.logic import Logic, both, either
from ciconv.converters.gitlab.expressions.paths import globs
from ciconv.converters.gitlab.expressions.rules import Rule, reachable
from ciconv.converters.gitlab.jobs.statuses import (
    ALWAYS,
    ON_SUCCESS,
    cases,
    takes_skips_for_failures,
)
from ciconv.converters.gitlab.triggers.write import Start
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Call,
    Changes,
    Exists,
    Expr,
    Literal,
    Ref,
    conjuncts,
    disjuncts,
    has_status_function,
    together,
    walk,
)
from ciconv.ir.filter import Filter, Pattern
from ciconv.ir.implied import implied
from ciconv.ir.job import ApprovalJob, Choice, JobBase, Need, Status
from ciconv.ir.job import Start as Starting
from ciconv.ir.node import Node
from ciconv.ir.node import replace as with_fields
from ciconv.ir.pipeline import Pipeline
from ciconv.profile import Feature, Outcome

MAX_WAYS = 3  # alternatives within others that become rules of their own
_RUN_KNOWS = frozenset({"needs", "steps", "job", "runner"})


class Presence(Struct, frozen=True, kw_only=True):
    """How a job takes part. `guards`: what only the run knows; `unsayable`: what nobody can ask."""

    rules: tuple[Rule, ...]
    optional: frozenset[str] = frozenset()  # needed jobs that may be absent when this one is there
    guards: tuple[Expr, ...] = ()
    unsayable: tuple[CannotSay, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the job is in every pipeline, and runs when all before it went well."""
        return self.rules == (Rule(),)


_FAILED = "on_failure"
_NEVER = (Rule(when="never"),)


class Presences:
    """Works out the rules of the jobs of one pipeline, those needed before those who need them.

    `starts`: for a file with several pipelines, what starts this one, which may be nothing; None
    for a pipeline of its own, as `workflow:rules` has it for all jobs.
    """

    def __init__(
        self, pipeline: Pipeline, scope: Scope, starts: tuple[Start, ...] | None, context: Context
    ) -> None:
        self._pipeline, self._scope, self._context = pipeline, scope, context
        self._starts = (Start(event="", condition=True),) if starts is None else starts
        self._jobs = {job.id: job for job in pipeline.jobs}
        self._there: dict[tuple[int, str], Logic] = {}  # by the number of a start and the job
        self._done: dict[str, Presence] = {}
        self._by_files: set[str] = set()  # jobs that changed files, or files there, decide on

    def of(self, job: JobBase) -> Presence:
        """Return how a job takes part."""
        waiting = [job]
        while waiting:
            one = waiting[-1]
            if one.id in self._done:
                waiting.pop()
                continue
            before = [self._jobs[need.job] for need in one.needs or () if need.job in self._jobs]
            missing = [other for other in before if other.id not in self._done]
            if missing and len(waiting) <= len(self._jobs):
                waiting += missing
                continue
            self._done[one.id] = _Job(one, self).presence()
            waiting.pop()
        return self._done[job.id]

    def is_there(self, name: str, given: tuple[Expr, ...]) -> bool:
        """Whether a job surely is in a pipeline where conditions hold, and all it needs are."""
        waiting, seen = [name], set()
        while waiting:
            one = self._jobs.get(waiting.pop())
            if one is None or one.id in seen:
                continue
            seen.add(one.id)
            asked = conjuncts(one.choices[0].condition) if len(one.choices) == 1 else ()
            if len(one.choices) != 1 or not all(implied(part, given) for part in asked):
                return False
            waiting += [need.job for need in one.needs or () if not need.optional]
        return True


def with_statuses(job: JobBase) -> JobBase:
    """Return a job whose condition says how those before have to have ended, which `when` tells.

    Where they say different things, the condition is left alone.
    """
    accepts = [set(need.accept) for need in job.needs or ()]
    if not any(Status.FAILURE in one for one in accepts):
        return job
    if all(Status.SUCCESS not in one for one in accepts):
        status = Call(function="failure")
    elif all(one >= {Status.SUCCESS, Status.FAILURE} for one in accepts):
        status = Call(function="always")
    else:
        return job
    choices = tuple(
        one
        if one.condition is not None and has_status_function(one.condition)
        else with_fields(one, condition=together(status, *conjuncts(one.condition)))
        for one in job.choices
    )
    return with_fields(job, choices=choices)


def _asks_nothing(need: Need) -> bool:
    """Whether any way for a needed job to end will do."""
    return set(need.accept) >= {Status.SUCCESS, Status.FAILURE}


def _left_out(job: JobBase) -> Iterator[Need]:
    """Yield the needs that want a job to have been left out."""
    return (one for one in job.needs or () if set(one.accept) == {Status.SKIPPED})


def _never_run(need: Need) -> tuple[Expr, CannotSay]:
    at = Literal(value=need.job, span=need.span)
    return at, CannotSay(at, f"no job of GitLab waits for {need.job!r} to be left out")


class _Job:
    """One job on the way to its rules."""

    def __init__(self, job: JobBase, owner: Presences) -> None:
        self._job, self._owner = with_statuses(job), owner
        self._scope = owner._scope
        self._guards: dict[Expr, None] = {}
        self._unsayable: dict[Expr, CannotSay] = dict(map(_never_run, _left_out(job)))
        self._optional: set[str] = set()

    def presence(self) -> Presence:
        rules = []
        for number, start in enumerate(self._owner._starts):
            found = list(reachable(self._rules(number, start)))
            parts = [one.condition for one in found]
            listed = any(one.changes or one.exists for one in found)
            if listed:
                self._owner._by_files.add(self._job.id)
            self._owner._there[number, self._job.id] = True if listed else either(False, *parts)
            rules += [_under(start, one) for one in found]
        self._report_others()
        return Presence(
            rules=_shortened(rules) or _NEVER,
            optional=frozenset(self._optional),
            guards=tuple(self._guards),
            unsayable=tuple(self._unsayable.values()),
        )

    def _report_others(self) -> None:
        """Say that the job comes after one that is there in other cases than in the source."""
        for need in self._job.needs or ():
            before = self._owner._done.get(need.job)
            if before is None:
                continue
            if Status.CANCELLED in need.accept and not _asks_nothing(need):
                said = f"it does not run where {need.job!r} was cancelled: no job of GitLab does"
                self._lose_roughly(Feature.CANCELLED, said, need)
            if Status.SKIPPED in need.accept and any(one.when == _FAILED for one in before.rules):
                said = f"it does not run where {need.job!r} was skipped, as nothing had failed"
                self._lose_roughly(Feature.CHOICE, said, need)
            if before.unsayable or before.guards:
                said = f"it needs {need.job!r}, which is there whatever its condition says"
                self._lose_roughly(Feature.CHOICE, said, need)
            elif any(one.changes for one in before.rules):
                said = (
                    f"it needs {need.job!r}, which is there whatever was changed in pipelines that "
                    "no push starts"
                )
                self._lose_roughly(Feature.CHOICE, said, need)
            elif before.rules == _NEVER:
                said = f"it waits for {need.job!r} no more, which is in no pipeline"
                self._lose_roughly(Feature.CHOICE, said, need)

    def _rules(self, number: int, start: Start) -> Iterator[Rule]:
        for choice in self._job.choices:
            yield from self._choice(choice, number, start)

    def _choice(self, choice: Choice, number: int, start: Start) -> Iterator[Rule]:
        condition = choice.condition
        if condition is not None and start.event:
            condition = simplified(condition, known_of(start.event))
        needed = self._needed(choice, number)
        split = ((one, when) for left, when in self._cases(condition) for one in _ways(left))
        for left, when in split:
            parts = self._parts(left)
            rule = self._with_ways(Rule(condition=both(parts.condition, needed)), choice, when)
            rule = _with_globs(rule, parts.changes, parts.exists)
            yield from self._tolerant(rule, choice)

    def _cases(self, condition: Expr | None) -> tuple[tuple[Expr, str], ...]:
        job, pipeline = self._job, self._owner._pipeline
        if condition is not None and takes_skips_for_failures(condition, job, pipeline):
            said = "a job that was skipped is no failure, so this one is not started by it"
            self._lose_roughly(Feature.CHOICE, said, condition)
        if condition is not None and _runs_after_cancelling(condition):
            said = "a cancelled pipeline starts no job, not even one that runs always"
            self._lose_roughly(Feature.CANCELLED, said, condition)
        try:
            return cases(condition, job, pipeline)
        except CannotSay as error:
            self._unsayable[error.expr] = error
            return ((Literal(value=True), ALWAYS),)

    def _needed(self, choice: Choice, number: int) -> Logic:
        """What has to hold for the needed jobs to be there.

        GitHub skips what needs a skipped job; GitLab makes no pipeline in which it is not there.
        """
        found: list[Logic] = []
        asks = choice.condition is not None and has_status_function(choice.condition)
        given = conjuncts(choice.condition)
        for need in self._job.needs or ():
            there = self._owner._there.get((number, need.job), True)
            if need.job in self._owner._by_files:  # which no condition of this job can ask for
                self._optional.add(need.job)
                if not (asks or need.optional or Status.SKIPPED in need.accept):
                    said = f"it runs also where {need.job!r} is left out for the files changed"
                    self._lose_roughly(Feature.CHOICE, said, need)
            if there is True:
                continue
            if asks or need.optional or Status.SKIPPED in need.accept:
                self._optional.add(need.job)
            elif not self._owner.is_there(need.job, given):
                found.append(there)
        return both(*found)

    def _parts(self, condition: Expr) -> "_Parts":
        """What of a condition `if` says, and what it cannot."""
        logic: list[Logic] = []
        changes: list[str] = []
        exists: list[str] = []
        for part in conjuncts(condition):
            if isinstance(part, Changes | Exists) and not changes and not exists:
                found, left_out = globs(part.filter)
                if found and not left_out:
                    self._report_all_files(part)
                    (changes if isinstance(part, Changes) else exists).extend(found)
                    continue
            if any(isinstance(one, Ref) and one.path[0] in _RUN_KNOWS for one in walk(part)):
                self._guards[part] = None
                continue
            try:
                logic.append(write_condition(part, self._scope))
            except CannotSay as error:
                self._unsayable[part] = error
        return _Parts(both(*logic), tuple(changes), tuple(exists))

    def _report_all_files(self, part: Expr) -> None:
        """Say for what other pipelines files count as changed."""
        if isinstance(part, Changes):
            said = "in pipelines of tags, schedules and manual starts all files count as changed"
            self._lose_roughly(Feature.EXPRESSION, said, part)

    def _lose_roughly(self, feature: Feature, said: str, at: Node) -> None:
        loss = Place(pipeline=self._owner._pipeline.id, job=self._job.id).loss(
            feature, Outcome.APPROXIMATED
        )
        self._owner._context.lose(loss, said, at)

    def _with_ways(self, rule: Rule, choice: Choice, when: str) -> Rule:
        """The rule with what the choice says of the start."""

        if choice.start is Starting.MANUAL or isinstance(self._job, ApprovalJob):
            when = "manual"
        elif choice.start is Starting.DELAYED:
            when = "delayed"
        changes: dict[str, object] = {"when": "" if when == ON_SUCCESS else when}
        if choice.start is Starting.DELAYED:
            changes["start_in"] = choice.after or "1 minute"
        variables = []
        for one in choice.env:
            try:
                from ciconv.converters.gitlab.expressions.values import write_value

                variables.append((one.name, write_value(one.value, self._scope)))
            except CannotSay as error:
                self._unsayable[error.expr] = error
        return replace(
            rule,
            variables=tuple(variables),
            interruptible=choice.interruptible,
            **changes,
        )

    def _tolerant(self, rule: Rule, choice: Choice) -> Iterator[Rule]:
        """The rule with what may fail; an expression makes two of it."""

        may_fail = choice.may_fail
        if choice.exit_codes:
            yield replace(rule, exit_codes=choice.exit_codes)
            return
        if may_fail is None or isinstance(may_fail, Literal):
            known = bool(may_fail is not None and may_fail.value)
            yield replace(rule, allow_failure=True) if known else rule
            return
        try:
            told = write_condition(may_fail, self._scope)
        except CannotSay as error:
            self._lose_roughly(Feature.EXPRESSION, f"the job may not fail: {error}", may_fail)
            yield rule
            return
        yield replace(rule, condition=both(rule.condition, told), allow_failure=True)
        yield rule


def _ways(condition: Expr, depth: int = MAX_WAYS) -> Iterator[Expr]:
    """The conditions one of which has to hold, where files are asked for in only some of them.

    Files stand beside `if` in a rule, not in it, so each way is a rule of its own.
    """
    parts = list(conjuncts(condition))
    for number, part in enumerate(parts):
        ways = list(_with_one_list(disjuncts(part)))
        several = len(ways) > 1 or ways != [part]
        if depth and several and any(isinstance(one, _FILES) for one in walk(part)):
            for way in ways:
                found = together(*parts[:number], way, *parts[number + 1 :])
                assert found is not None
                yield from _ways(found, depth - 1)
            return
    yield condition


def _with_one_list(ways: Iterable[Expr]) -> Iterator[Expr]:
    """The alternatives; those that only ask for changed files are one, with all the patterns."""
    patterns: list[Pattern] = []
    first: Changes | None = None
    for way in ways:
        if isinstance(way, Changes) and not way.filter.ignore and not _takes_back(way.filter):
            first = first or way
            patterns += way.filter.patterns
        else:
            yield way
    if first is not None:
        yield with_fields(first, filter=with_fields(first.filter, patterns=tuple(patterns)))


def _takes_back(filter: Filter) -> bool:
    return any(one.negated for one in filter.patterns)


_FILES = (Changes, Exists)


class _Parts(Struct, frozen=True):
    condition: Logic
    changes: tuple[str, ...]
    exists: tuple[str, ...]


def _with_globs(rule: Rule, changes: tuple[str, ...], exists: tuple[str, ...]) -> Rule:

    return replace(rule, changes=changes, exists=exists) if changes or exists else rule


def _under(start: Start, rule: Rule) -> Rule:
    """The rule for one way to start."""

    condition = both(start.condition, rule.condition)
    return replace(rule, condition=condition, changes=rule.changes or start.changes)


def _shortened(rules: list[Rule]) -> tuple[Rule, ...]:
    """The rules that can be reached; one that says what an earlier one says is left out."""
    found: list[Rule] = []
    for rule in reachable(rules):
        if rule not in found:
            found.append(rule)
    return tuple(found)


def _runs_after_cancelling(condition: Expr) -> bool:
    calls = (one.function for one in walk(condition) if isinstance(one, Call))
    return "always" in calls
