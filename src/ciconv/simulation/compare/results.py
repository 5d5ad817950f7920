"""What conditions of jobs mean in systems that ask for earlier results in different ways.

The result of a job is put down to what happened to it: it was skipped if its own condition did not
hold; else it ended with the run when that was cancelled; else it failed, or not. Then a condition
that asks all jobs before is the same as one that asks the needed ones, where these asked theirs.
What cancels a job without the run (its timeout, fail-fast) is not told apart.

A difference is told of where it stands, not again of each job behind: a job that runs on one side
only is as if it were on none, one whose conditions differ runs on both or on none, and one whose
failure only one side tolerates is taken as the first side has it.
"""

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from functools import reduce

from ciconv.ir.evaluate import EvaluationError, equivalent
from ciconv.ir.evaluate.environment import Path
from ciconv.ir.evaluate.equivalence import Diagrams, TooLarge
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, operation, opposite
from ciconv.ir.job import Status
from ciconv.ir.node import Node
from ciconv.simulation.compare.meaning import Meaning
from ciconv.simulation.plan import ABSENT, JobPlan
from ciconv.simulation.systems import System

_RESULTS = {status.value for status in Status}
CANCELLED = Ref(path=("cancelled",))


class Side:
    """The jobs of one plan; `names`: what those that both sides have are called on the first.

    `alone` are those of the jobs that run on one side only.
    """

    def __init__(
        self,
        number: int,
        jobs: Mapping[str, JobPlan],
        system: System,
        names: Mapping[str, str],
        alone: frozenset[str] = frozenset(),
    ) -> None:
        self.jobs, self.names, self.system, self._alone = jobs, names, system, alone
        self.cancelled: Expr = CANCELLED
        self.differing: set[str] = set()  # by the names of the first side
        self.tolerated = frozenset(one for one, job in jobs.items() if job.may_fail == "true")
        self.by_name = {names.get(name, name).lower(): name for name in jobs}
        self._number = number

    def before(self, job: JobPlan) -> tuple[str, ...]:
        """The jobs waited for, directly or not, as far as both sides run them, in their order."""
        found: set[str] = set()
        waiting = list(job.needs)
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.jobs:
                found.add(name)
                waiting.extend(self.jobs[name].needs)
        found -= self._alone
        return tuple(name for name, one in self.jobs.items() if name in found and one.runs)

    def has_differing_before(self, job: JobPlan) -> bool:
        """Whether something is assumed of a job that this one waits for, directly or not."""
        names = self.before(job) if self.differing else ()
        return any(self.names.get(name, "") in self.differing for name in names)

    def meanings(self, job: JobPlan, known: Container[Path] = ()) -> Iterator[tuple[Path, Expr]]:
        """The names of what has to hold for each job before this one to run, with what it is.

        Those known already are left out.
        """
        before = [name for name in self.before(job) if self._runs(name).path not in known]
        waiting = {name: set(self.jobs[name].needs) & set(before) for name in before}
        while waiting:
            ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
            if not ready:
                return  # jobs in a circle
            for name in ready:
                del waiting[name]
                own = self.names.get(name, "")
                both = Ref(path=("runs", "both", own)) if own in self.differing else None
                yield self._runs(name).path, both or self.condition(self.jobs[name])

    def condition(self, job: JobPlan) -> Expr:
        """What has to hold for a job to run."""
        change = _Results(self, job)
        found = Meaning(change.status(), self.names, change).tree(job.test)
        return Literal(value=True) if found is None else found

    def _runs(self, name: str) -> Ref:
        return Ref(path=("runs", str(self._number), name))

    def asked(self, job: JobPlan) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The jobs whose success a job waits for, with the results it takes for one."""
        accept = dict(job.accept)
        for name in self.before(job) if self.system.asks_all else job.needs:
            if name in self.jobs and self.jobs[name].runs and name not in self._alone:
                words = accept.get(name, Status.SUCCESS.value)
                yield name, (Status.SUCCESS,) if self.system.asks_all else tuple(words.split())

    def result(self, name: str, result: str) -> Expr:
        """Return when a job has a result."""
        if name in self._alone:
            return Literal(value=result == Status.SUCCESS)
        runs, fails = self._runs(name), self._fails(name)
        match result:
            case _ if result == ABSENT:
                return opposite(self._is_there(self.jobs[name]))
            case Status.SKIPPED:
                return opposite(runs)
            case Status.CANCELLED:
                return _all((runs, self.cancelled))
            case Status.FAILURE:
                return _all((runs, opposite(self.cancelled), fails))
        return _all((runs, opposite(self.cancelled), opposite(fails)))

    def _is_there(self, job: JobPlan) -> Expr:
        """When a job takes part at all, however those before it end."""
        found = Meaning(_WHATEVER_HAPPENS, self.names).tree(job.test)
        return Literal(value=True) if found is None else found

    def _fails(self, name: str) -> Expr:
        """A failure that is tolerated is a success; a job of one side only is told of its own."""
        if name not in self.names or self.names[name] in self.tolerated:
            return Literal(value=False)
        return Ref(path=("fails", self.names[name]))


_WHATEVER_HAPPENS: dict[str, Expr] = {
    "success": Literal(value=True),
    "failure": Literal(value=True),
    "always": Literal(value=True),
    "cancelled": Literal(value=False),
}


class _Results:
    """Puts results down to what happened, in the condition of one job."""

    def __init__(self, side: Side, job: JobPlan) -> None:
        self._side, self._job = side, job

    def status(self) -> dict[str, Expr]:
        """What the status functions say."""
        asked = list(self._side.asked(self._job))
        result = self._side.result
        starts_at_once = not self._side.before(self._job)
        cancelled = Literal(value=False) if starts_at_once else self._side.cancelled
        wanted = [_any(result(name, one) for one in results) for name, results in asked]
        if not any(Status.CANCELLED in results for _, results in asked):
            # a run that was cancelled starts nothing that does not ask for it, whoever was skipped
            wanted.append(opposite(cancelled))
        return {
            "success": _all(wanted),
            "failure": _any(result(name, Status.FAILURE) for name, _ in asked),
            "always": Literal(value=True),
            "cancelled": cancelled,
        }

    def __call__(self, node: Node) -> Node:
        """Return a comparison with a result as what happened; anything else as it is."""
        if not isinstance(node, Binary) or node.op not in (Op.EQ, Op.NE):
            return node
        left, right = node.left, node.right
        if not isinstance(left, Ref) or not isinstance(right, Literal):
            return node
        if len(left.path) != 3 or (left.path[0], left.path[2]) != ("needs", "result"):
            return node
        name = self._side.by_name.get(left.path[1])
        if right.value not in _RESULTS or name is None:
            return node
        found = self._side.result(name, str(right.value))
        return found if node.op is Op.EQ else opposite(found)


class Effects:
    """Compares all jobs of two plans, which share what is known of the jobs before them."""

    def __init__(self, sides: tuple[Side, Side], told: dict[Hashable, bool]) -> None:
        self._sides, self._told = sides, told  # what was found out for other plans, to be kept
        sides[1].tolerated = sides[0].tolerated
        if any(side.system.ends_cancelled for side in sides):
            for side in sides:  # nobody sees what would happen next
                side.cancelled = Literal(value=False)
        self._diagrams: Diagrams | None = Diagrams()
        self._defined: dict[Path, int] = {}
        self._verdicts: dict[str, bool] | None = None
        self._cells: dict[Hashable, bool] = {}  # of a matrix

    def same(self, one: JobPlan, other: JobPlan, key: Hashable) -> bool:
        """Whether two jobs run in the same cases, whatever each side asks for that.

        `key` is equal for cells that ask for the same.
        """
        if self._verdicts is None:
            self._verdicts = {}
            self._compare_all(self._verdicts)
        here, there = self._sides
        are_first = here.jobs.get(one.job) is one and there.jobs.get(other.job) is other
        if are_first and one.job in self._verdicts:
            return self._verdicts[one.job]
        if key not in self._cells:
            self._cells[key] = self._same(one, other)
        return self._cells[key]

    def _compare_all(self, verdicts: dict[str, bool]) -> None:
        """Compare the jobs that both sides run, those that others wait for before these."""
        here, there = self._sides
        for name in _in_order(there.jobs):
            own = there.names.get(name)
            if own is None or not (there.jobs[name].runs and here.jobs[own].runs):
                continue
            verdicts[own] = self._same(here.jobs[own], there.jobs[name])
            if not verdicts[own]:
                here.differing.add(own)
                there.differing.add(own)

    def _same(self, one: JobPlan, other: JobPlan) -> bool:
        return self._same_as_told(one, other) or self._same_exactly(one, other)

    def _same_as_told(self, one: JobPlan, other: JobPlan) -> bool:
        """By diagrams that all jobs share, or by their own where these become too large."""
        if self._diagrams is not None:
            try:
                return self._same_diagram(self._diagrams, one, other)
            except (TooLarge, EvaluationError, RecursionError):
                self._diagrams = None
        return self._same_in_effect(one, other)

    def _same_exactly(self, one: JobPlan, other: JobPlan) -> bool:
        """Whether they do when nothing is assumed of jobs before whose conditions differ."""
        here, there = self._sides
        differing = here.differing, there.differing
        if not any(side.has_differing_before(job) for side, job in ((here, one), (there, other))):
            return False
        here.differing, there.differing = set(), set()
        try:
            return self._same_in_effect(one, other)
        finally:
            here.differing, there.differing = differing

    def _same_in_effect(self, one: JobPlan, other: JobPlan) -> bool:
        """By diagrams of their own, once for jobs that ask for the same behind the same others."""
        here, there = self._sides
        try:
            left, right = here.condition(one), there.condition(other)
            meanings = dict(here.meanings(one)) | dict(there.meanings(other))
            key = left, right, *meanings.items()
            found = self._told.get(key)  # asked once: it takes time to tell such keys apart
            if found is None:
                found = self._told[key] = equivalent(left, right, meanings) is True
            return found
        except EvaluationError:
            return False

    def _same_diagram(self, diagrams: Diagrams, one: JobPlan, other: JobPlan) -> bool:
        left, right = self._runs(self._sides[0], one), self._runs(self._sides[1], other)
        if left == right:
            return True
        possible = diagrams.possible()
        return diagrams.both(left, possible) == diagrams.both(right, possible)

    def _runs(self, side: Side, job: JobPlan) -> int:
        assert self._diagrams is not None
        for path, expr in side.meanings(job, known=self._defined):
            self._defined[path] = self._diagrams.define(Ref(path=path), expr)
        return self._diagrams.of(side.condition(job))


def _in_order(jobs: Mapping[str, JobPlan]) -> Iterator[str]:
    """The names of jobs, each behind those it needs; those in a circle come last."""
    waiting = {name: {need for need in one.needs if need in jobs} for name, one in jobs.items()}
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        for name in ready or list(waiting):
            del waiting[name]
            yield name


def _all(parts: Iterable[Expr]) -> Expr:
    return _joined(Op.AND, parts, Literal(value=True))


def _any(parts: Iterable[Expr]) -> Expr:
    return _joined(Op.OR, parts, Literal(value=False))


def _joined(op: Op, parts: Iterable[Expr], none: Expr) -> Expr:
    return reduce(lambda left, right: operation(op, left, right), parts, none)
