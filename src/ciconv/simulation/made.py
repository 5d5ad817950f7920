"""The plans of jobs that were made for other events, by all that they depend on."""

from collections.abc import Hashable
from copy import copy

from msgspec import Struct
from msgspec.structs import replace

from ciconv.ir.evaluate import Environment
from ciconv.ir.expression import Expr
from ciconv.ir.job import Choice, JobBase
from ciconv.ir.pipeline import Pipeline
from ciconv.simulation.dependence import Answers, Asked, Numbers, asked_of
from ciconv.simulation.plan import SUCCESS, JobPlan, State, Why


class Decision(Struct, frozen=True, kw_only=True):
    """Whether a job takes part, and how."""

    state: State
    condition: str = SUCCESS
    test: Expr | None = None
    choice: Choice = Choice()
    why: Why | None = None

    def as_key(self) -> Hashable:
        """Return what is equal for decisions that a plan says in the same way."""
        why = None if self.why is None else (self.why.message, self.why.topic, self.why.span)
        return self.state, self.condition, self.test, self.choice, why


class Made:
    """What was worked out for the jobs of one pipeline for the events so far."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.numbers = Numbers()
        self.asked = self.numbers.once(asked_of(pipeline))
        self._shared = self.numbers.once(asked_of(replace(pipeline, jobs=())))
        self._of_jobs = {job.id: self.numbers.once(asked_of(job)) for job in pipeline.jobs}
        env: Asked | None = Asked()
        for one in pipeline.env:
            env = None if env is None else env.and_of(asked_of(one))
        self._env = self.numbers.once(env)
        self._inside = {
            job.id: self.numbers.once(asked_of(_without_conditions(job))) for job in pipeline.jobs
        }
        self.decisions: dict[Hashable, Decision] = {}
        self.plans: dict[Hashable, tuple[JobPlan, ...]] = {}
        self.cells: dict[Hashable, tuple[JobPlan, ...]] = {}

    def for_others(self) -> "Made":
        """Return one with the same decisions, for plans that say something else of jobs."""
        found = copy(self)
        found.plans, found.cells = {}, {}
        return found

    def answers(self, environment: Environment) -> Answers:
        """Return the answers that an event gives."""
        return Answers(environment, self.numbers)

    def key(self, job: str, answers: Answers, before: Hashable) -> Hashable | None:
        """Return what is equal where a job has the same plan; None where that cannot be told.

        `before`: what is known of the jobs it waits for.
        """
        return self._key(self._shared, self._of_jobs[job], answers, (job, before))

    def key_inside(
        self, job: str, answers: Answers, decision: Decision, known: Hashable
    ) -> Hashable | None:
        """Return what is equal where a job that was decided on alike has the same cells.

        What its own condition asks for is no part of it: many events differ in that alone.
        """
        said = job, known, decision.as_key()
        return self._key(self._env, self._inside[job], answers, said)

    def _key(
        self, around: Asked | None, inside: Asked | None, answers: Answers, said: Hashable
    ) -> Hashable | None:
        if around is None or inside is None:
            return None
        return self.numbers.of((answers.of(around), answers.of(inside), said))


def _without_conditions(job: JobBase) -> JobBase:
    return replace(job, choices=tuple(replace(one, condition=None) for one in job.choices))
