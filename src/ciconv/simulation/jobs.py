"""The jobs of a pipeline as a plan says them, and whether each takes part in the run."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ciconv.ir.evaluate import Environment, Value
from ciconv.ir.expression import Binary, Expr, Op, Ref, Semantics, Template
from ciconv.ir.job import (
    ApprovalJob,
    CallJob,
    Choice,
    Job,
    JobBase,
    Need,
    Start,
    Status,
)
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar
from ciconv.simulation.cells import Instance, display_name, instances
from ciconv.simulation.dependence import Asked, asked_of
from ciconv.simulation.event import Event
from ciconv.simulation.parts import (
    call_plan,
    container_plan,
    environment_plan,
    files_of,
    may_fail,
    rights,
    turns,
)
from ciconv.simulation.plan import (
    SUCCESS,
    JobPlan,
    Pairs,
    State,
    Why,
)
from ciconv.simulation.reasons import why_false
from ciconv.simulation.shells import machine, runner_names
from ciconv.simulation.skips import Skips
from ciconv.simulation.steps import Machine, plan_steps
from ciconv.simulation.systems import System
from ciconv.simulation.texts import Texts, expression_of

_OF_THE_JOB = (("run", "job"), ("node", "index"), ("node", "total"))
_STATES = {Start.AUTO: State.RUN, Start.MANUAL: State.MANUAL, Start.DELAYED: State.DELAYED}


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


class Setting(Struct, frozen=True, kw_only=True):
    """What holds for all jobs: whose defaults, and whether a runner's labels tell its system."""

    system: System
    machines: bool = True
    made: "Mapping[str, Made]" = {}  # by the ids of pipelines, where plans are made once


class Made:
    """The plans of jobs of one pipeline for the events so far, by all that they depend on."""

    def __init__(self, pipeline: Pipeline) -> None:
        shared = asked_of(replace(pipeline, jobs=()))
        self._asked: dict[str, Asked | None] = {
            job.id: None if shared is None else shared.and_of(asked_of(job))
            for job in pipeline.jobs
        }
        env: Asked | None = Asked()
        for one in pipeline.env:
            env = None if env is None else env.and_of(asked_of(one))
        self._asked_inside = {
            job.id: None if env is None else env.and_of(asked_of(_without_conditions(job)))
            for job in pipeline.jobs
        }
        self.plans: dict[Hashable, tuple[JobPlan, ...]] = {}
        self.cells: dict[Hashable, tuple[JobPlan, ...]] = {}

    def key(self, job: str, environment: Environment, before: object) -> Hashable | None:
        """Return what is equal where a job has the same plan; None where that cannot be told.

        `before`: what is known of the jobs it waits for.
        """
        asked = self._asked[job]
        return None if asked is None else (job, asked.answers(environment), repr(before))

    def key_inside(
        self, job: str, environment: Environment, decision: "Decision", known: object
    ) -> Hashable | None:
        """Return what is equal where a job that was decided on alike has the same cells.

        What its own condition asks for is no part of it: many events differ in that alone.
        """
        asked = self._asked_inside[job]
        if asked is None:
            return None
        return job, asked.answers(environment), repr(known), decision.as_key()


def _without_conditions(job: JobBase) -> JobBase:
    return replace(job, choices=tuple(replace(one, condition=None) for one in job.choices))


