"""Comparing the jobs of two pipelines."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from ciconv.ir.evaluate import Environment, condition
from ciconv.ir.expression import Literal
from ciconv.simulation.compare.conditions import (
    ancestors,
    same_for_jobs,
    same_for_steps,
    waits_for_cancelling,
)
from ciconv.simulation.compare.difference import Difference, Field, each_once
from ciconv.simulation.compare.gates import without_gates
from ciconv.simulation.compare.holes import same_text
from ciconv.simulation.compare.matching import match_jobs, match_steps, plain_name
from ciconv.simulation.compare.place import Found, Place, shown, skipping
from ciconv.simulation.compare.results import Effects, Side
from ciconv.simulation.compare.settings import with_settings
from ciconv.simulation.compare.steps import compare_steps
from ciconv.simulation.compare.texts import with_names
from ciconv.simulation.plan import ContainerPlan, JobPlan, Pairs, PipelinePlan, State, TurnPlan, Why
from ciconv.simulation.skips import NEEDS
from ciconv.simulation.systems import system_of

_VALUES = (
    ("matrix", Field.MATRIX, "the matrix is"),
    ("after", Field.STATE, "the delay is"),
    ("call", Field.CALL, "the called pipeline is"),
    ("cancel_timeout", Field.CANCEL_TIMEOUT, "the time to clean up is"),
    ("retry", Field.RETRY, "the number of tries is"),
    ("may_fail", Field.MAY_FAIL, "'may fail' is"),
    ("max_parallel", Field.MAX_PARALLEL, "max-parallel is"),
    ("interruptible", Field.INTERRUPTIBLE, "'interruptible' is"),
)
_PAIRS = (
    ("arguments", Field.CALL, "the input"),
    ("secrets", Field.SECRETS, "the secret"),
    ("environment", Field.ENVIRONMENT, "the environment's"),
    ("outputs", Field.OUTPUTS, "the output"),
    ("extras", Field.EXTRA, "the key"),
)


def compare_jobs(a: PipelinePlan, b: PipelinePlan, place: Place) -> Iterator[Difference]:
    """Yield what differs in the jobs; one that is skipped is like one that is not there."""
    yield from _Jobs(a, b, place).differences()


class _Jobs:
    """The jobs of two pipelines."""

    def __init__(self, a: PipelinePlan, b: PipelinePlan, place: Place) -> None:
        a, b = without_gates(a, b, place.known)
        self._a, self._b, self._place = a, b, place
        self._systems = system_of(place.systems[0]), system_of(place.systems[1])
        self._pairs = match_jobs(a.jobs, b.jobs)
        self._names = {
            other.job: one.job
            for one, other in self._pairs
            if one is not None and other is not None
        }
        self._here, self._there = _by_job(a.jobs), _by_job(b.jobs)
        self._firsts = _first(self._here), _first(self._there)
        self._effects: Effects | None = None
        self._names |= dict(self._idle_cells())
        self._others = {here: there for there, here in reversed(self._names.items())}
        self._context = self._all_else()
        self._variables = self._a.variables, self._b.variables
        self._split = tuple(name for name in self._here if self._runs_on_one_side(name))

    def _all_else(self) -> int:
        """A number for what a comparison depends on besides two jobs and those before them."""
        pipelines = tuple((one.id, one.env, one.permissions) for one in (self._a, self._b))
        names = tuple(sorted(self._names.items()))
        return self._place.known.number((pipelines, names, self._place.systems))

    def _idle_cells(self) -> Iterator[tuple[str, str]]:
        """Jobs of the second side that are cells of one that does not run, which has none.

        A cell begins with the name of its job, and with that of no longer one.
        """
        begins = {f"{plain_name(name)}-": name for name in self._here}
        partners = {one.job: other for one, other in self._pairs if one is not None}
        for one, other in self._pairs:
            if one is None and other is not None:
                fits = [begin for begin in begins if plain_name(other.job).startswith(begin)]
                job = begins[max(fits, key=len)] if fits else None
                if job is not None and partners[job] is None and not self._firsts[0][job].runs:
                    yield other.job, job

    def _runs_on_one_side(self, name: str) -> bool:
        return len({any(one.runs for one in side) for side in self._sides(name)}) == 2

    def _sides(self, name: str) -> tuple[Sequence[JobPlan], Sequence[JobPlan]]:
        """The cells of a job of the first side, and of its partner."""
        return self._here.get(name, ()), self._there.get(self._others.get(name, name), ())

    def _is_own(self, found: Difference) -> bool:
        """Whether it is no consequence of a needed job that runs on one side only."""
        if not self._split:
            return True
        texts = found.here or "", found.there or ""
        follows = any(f"needs.{name}." in text for name in self._split for text in texts)
        return found.field is Field.STEP or not follows

    def differences(self) -> Iterator[Difference]:
        """Yield all; what follows from another job that does not run is left out."""
        for one, other in self._pairs:
            here = one is not None and one.runs
            there = other is not None and other.runs
            if here and there and one is not None and other is not None:
                yield from filter(self._is_own, self._both_once(one, other))
            elif here and one is not None:
                yield from self._only(one, other or self._idle(one, self._there), first=True)
            elif there and other is not None:
                yield from self._only(other, one or self._idle(other, self._here), first=False)

    def _both_once(self, one: JobPlan, other: JobPlan) -> Iterator[Difference]:
        """What differs in two jobs; for plans that were compared for another event, as it was."""
        known = self._place.known.jobs
        read = self._read_variables(one, other)
        key = id(one), id(other), self._all_before(one, other), self._context, read
        if key not in known:
            # what has a number in the key is kept, so that nothing else gets this number
            known[key] = Found(tuple(each_once(self._both(one, other))), (self._a, self._b))
        for found in known[key].differences:
            yield replace(found, events=(self._place.event,))

    def _read_variables(self, one: JobPlan, other: JobPlan) -> tuple[Pairs, Pairs]:
        """The variables of the two systems that the steps of two jobs may speak of."""
        once = self._place.known.once
        words = once("words", (one,), lambda: _words(one)) | once(
            "words", (other,), lambda: _words(other)
        )
        here, there = (tuple(p for p in pairs if p[0] in words) for pairs in self._variables)
        if any("$" in value for _, value in (*here, *there)):  # which may be of others
            return self._variables
        return here, there

    def _all_before(self, one: JobPlan, other: JobPlan) -> tuple[tuple[int, ...], ...]:
        """Which plans there are, on both sides, of all jobs that either job waits for."""
        names, others = _before(one, self._here), _before(other, self._there)
        names |= {self._names.get(name, name) for name in others}
        others |= {self._others.get(name, name) for name in names}
        sides = (names, self._here), (others, self._there)
        return tuple(
            tuple(id(cell) for name in sorted(found) for cell in jobs.get(name, ()))
            for found, jobs in sides
        )

    def _both(self, one: JobPlan, other: JobPlan) -> Iterator[Difference]:
        at = self._at(one, other)
        one, other, settings = self._place.known.once(
            ("with settings", self._context), (one, other), partial(self._alike, one, other)
        )
        env = one.env, other.env
        rights = one.permissions, other.permissions
        if not self._asks_the_same(one, other):
            yield at.condition(one.condition, other.condition)
        yield from self._needs(one, other, at)
        for found in _compare(one, other, at):
            inherited = found.field is Field.PERMISSIONS and rights == self._rights()
            yield found if not inherited else _moved(found, self._place)
        if not one.steps and not other.steps and (one.call or other.call):  # else nothing reads any
            yield from self._lifted(at.pairs(Field.ENV, "the variable", *env), at, env)
        given = self._given(one, other)
        given = (*given[0], *settings), (*given[1], *settings)
        steps = compare_steps(one, other, at, given)
        yield from self._lifted(steps, at, env)

    def _alike(self, one: JobPlan, other: JobPlan) -> tuple[JobPlan, JobPlan, Pairs]:
        """Two jobs in words that can be compared, and what settings of a project hold."""
        other = with_names(other, self._names)
        here, there = self._systems
        if here != there and (here.ambient or there.ambient):
            return with_settings(one, other)
        return one, other, ()

    def _asks_the_same(self, one: JobPlan, other: JobPlan) -> bool:
        """Whether two jobs have one condition; of several systems, by what it comes to."""
        if all(system.asks_all for system in self._systems):
            return same_for_jobs(one, other, self._firsts, self._names)
        if self._effects is None:
            self._effects = self._all_effects()
        known = self._place.known
        return self._effects.same(one, other, (known.test(one), known.test(other)))

    def _all_effects(self) -> Effects:
        """What jobs come to, which is worked out from job to job, once for equal tests."""
        here, there = self._firsts
        both = {name for name in self._names.values() if name in here}
        names = {there: here for there, here in self._names.items() if here in both}
        alone = frozenset(self._split), frozenset(self._only_there())
        known = self._place.known
        key = known.number((self._place.systems, alone, *names.items()))
        tests = tuple(tuple(map(known.test, jobs.values())) for jobs in self._firsts)
        if (key, tests) not in known.effects:
            first = Side(0, here, self._systems[0], {name: name for name in both}, alone[0])
            second = Side(1, there, self._systems[1], names, alone[1])
            known.effects[key, tests] = Effects((first, second), known.verdicts)
        return known.effects[key, tests]

    def _only_there(self) -> Iterator[str]:
        """The jobs of the second side that do not run on the first one, or the other way round."""
        for name, jobs in self._there.items():
            others = self._here.get(self._names.get(name, name), ())
            if any(one.runs for one in jobs) is not any(one.runs for one in others):
                yield name

    def _needs(self, one: JobPlan, other: JobPlan, at: Place) -> Iterator[Difference]:
        """What a job waits for; whoever waits for a job waits for what that waits for, too.

        Nobody waits for a job that runs on neither side; that one runs on one side alone is told.
        """
        needs = tuple(self._names.get(name, name) for name in other.needs)
        names = _before(other, self._there)
        before = {self._names.get(name, name) for name in names}
        before -= {name for name in before if name not in self._here}  # told as such a job
        differing = (before ^ _before(one, self._here)).difference(self._split)
        if any(map(self._runs_anywhere, differing)):
            yield from _lists(Field.NEEDS, "it needs", one.needs, needs, at)
        for name, jobs in self._there.items():  # cells that are jobs of their own
            is_of_it = self._names.get(name) in before and name not in names
            if is_of_it and any(one.runs for one in jobs):
                message = f"it does not wait for {name!r} on the other side"
                yield at.differs(Field.NEEDS, message, subject=name)

    def _runs_anywhere(self, name: str) -> bool:
        """Whether a job of the first side runs on it, or on the other one."""
        return any(job.runs for side in self._sides(name) for job in side)

    def _given(self, one: JobPlan, other: JobPlan) -> tuple[Pairs, Pairs]:
        """The variables that the systems set in two jobs, and those that their steps left empty."""
        here, there = self._variables
        return (
            (*here, *one.variables, *_of_skipped(one)),
            (*there, *other.variables, *_of_skipped(other)),
        )

    def _rights(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        return self._a.permissions, self._b.permissions

    def _lifted(
        self, found: Iterator[Difference], at: Place, env: tuple[Pairs, Pairs]
    ) -> Iterator[Difference]:
        """Variables that differ because they do in the job, or in the pipeline, differ there."""
        outer = dict(self._a.env), dict(self._b.env)
        inner = dict(env[0]), dict(env[1])
        for one in found:
            values = one.here, one.there
            if one.field is not Field.ENV:
                yield one
            elif values == (outer[0].get(one.subject), outer[1].get(one.subject)):
                yield _moved(one, self._place)
            elif values == (inner[0].get(one.subject), inner[1].get(one.subject)):
                yield _moved(one, at)
            else:
                yield one

    def _at(self, one: JobPlan | None, other: JobPlan | None) -> Place:
        job = one or other
        assert job is not None
        return replace(
            self._place,
            names=self._names,
            what=f"job {job.job!r}",
            job=job.job,
            cell=job.id if job.cell else "",
            here=self._a.span if one is None else one.span,
            there=self._b.span if other is None else other.span,
        )

    def _idle(self, job: JobPlan, others: dict[str, list[JobPlan]]) -> JobPlan | None:
        """The job of the other side in place of a cell: one that does not run has no cells.

        It may be called by the name of the job.
        """
        name = job.job if others is self._there else self._names.get(job.job, job.job)
        suffix = job.id.removeprefix(job.job)  # which a long name has the beginning of
        title = plain_name(job.name.partition(suffix[:8] or "\n")[0])
        idle = [one for jobs in others.values() for one in jobs if not one.runs]
        named = (one for one in idle if job.cell and plain_name(one.name) == title)
        return next((one for one in idle if one.job == name), None) or next(named, None)

    def _only(self, job: JobPlan, other: JobPlan | None, *, first: bool) -> Iterator[Difference]:
        """One side runs the job; the other does not run it, or has no such job or cell."""
        at = self._at(*((job, other) if first else (other, job)))
        if other is not None:
            if same_for_steps(job.test, Literal(value=False)):
                return  # it never runs, either: only that is not seen from the condition at once
            if not self._follows(job, other.why, first=first):
                yield skipping(other.why, at, here=not first)
            return
        if first and waits_for_cancelling(job):  # told as where it is there, and never runs
            yield skipping(None, at, here=False)
            return
        side = "is missing on the other side" if first else "is only on the other side"
        if job.job in (self._there if first else self._here):
            message = f"the cell {job.id!r} {side}"
            yield replace(at, cell="").differs(Field.MATRIX, message)
        else:
            yield at.differs(Field.JOB, f"it {side}")

    def _follows(self, job: JobPlan, why: Why | None, *, first: bool) -> bool:
        """Whether it does not run only because another job does not, which is a difference, too."""
        if why is not None and why.topic.startswith(NEEDS):
            root = why.topic.removeprefix(NEEDS)
            return self._runs_on_one_side(self._names.get(root, root))
        return self._waits_for_failures(job, first=first)

    def _waits_for_failures(self, job: JobPlan, *, first: bool) -> bool:
        """Whether it runs after failures alone, of jobs none of which runs on the other side."""
        jobs = _first(self._here if first else self._there)
        before = ancestors(job, jobs)
        names = before if first else tuple(self._names.get(name, name) for name in before)
        if not before or job.test is None or not all(map(self._runs_on_one_side, names)):
            return False
        return condition(job.test, Environment({}, {"failure": False})) is False


_WORD = re.compile(r"\w+")


def _words(job: JobPlan) -> frozenset[str]:
    """The words in the scripts of a job, and the names of the variables of its steps."""
    texts = (text for step in job.steps for text in (step.script, *dict(step.env)))
    return frozenset(word for text in texts for word in _WORD.findall(text))


def _of_skipped(job: JobPlan) -> Pairs:
    """The variables that scripts of conversions would have from steps that do not run."""
    skipped = (one.id for one in job.steps if one.id and one.state is State.SKIP)
    names = (re.sub(r"[^A-Za-z0-9]", "_", one).upper() for one in skipped)
    heads = tuple(f"STEPS_{one}_OUTPUTS_" for one in names)
    return tuple((one, "") for one in sorted(_words(job)) if one.startswith(heads)) if heads else ()


def _first(jobs: dict[str, list[JobPlan]]) -> dict[str, JobPlan]:
    return {name: found[0] for name, found in jobs.items()}


def _by_job(jobs: tuple[JobPlan, ...]) -> dict[str, list[JobPlan]]:
    found: dict[str, list[JobPlan]] = {}
    for job in jobs:
        found.setdefault(job.job, []).append(job)
    return found


def _before(job: JobPlan, jobs: dict[str, list[JobPlan]]) -> set[str]:
    """The jobs that one waits for, directly or not."""
    found: set[str] = set()
    waiting = list(job.needs)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(need for one in jobs.get(name, ()) for need in one.needs)
    return found


def _moved(found: Difference, at: Place) -> Difference:
    """The difference at a place further out."""
    message = found.message.partition(": ")[2]
    moved = at.differs(found.field, message, subject=found.subject)
    within = frozenset() if at.job else frozenset({found.job})
    return replace(moved, here=found.here, there=found.there, within=within)


def _compare(one: JobPlan, other: JobPlan, at: Place) -> Iterator[Difference]:
    yield from at.values(Field.STATE, "the start is", one.state, other.state)
    # without a matrix no other job ends when one fails
    fail_fast = one.fail_fast or "false", other.fail_fast or "false"
    yield from at.values(Field.FAIL_FAST, "fail-fast is", *fail_fast)
    for name, field, word in _VALUES:
        yield from at.values(field, word, str(getattr(one, name)), str(getattr(other, name)))
    yield from at.values(Field.TIMEOUT, "the timeout is", *_timeouts(one, other, at))
    for name, field, word in _PAIRS:
        pairs = getattr(one, name), getattr(other, name)
        if name == "outputs":  # whose names systems tell apart in different ways
            pairs = _folded(pairs[0]), _folded(pairs[1])
        yield from at.pairs(field, word, *pairs)
    yield from _lists(Field.RUNNER, "it runs on", one.runner, other.runner, at)
    yield from _lists(
        Field.PERMISSIONS, "the token may", _rights(one.permissions), _rights(other.permissions), at
    )
    yield from compare_turns(one.concurrency, other.concurrency, at)
    yield from _containers(one, other, at)


def _timeouts(one: JobPlan, other: JobPlan, at: Place) -> tuple[str, str]:
    """The limits of two jobs. Where neither says one, each has that of its system.

    Those limits are set for a project or a plan, outside of the file, so they are no difference.
    """
    if not one.timeout and not other.timeout:
        return "", ""
    if not one.timeout and system_of(at.systems[0]).limited:
        return other.timeout, other.timeout  # any limit may be the one of the plan
    here, there = (system_of(name).timeout for name in at.systems)
    return one.timeout or here, other.timeout or there


def _folded(pairs: Pairs) -> Pairs:
    return tuple((plain_name(name), value) for name, value in pairs)


def _rights(permissions: tuple[str, ...] | None) -> tuple[str, ...]:
    return ("what the repository says",) if permissions is None else permissions or ("nothing",)


def _lists(
    field: Field, word: str, one: tuple[str, ...], other: tuple[str, ...], at: Place
) -> Iterator[Difference]:
    """A difference if there are not the same items, in whatever order."""
    if sorted(set(one)) != sorted(set(other)):
        yield from at.values(field, word, ", ".join(one), ", ".join(other))


def compare_turns(one: TurnPlan | None, other: TurnPlan | None, at: Place) -> Iterator[Difference]:
    """Yield the difference between two concurrency groups."""
    if one != other:
        yield from at.values(
            Field.CONCURRENCY, "the concurrency group is", _turn(one), _turn(other)
        )


def _turn(value: TurnPlan | None) -> str:
    if value is None:
        return ""
    queue = f", queue {value.queue}" if value.queue else ""
    return f"{value.group}, cancel {value.cancel}{queue}"


def _run_commands(one: JobPlan, other: JobPlan) -> bool:
    """Whether it makes a difference where steps run: both run a script, or an action as one."""
    pairs = match_steps(one.steps, other.steps)
    kinds = ("run", "use")
    return any(a and b and a.kind in kinds and b.kind in kinds for a, b in pairs)


def _containers(one: JobPlan, other: JobPlan, at: Place) -> Iterator[Difference]:
    here, there = one.container, other.container
    if not _same_container(here, there) and _run_commands(one, other):
        yield _container("the container", at, Field.CONTAINER, here, there)
    left = {service.name: service for service in one.services}
    right = {service.name: service for service in other.services}
    for name in dict.fromkeys((*left, *right)):
        if not _same_container(left.get(name), right.get(name)):
            found = _container(
                f"the service {name!r}", at, Field.SERVICES, left.get(name), right.get(name)
            )
            yield replace(found, subject=name)


def _same_container(one: ContainerPlan | None, other: ContainerPlan | None) -> bool:
    """Whether two containers are equal, where the image may be written in several ways."""
    if one is None or other is None or not same_text(one.image, other.image):
        return one == other
    return replace(one, image=other.image) == other


def _container(
    word: str, at: Place, field: Field, one: ContainerPlan | None, other: ContainerPlan | None
) -> Difference:
    """The difference of two containers; its values are the images."""
    here, there = (None if side is None else side.image for side in (one, other))
    found = at.differs(field, _container_message(word, one, other))
    return replace(found, here=here, there=there)


def _container_message(word: str, one: ContainerPlan | None, other: ContainerPlan | None) -> str:
    if one is None or other is None or one.image != other.image:
        images = [shown("" if side is None else side.image) for side in (one, other)]
        return f"{word} is {images[0]}, on the other side {images[1]}"
    sides = ((name, getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    changed = [(name, *map(_listed, values)) for name, *values in sides if values[0] != values[1]]
    said = (f"{name} {shown(a)}, on the other side {shown(b)}" for name, a, b in changed)
    return f"{word} {one.image!r} has the {'; the '.join(said)}"


def _listed(value: str | Pairs | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(one if isinstance(one, str) else "=".join(one) for one in value)
