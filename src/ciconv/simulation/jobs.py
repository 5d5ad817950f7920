"""The jobs of a pipeline as a plan says them, and whether each takes part in the run."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ciconv.ir.choices import chosen_env
from ciconv.ir.evaluate import Residual, Value
from ciconv.ir.evaluate.residual import expr_of
from ciconv.ir.expression import Expr, Ref, Template, together
from ciconv.ir.job import ApprovalJob, CallJob, Choice, Job, JobBase, Need, Start, Status
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar
from ciconv.passes.tolerance import may_fail_of
from ciconv.simulation.cells import Instance, display_name, instances
from ciconv.simulation.event import Event
from ciconv.simulation.made import Decision, Made
from ciconv.simulation.parts import (
    call_plan,
    container_plan,
    environment_plan,
    files_of,
    may_fail,
    rights,
    turns,
)
from ciconv.simulation.plan import ABSENT, JobPlan, Pairs, State, Why
from ciconv.simulation.reasons import Asked, why_false
from ciconv.simulation.shells import machine, runner_names
from ciconv.simulation.skips import Skips
from ciconv.simulation.steps import Machine, at_the_end, plan_steps
from ciconv.simulation.systems import System
from ciconv.simulation.texts import Texts, expression_of

T = TypeVar("T")

_OF_THE_JOB = (("run", "job"), ("node", "index"), ("node", "total"))
_STATES = {Start.AUTO: State.RUN, Start.MANUAL: State.MANUAL, Start.DELAYED: State.DELAYED}


class Setting(Struct, frozen=True, kw_only=True):
    """What holds for all jobs: whose defaults, and whether a runner's labels tell its system."""

    system: System
    machines: bool = True
    made: Mapping[str, Made] = {}  # by the ids of pipelines, where plans are made once