class JobPlanner:
    """Plans the jobs of one pipeline for one event."""

    def __init__(
        self, pipeline: Pipeline, event: Event, texts: Texts, skips: Skips, setting: Setting
    ) -> None:
        self._pipeline, self._event, self._texts = pipeline, event, texts
        self._skips, self._setting = skips, setting
        self._made = setting.made.get(pipeline.id)
        self._env = texts.pairs(pipeline.env)
        self._fail_fast = "true" if setting.system.fail_fast else "false"

    def plans(self) -> tuple[JobPlan, ...]:
        """Return the plans of all jobs in the order they are written, cells in theirs."""
        jobs = {job.id: job for job in self._pipeline.jobs}
        found: dict[str, tuple[JobPlan, ...]] = {}
        for name in self._skips.in_order():
            found[name] = self._job(jobs[name])
        for name in jobs:
            if name not in found:
                found[name] = (self._waiting_for_itself(jobs[name]),)
        return tuple(plan for name in jobs for plan in found[name])

    def _waiting_for_itself(self, job: JobBase) -> JobPlan:
        message = f"job {job.id!r} waits for itself"
        self._texts.diagnostics.error("needs-cycle", message, job.span)
        return self._idle(job, Decision(state=State.SKIP, why=Why(message, job.span)))

    def _job(self, job: JobBase) -> tuple[JobPlan, ...]:
        """The plans of the cells of a job; those made before, where nothing is different now."""
        known, functions = self._skips.known(job), self._skips.functions(job)
        key = None
        if self._made is not None:
            before = known, functions, self._skips.blocked.get(job.id)
            key = self._made.key(job.id, self._texts.environment, before)
        plans = None if key is None or self._made is None else self._made.plans.get(key)
        if plans is None:
            texts = self._texts.knowing(
                known | {("github", "job"): _own_id(job), ("run", "job"): _own_id(job)}
            )
            plans = self._cells(job, texts.with_functions(functions), known)
            if key is not None and self._made is not None:
                self._made.plans[key] = plans
        if plans and not plans[0].runs:
            self._skips.skip(job.id, absent=plans[0].state is State.ABSENT)
        else:
            self._skips.run(job.id)
        return plans

    def _cells(self, job: JobBase, texts: Texts, known: object) -> tuple[JobPlan, ...]:
        """The cells of a job, those made before where it is decided on alike."""
        decision = self._decide(job, self._with_env(job, texts))
        key = None
        if self._made is not None:
            key = self._made.key_inside(job.id, self._texts.environment, decision, known)
        cells = None if key is None or self._made is None else self._made.cells.get(key)
        if cells is None:
            cells = tuple(self._instances(job, decision, texts))
            if key is not None and self._made is not None:
                self._made.cells[key] = cells
        return cells

    def _instances(self, job: JobBase, decision: Decision, texts: Texts) -> Iterator[JobPlan]:
        if decision.state in (State.SKIP, State.ABSENT):
            yield self._idle(job, decision)
            return
        for instance in instances(job, texts):
            yield self._instance(job, instance, decision, texts)

    def _with_env(self, job: JobBase, texts: Texts) -> Texts:
        """What the conditions of a job know: in some systems, its variables."""
        if not self._setting.system.sees_env:
            return texts
        texts = texts.knowing({("env", one): value for one, value in self._env})
        return texts.knowing({("env", one.name): texts.value(one.value) for one in job.env})

    def _decide(self, job: JobBase, texts: Texts) -> Decision:
        """The first choice that holds; one that only the run can tell is taken as if it did."""
        reason: Why | None = None
        for choice in job.choices:
            decided = texts.decide(_both(self._pipeline.condition, choice.condition))
            if decided is not False:
                condition = texts.worded(decided)
                state = State.MANUAL if isinstance(job, ApprovalJob) else _STATES[choice.start]
                test = expression_of(decided)
                return Decision(state=state, condition=condition, test=test, choice=choice)
            reason = reason or self._why(job, choice.condition, texts)
        return Decision(state=self._setting.system.idle, condition="false", why=reason)

    def _why(self, job: JobBase, condition: Expr | None, texts: Texts) -> Why:
        if condition is not None and texts.plain(condition) is False:
            return why_false(condition, self._event, texts)
        blocked = self._skips.blocked.get(job.id)
        if blocked is not None:
            return blocked
        return Why("nothing before it can fail", None if condition is None else condition.span)

    def _idle(self, job: JobBase, decision: Decision) -> JobPlan:
        """A job that does not run: only why."""
        return JobPlan(
            id=job.id,
            job=job.id,
            name=self._texts.text(job.name, job.id),
            state=decision.state,
            condition="false",
            needs=tuple(need.job for need in self._skips.needs[job.id]),
            why=decision.why,
            span=job.span,
        )

    def _instance(
        self, job: JobBase, instance: Instance, decision: Decision, texts: Texts
    ) -> JobPlan:
        texts = texts.with_functions({}).knowing(dict(instance.known))
        named = tuple(one for one in self._pipeline.env if _names_job(one))
        env = dict(self._env) | dict(texts.pairs(named)) | dict(texts.pairs(job.env))
        env |= dict(texts.pairs(decision.choice.env))
        common = self._common(job, instance, decision, texts)
        plan = JobPlan(env=tuple(env.items()), **common)
        if isinstance(job, CallJob):
            return replace(plan, **call_plan(job, texts))
        return self._with_steps(plan, job, texts) if isinstance(job, Job) else plan

    def _common(
        self, job: JobBase, instance: Instance, decision: Decision, texts: Texts
    ) -> dict[str, Any]:
        choice, matrix = decision.choice, job.matrix
        own = job.permissions if job.permissions is not None else self._pipeline.permissions
        interruptible = choice.interruptible
        return {
            "id": f"{job.id} {instance.suffix}".rstrip(),
            "job": job.id,
            "name": display_name(job, instance, texts),
            "cell": instance.cell,
            "axes": instance.axes,
            "matrix": instance.unknown,
            "state": decision.state,
            "condition": decision.condition,
            "test": decision.test,
            "after": choice.after or "",
            "needs": tuple(need.job for need in self._skips.needs[job.id]),
            "accept": _accepted(self._skips.needs[job.id]),
            "permissions": rights(own),
            "concurrency": turns(job.concurrency, texts),
            "timeout": texts.text(job.timeout),
            "cancel_timeout": texts.text(job.cancel_timeout),
            "retry": 1 if job.retry is None else job.retry.attempts,
            "may_fail": may_fail(choice, texts),
            "fail_fast": "" if matrix is None else texts.text(matrix.fail_fast, self._fail_fast),
            "max_parallel": "" if matrix is None else texts.text(matrix.max_parallel),
            "interruptible": "" if interruptible is None else str(interruptible).lower(),
            "extras": texts.extras(job.extras),
            "span": job.span,
        }

    def _own(self, texts: Texts) -> Iterator[tuple[str, str]]:
        """The variables of the system that are about the job itself."""
        for path in _OF_THE_JOB:
            name = texts.catalog.native_name(self._setting.system.name, path)
            if name is not None and "." not in name and path in texts.environment.known:
                yield name, texts.text(Template(parts=(Ref(path=path),)))

    def _with_steps(self, plan: JobPlan, job: Job, texts: Texts) -> JobPlan:
        values: dict[tuple[str, ...], Value] = {
            ("env", one.name): texts.value(one.value) for one in (*self._pipeline.env, *job.env)
        }
        around = texts.knowing(dict(values)) if self._setting.system.sees_env else texts
        labels: tuple[str, ...] = ()
        group: Pairs = ()
        if job.runner is not None:
            labels = around.texts(job.runner.labels)
            group = (("group", around.text(job.runner.group)),) if job.runner.group else ()
        system, processor = "", ""
        if self._setting.machines:
            system, processor = machine(labels, texts.catalog)
            if not labels and job.runner is not None:
                system, processor = job.runner.os or "", job.runner.arch or ""
        names = runner_names(system, processor)
        texts = texts.knowing(names)
        known = {"_".join(path).upper(): str(value) for path, value in names.items()}
        stands_on = Machine(
            event=self._event,
            env=plan.env,
            values=values,
            name=system,
            in_container=job.container is not None,
            system=self._setting.system,
        )
        steps = plan_steps(job.steps, job.finally_steps, texts, stands_on)
        return replace(
            plan,
            runner=(*labels, *(f"{name}: {value}" for name, value in group)),
            container=container_plan(job.container, around),
            services=tuple(filter(None, (container_plan(one, texts) for one in job.services))),
            environment=environment_plan(job.environment, texts),
            outputs=texts.pairs(job.outputs),
            variables=(("GITHUB_JOB", _own_id(job)), *known.items(), *self._own(texts)),
            steps=steps,
            **files_of(steps),
        )


def _names_job(one: EnvVar) -> bool:
    """Whether a variable of the pipeline has another value in each job."""
    own, *_ = _OF_THE_JOB
    return any(isinstance(part, Ref) and part.path == own for part in one.value.parts)


def _both(outer: Expr | None, inner: Expr | None) -> Expr | None:
    """The condition of a job inside of a pipeline that has one, too."""
    if outer is None or inner is None:
        return outer or inner
    return Binary(op=Op.AND, left=outer, right=inner, semantics=Semantics.GITHUB, span=inner.span)


def _accepted(needs: tuple[Need, ...]) -> Pairs:
    """The results that a job goes on with, for needs that say more than success."""
    usual = (Status.SUCCESS,)
    return tuple((need.job, " ".join(need.accept)) for need in needs if need.accept != usual)


def _own_id(job: JobBase) -> str:
    """The id of a job in its own file, wherever it was called."""
    return job.id.removeprefix(f"{job.calls[-1]}__") if job.calls else job.id
