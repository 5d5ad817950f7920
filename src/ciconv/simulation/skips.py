"""How a job that does not run takes others with it, by way of `needs`.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#success
https://docs.gitlab.com/ci/yaml/#needsoptional
https://circleci.com/docs/reference/configuration-reference/#requires
"""

from collections.abc import Hashable, Iterator

from ciconv.ir.evaluate import UNKNOWN, Environment, Value
from ciconv.ir.evaluate import condition as decided
from ciconv.ir.expression import Expr, Index, Ref, Star
from ciconv.ir.job import JobBase, Need, Status
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import nodes
from ciconv.passes.stage_needs import is_optional
from ciconv.simulation.plan import Why
from ciconv.simulation.systems import System

_NO_TROUBLE = Environment({}, {"failure": False, "cancelled": False, "success": True})
NEEDS = "needs "  # and the job that does not run: the topic of what it takes with it


def asking_for_all(pipeline: Pipeline) -> frozenset[str]:
    """Return the jobs with an expression about all their needs at once, `needs.*.result`."""
    every = Index(base=Ref(path=("needs",)), key=Star())
    return frozenset(
        job.id
        for job in pipeline.jobs
        if any(isinstance(one, Index) and one == every for one in nodes(job))
    )


class Skips:
    """Knows of each job what its ancestors do; jobs are told in the order they can start.

    `asking_all`: the jobs that have `needs.*` in an expression.
    """

    def __init__(
        self, pipeline: Pipeline, system: System, asking_all: frozenset[str] = frozenset()
    ) -> None:
        self._system = system
        known = frozenset(job.id for job in pipeline.jobs)
        self._jobs = {job.id: job for job in pipeline.jobs}
        self.needs = {job.id: _needs_of(job, pipeline, known) for job in pipeline.jobs}
        self._members: dict[str, list[str]] = {}  # the jobs of each call
        for job in pipeline.jobs:
            for call in job.calls:
                self._members.setdefault(call, []).append(job.id)
        self._asking_all = asking_all
        self._skipped: set[str] = set()
        self._absent: set[str] = set()
        self._runs_before: set[str] = set()  # jobs that run, or an ancestor of which does
        self._after_trouble: set[str] = set()  # jobs that run where one failed, or was cancelled
        self.blocked: dict[str, Why] = {}  # jobs that do not run after success

    def skip(self, job: str, *, absent: bool = False) -> None:
        """Note that a job does not run; `absent`: it is no part of the run at all."""
        self._skipped.add(job)
        if absent:
            self._absent.add(job)

    def run(self, job: str, *, test: Expr | None = None) -> None:
        """Note that a job runs, or may; `test`: what is still to be asked for that."""
        self._runs_before.add(job)
        if self._system.asks_all and test is not None and decided(test, _NO_TROUBLE) is False:
            self._after_trouble.add(job)

    def known(self, job: JobBase) -> dict[tuple[str, ...], object]:
        """Return the results of needed jobs and calls that are certain: those of skipped ones."""
        names = self._results(job)
        skipped = {"result": "skipped", "outputs": {}}
        unknown = {"result": UNKNOWN, "outputs": UNKNOWN}
        all_of_them = {name: skipped if self._is_skipped(name) else unknown for name in names}
        if job.id in self._asking_all:
            return {("needs",): all_of_them}
        return {("needs", name): one for name, one in all_of_them.items() if one is skipped}

    def _results(self, job: JobBase) -> dict[str, None]:
        """The jobs and calls whose results a job can ask for."""
        names = {need.job: None for need in self.needs[job.id]}
        return names | dict.fromkeys(filter(None, (self._call(name, job) for name in names)))

    def told(self, job: JobBase) -> Hashable:
        """Return what is equal for a job where `known` is."""
        return tuple([self._is_skipped(name) for name in self._results(job)])

    def functions(self, job: JobBase) -> dict[str, Value]:
        """Return the status functions that are certain before the run."""
        for need in self.needs[job.id]:
            if need.job in self._runs_before:
                self._runs_before.add(job.id)
            if Status.SKIPPED in need.accept or job.id in self.blocked or self._is_let_go(need):
                continue
            self._block(job, need)
        self._block_alone(job)
        functions: dict[str, Value] = {}
        if job.id in self.blocked:
            functions["success"] = False
        if job.id not in self._runs_before:
            functions["failure"] = False
        return functions

    def _block(self, job: JobBase, need: Need) -> None:
        """Note that a job comes after one that does not run, if that is so.

        Of a call, from outside, counts whether any of its jobs runs.
        """
        call = self._call(need.job, job)
        name = call or need.job
        root = ""
        if self._system.asks_all and need.job in self.blocked:
            root = self.blocked[need.job].topic.removeprefix(NEEDS)
        if root and root not in self._members.get(call or "", ()):
            message = f"it needs {name!r}, which comes after {root!r}, which does not run"
            self.blocked[job.id] = Why(message, need.span, NEEDS + root)
        elif self._is_skipped(name):
            message = f"it needs {name!r}, which does not run"
            self.blocked[job.id] = Why(message, need.span, NEEDS + need.job)
        elif need.job in self._after_trouble:
            message = f"it needs {name!r}, which runs only where something went wrong before"
            self.blocked[job.id] = Why(message, need.span, NEEDS + need.job)

    def _is_let_go(self, need: Need) -> bool:
        """Whether a need does not count: it is optional, and the job is no part of the run."""
        return need.optional and need.job in self._absent

    def _block_alone(self, job: JobBase) -> None:
        """Note that a job has nothing left to come after, where it does not run then."""
        needs = self.needs[job.id]
        if not (self._system.needs_one and needs and all(map(self._is_let_go, needs))):
            return
        first = needs[0]
        message = f"all that it needs takes no part, {first.job!r} for one"
        self.blocked.setdefault(job.id, Why(message, first.span, NEEDS + first.job))

    def _is_skipped(self, name: str) -> bool:
        return all(one in self._skipped for one in self._members.get(name, (name,)))

    def _call(self, name: str, viewer: JobBase) -> str | None:
        """The outermost call that a needed job is part of, and the one who needs it is not."""
        needed = self._jobs.get(name)
        calls = () if needed is None else needed.calls
        return next((call for call in calls if call not in viewer.calls), None)

    def in_order(self) -> Iterator[str]:
        """Yield jobs so that each comes after those it needs; those in a circle do not come."""
        waiting: dict[str, int] = {}
        followers: dict[str, list[str]] = {}
        for name, needs in self.needs.items():
            wanted = {need.job: None for need in needs if need.job in self.needs}
            waiting[name] = len(wanted)
            for job in wanted:
                followers.setdefault(job, []).append(name)
        ready = [name for name, count in waiting.items() if not count]
        for name in ready:
            yield name
            for follower in followers.get(name, ()):
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)


def _needs_of(job: JobBase, pipeline: Pipeline, known: frozenset[str]) -> tuple[Need, ...]:
    """What a job waits for; without a word of it, all jobs of all earlier stages."""
    if job.needs is not None:
        return tuple(need for need in job.needs if need.job in known or not need.optional)
    if job.stage not in pipeline.stages:
        return ()
    earlier = pipeline.stages[: pipeline.stages.index(job.stage)]
    accept = (Status.SUCCESS, Status.SKIPPED)
    return tuple(
        Need(job=one.id, artifacts=True, accept=accept)
        for one in pipeline.jobs
        if one.stage in earlier and not is_optional(one)
    )
