"""What a plan says that a run does: which jobs run, and which commands they call in order.

A plan is worked out with the values and failures of a run of runs.toml. Only scripts of plain
commands are; where anything else comes, or only the run knows a condition, nothing is said.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

import ciconv
from cases import Case
from ciconv.catalog.catalog import Catalog
from ciconv.ir.evaluate import Environment, EvaluationError, condition
from ciconv.ir.expression import Constant
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.passes.program_name import program_name
from ciconv.simulation.compare.matching import plain_name
from ciconv.simulation.coverage import usual_events
from ciconv.simulation.event import Event
from ciconv.simulation.plan import JobPlan, PipelinePlan, StepPlan

Run = Mapping[str, Any]
_PLAIN = re.compile(r"[\w./-]+(?: [^|;&$`\"'<>*?#\\(){}]*)?")
_QUIET = ("checkout", "setup")  # kinds and tools that call nothing
_NOTHING = ("true", "echo")


class Said(Struct, frozen=True):
    """What a plan says of one job: its state, and its calls, None where it cannot tell."""

    job: str
    state: str | None
    calls: tuple[str, ...] | None


def said(case: Case, run: Run) -> tuple[Said, ...]:
    """Return what the plan of a case says of each job for a run."""
    project = ciconv.read(case.inputs, format="github").project
    assert project is not None
    pipeline = _pipeline(project, run)
    alone = replace(project, pipelines=(pipeline,))
    plan = ciconv.simulate(alone, _event(alone, pipeline, run))
    assert plan.pipelines[0].starts
    return tuple(_Followed(plan.pipelines[0], run, case.runs["tools"]).jobs())


def followed(plan: PipelinePlan, tools: tuple[str, ...]) -> tuple[Said, ...]:
    """Return what a plan says of each job when all commands but `false` succeed."""
    return tuple(_Followed(plan, {}, list(tools)).jobs())


def _pipeline(project: Project, run: Run) -> Pipeline:
    wanted = run.get("workflow")
    found = [one for one in project.pipelines if wanted in (None, program_name(one.id))]
    return found[0]


def _event(project: Project, pipeline: Pipeline, run: Run) -> Event:
    """The event that the variables of a run speak of; those not set are empty, as for the run."""
    env = run.get("env", {})
    events = usual_events(project)
    wanted = env.get("GITHUB_EVENT_NAME")
    event = next((one for one in events if str(one).split(",")[0] == wanted), events[0])
    facts: dict[str, Constant] = {}
    for name in Catalog.builtin().names().values():
        variable = name.github_env or name.nixactions
        is_of_event = (name.github or "").startswith("github.event.")
        if name.github and variable and (variable in env or is_of_event):
            text = env.get(variable, "")
            facts[name.github] = text == "true" if text in ("true", "false") else text
    facts["github.event_name"] = wanted or str(event).split(",")[0]
    facts |= {f"vars.{key[5:]}": value for key, value in env.items() if key.startswith("VARS_")}
    inputs = tuple(
        (one.name, env[f"INPUT_{one.name.upper().replace('-', '_')}"])
        for one in pipeline.inputs
        if f"INPUT_{one.name.upper().replace('-', '_')}" in env
    )
    return replace(event, facts=tuple(facts.items()), inputs=inputs)


class _Followed:
    """Goes through a plan with the failures of a run."""

    def __init__(self, plan: PipelinePlan, run: Run, tools: list[str]) -> None:
        self._plan, self._run, self._tools = plan, run, tools
        self._results: dict[str, str | None] = {}  # of the jobs so far, by their ids in the file

    def jobs(self) -> Iterator[Said]:
        """Yield what is said of each job, as soon as that is known of all it needs."""
        waiting = {one.job: None for one in self._plan.jobs}
        needs = {one.job: set(one.needs) for one in self._plan.jobs}
        while waiting:
            ready = [name for name in waiting if not needs[name] & waiting.keys()]
            for name in ready:
                del waiting[name]
                found = [self._job(one) for one in self._plan.jobs if one.job == name]
                self._results[name] = _joined([one.state for one in found])
                yield from found

    def _job(self, job: JobPlan) -> Said:
        name = plain_name(job.id)
        runs = self._holds(job) if job.runs else False
        if runs is None or job.services or "hang" in self._run or (runs and not job.steps):
            return Said(name, None, None)
        if not runs:
            return Said(name, "skipped", ())
        calls, failed = self._calls(job)
        if calls is None or failed is None or job.may_fail not in ("true", "false"):
            return Said(name, None, calls)
        if job.environment:  # whose gate may be a step that fails
            return Said(name, None, None)
        tolerated = job.may_fail == "true"
        return Said(name, "failure" if failed and not tolerated else "success", calls)

    def _holds(self, job: JobPlan) -> bool | None:
        before = {one: self._results.get(one) for one in self._before(job)}
        if None in before.values() or job.test is None:
            return None
        if any("__" in one for one in before) and "skipped" in before.values():
            return None  # a job inside of a call, which has one result for all of its jobs
        states = list(before.values())
        known = {("needs", name): {"result": state} for name, state in self._results.items()}
        functions = {
            "success": all(one == "success" for one in states),
            "failure": "failure" in states,
            "cancelled": False,
        }
        return _decided(job.test, Environment.of(known, functions))

    def _before(self, job: JobPlan) -> set[str]:
        needs = {one.job: one.needs for one in self._plan.jobs}
        found: set[str] = set()
        waiting = list(job.needs)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += needs.get(name, ())
        return found

    def _calls(self, job: JobPlan) -> tuple[tuple[str, ...] | None, bool | None]:
        """The calls of a job in order, and whether it failed."""
        calls: list[str] = []
        known: dict[str, dict[str, str]] = {}
        failed = False
        for step in job.steps:
            functions = {"success": not failed, "failure": failed, "cancelled": False}
            names = {("steps", name): value for name, value in known.items()}
            runs = (
                None if step.test is None else _decided(step.test, Environment.of(names, functions))
            )
            if runs is None or step.background or step.parallel or step.timeout:
                return None, None
            outcome = "skipped"
            if runs:
                made = self._of_step(step, job)
                if made is None:
                    return None, None
                calls += made[0]
                outcome = "failure" if made[1] else "success"
            if step.may_fail not in ("true", "false"):
                return None, None
            tolerated = step.may_fail == "true"
            failed = failed or outcome == "failure" and not tolerated
            if step.id:
                conclusion = "success" if outcome == "failure" and tolerated else outcome
                known[step.id] = {"outcome": outcome, "conclusion": conclusion}
        return tuple(calls), failed

    def _of_step(self, step: StepPlan, job: JobPlan) -> tuple[list[str], bool] | None:
        """The calls of a step, and whether it fails; None for what is no list of commands."""
        if step.kind in _QUIET:
            return [], False
        if step.kind != "run" or job.container or not step.shell.startswith(("bash", "sh")):
            return None
        calls: list[str] = []
        for line in filter(None, map(str.strip, step.script.split("\n"))):
            word = line.split(" ")[0]
            if not _PLAIN.fullmatch(line) or word not in (*self._tools, *_NOTHING, "false"):
                return None
            if word in _NOTHING and word not in self._tools:
                continue
            if word in self._tools:
                calls.append(" ".join(line.split()))
            if word == "false" or self._fails(line, job):
                return calls, True
        return calls, False

    def _fails(self, line: str, job: JobPlan) -> bool:
        call = " ".join(line.split())
        for one in self._run.get("fail", ()):
            where, colon, what = one.partition(": ")
            if one == call or (colon and what == call and plain_name(where) == plain_name(job.id)):
                return True
        return False


def _joined(states: list[str | None]) -> str | None:
    """The result of a job with all its cells."""
    for one in ("failure", "cancelled", None, "success"):
        if one in states:
            return one
    return "skipped"


def _decided(expr: Any, environment: Environment) -> bool | None:
    try:
        found = condition(expr, environment)
    except EvaluationError:
        return None
    return found if isinstance(found, bool) else None