class JobPlanner:
    """Plans the jobs of one pipeline for one event."""

    def __init__(
        self, pipeline: Pipeline, event: Event, texts: Texts, skips: Skips, setting: Setting
    ) -> None:
        self._pipeline, self._event, self._texts = pipeline, event, texts
        self._skips, self._setting = skips, setting
        self._made = setting.made.get(pipeline.id)
        self._answers = None if self._made is None else self._made.answers(texts.environment)
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
        functions, blocked = self._skips.functions(job), self._skips.blocked.get(job.id)
        if self._made is None or self._answers is None:
            plans = self._cells(job, functions, None)
        else:
            why = None if blocked is None else (blocked.message, blocked.topic, blocked.span)
            before = self._skips.told(job), tuple(functions), why
            key = self._made.key(job.id, self._answers, before)
            plans = _once(self._made.plans, key, lambda: self._cells(job, functions, key))
        if plans and not plans[0].runs:
            self._skips.skip(job.id, absent=plans[0].state is State.ABSENT)
        else:
            self._skips.run(job.id, test=plans[0].test if plans else None)
        return plans

    def _cells(
        self, job: JobBase, functions: dict[str, Value], key: Hashable | None
    ) -> tuple[JobPlan, ...]:
        """The cells of a job, those made before where it is decided on alike."""
        own = {("github", "job"): _own_id(job), ("run", "job"): _own_id(job)}
        texts = self._texts.knowing(self._skips.known(job) | own).with_functions(functions)
        if self._made is None or self._answers is None:
            decision = self._decide(job, self._with_env(job, texts))
            return tuple(self._instances(job, decision, texts))
        decision = _once(
            self._made.decisions, key, lambda: self._decide(job, self._with_env(job, texts))
        )
        inside = self._made.key_inside(job.id, self._answers, decision, self._skips.told(job))
        return _once(self._made.cells, inside, lambda: tuple(self._instances(job, decision, texts)))

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
        """The first choice that holds; one that only the run can tell is taken as if it did.

        Then the job runs as well where a later one holds that starts it in the same way.
        """
        outer = self._pipeline.condition
        decisions = [(one, texts.decide(together(outer, one.condition))) for one in job.choices]
        possible = [(one, decided) for one, decided in decisions if decided is not False]
        if possible:
            choice, first = possible[0]
            decided: bool | Residual = first
            for later, further in possible[1:]:
                if decided is True or later.start != choice.start:
                    break
                decided = texts.either(decided, further)
            if first is not True:
                choice = self._undecided(job, choice, texts)
            condition = texts.worded(decided)
            state = State.MANUAL if isinstance(job, ApprovalJob) else _STATES[choice.start]
            test = expression_of(decided)
            return Decision(state=state, condition=condition, test=test, choice=choice)
        why = self._why_not(job, texts)
        return Decision(state=self._setting.system.idle, condition="false", why=why)

    def _undecided(self, job: JobBase, choice: Choice, texts: Texts) -> Choice:
        """A choice with the values of all of a job's: only the run can tell which one holds."""
        env = chosen_env(job, self._pipeline.env)
        given = {"env": tuple(replace(one, value=texts.template(one.value)) for one in env)}
        if len({(one.may_fail, one.exit_codes) for one in job.choices}) == 1:
            return replace(choice, **given)
        tolerated = may_fail_of(job.choices)
        known = None if tolerated is None else expr_of(texts.value(tolerated), tolerated)
        return replace(choice, may_fail=known, exit_codes=(), **given)

    def _why_not(self, job: JobBase, texts: Texts) -> Why:
        """Why none of the choices of a job holds: of the first one, and that there are others."""
        if not job.choices:
            return Why("it has no rule by which it takes part", job.span)
        found = self._why(job, job.choices[0].condition, texts)
        if len(job.choices) == 1:
            return found
        return replace(found, message=f"{found.message}; nor does another of its rules hold")

    def _why(self, job: JobBase, condition: Expr | None, texts: Texts) -> Why:
        if condition is not None and texts.plain(condition) is False:
            asked = Asked(self._event, self._setting.system)
            found = why_false(condition, asked, texts)
            return found if found.span is not None else replace(found, span=job.span)
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
            if not system and job.runner is not None:
                system, processor = job.runner.os or "", job.runner.arch or ""
        names = runner_names(system, processor)
        texts = texts.knowing(names)
        known = {"_".join(path).upper(): str(value) for path, value in names.items()}
        stands_on = Machine(
            event=self._event,
            env=plan.env,
            values=values,
            name=system,
            image=None if job.container is None else job.container.image,
            system=self._setting.system,
        )
        steps = plan_steps(job.steps, job.finally_steps, texts, stands_on)
        return replace(
            plan,
            runner=(*labels, *(f"{name}: {value}" for name, value in group)),
            container=container_plan(job.container, around),
            services=tuple(filter(None, (container_plan(one, texts) for one in job.services))),
            environment=environment_plan(job.environment, texts),
            outputs=at_the_end(texts, job, steps, stands_on.system).pairs(job.outputs),
            variables=(("GITHUB_JOB", _own_id(job)), *known.items(), *self._own(texts)),
            steps=steps,
            **files_of(steps),
        )


def _names_job(one: EnvVar) -> bool:
    """Whether a variable of the pipeline has another value in each job."""
    own, *_ = _OF_THE_JOB
    return any(isinstance(part, Ref) and part.path == own for part in one.value.parts)


def _once(known: dict[Hashable, T], key: Hashable | None, made: Callable[[], T]) -> T:
    """What is known under a key; else, and without a key, what is made now."""
    found = None if key is None else known.get(key)
    if found is None:
        found = made()
        if key is not None:
            known[key] = found
    return found


def _accepted(needs: tuple[Need, ...]) -> Pairs:
    """The results that a job goes on with, for needs that say more than success."""
    usual = (Status.SUCCESS,)
    words = ((one.job, (*one.accept, *([ABSENT] if one.optional else ()))) for one in needs)
    return tuple((job, " ".join(accept)) for job, accept in words if accept != usual)


def _own_id(job: JobBase) -> str:
    """The id of a job in its own file, wherever it was called."""
    return job.id.removeprefix(f"{job.calls[-1]}__") if job.calls else job.id
