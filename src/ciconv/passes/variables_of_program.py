"""Variables of another system in a program that it starts: all are there, but those of its job.

The program is one job of that system, so what names the job is set anew in each of its own; and
a container has of its surroundings only what is handed on.
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, constant_text
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Run
from ciconv.ir.walk import rewrite, steps_of
from ciconv.passes.ambient import Ambient, set_by_tools
from ciconv.profile import Feature, Outcome

# what tells of the one job that starts the program
_OF_STARTER = re.compile(
    r"CI_JOB_(?!TOKEN)\w+|CI_NODE_\w+|CI_ENVIRONMENT_\w+|CIRCLE_BUILD_(NUM|URL)"
    r"|CIRCLE_WORKFLOW_JOB_ID|STAGE_NAME|EXECUTOR_NUMBER"
)
_NAMES_OF_JOB = frozenset({"CI_JOB_NAME", "CIRCLE_JOB"})


def with_variables_of_program(pipeline: Pipeline, ambient: Ambient, context: Context) -> Pipeline:
    """Return the pipeline whose jobs set what is another's, and hand on the rest."""
    here = Place(pipeline=pipeline.id)
    outer = frozenset(one.name for one in pipeline.env)
    jobs = tuple(
        _Job(one, outer, ambient, context, replace(here, job=one.id)).job()
        if isinstance(one, Job)
        else one
        for one in pipeline.jobs
    )
    return replace(pipeline, jobs=jobs)


class _Job:
    def __init__(
        self, job: Job, outer: frozenset[str], ambient: Ambient, context: Context, place: Place
    ) -> None:
        self._job, self._ambient, self._context, self._place = job, ambient, context, place
        steps = tuple(steps_of((*job.steps, *job.finally_steps)))
        chosen = (one for choice in job.choices for one in choice.env)
        own = (*job.env, *chosen, *(one for step in steps for one in step.env))
        self._defined = outer | {one.name for one in own} | set_by_tools(steps)
        self._runs = tuple(one for one in steps if isinstance(one, Run))
        texts = "\n".join(constant_text(one.script) for one in self._runs)
        self._mentioned = set(ambient.predefined(texts)) - self._defined

    def job(self) -> JobBase:
        """Return the job with the variables that its scripts read."""
        found: dict[str, EnvVar] = {}
        for name, run in self._read():
            value = self._value(name, run)
            if value is not None and name not in found:
                one = Template(parts=(value,), span=run.span)
                found[name] = EnvVar(name=name, value=one, span=run.span)
        env = tuple(map(self._of_this_run, self._job.env))
        job = replace(self._job, env=(*env, *found.values()))
        return rewrite(job, self._with_status) if "CI_JOB_STATUS" in self._mentioned else job

    def _of_this_run(self, variable: EnvVar) -> EnvVar:
        """A file for later steps where no other job or run has it: all share the machine's /tmp."""
        said = constant(variable.value) or ""
        if variable.name != "BASH_ENV" or not said.startswith("/tmp/"):
            return variable
        loss = self._place.loss(Feature.VARIABLE, Outcome.LOWERED)
        self._context.lose(loss, "BASH_ENV is a file of the job", variable)
        parts = (Ref(path=("temp",)), Literal(value=said.removeprefix("/tmp")))
        return replace(variable, value=Template(parts=parts, span=variable.value.span))

    def _with_status(self, node: Node) -> Node:
        """A step of another system that asks how its job went, which only steps know."""
        if not isinstance(node, Run) or "CI_JOB_STATUS" not in constant_text(node.script):
            return node
        loss = self._place.at(node).loss(Feature.VARIABLE, Outcome.LOWERED)
        self._context.lose(loss, "an expression gives the value of CI_JOB_STATUS", node)
        value = Template(parts=(self._ambient.values["CI_JOB_STATUS"],), span=node.span)
        status = EnvVar(name="CI_JOB_STATUS", value=value, span=node.span)
        return replace(node, env=(*node.env, status))

    def _read(self) -> Iterator[tuple[str, Run]]:
        texts = [(constant_text(run.script), run) for run in self._runs]
        whole = "\n".join(text for text, _ in texts)
        seen: set[str] = set()
        for script, run in texts:
            for name in (*self._ambient.predefined(script), *self._settings(run, script, whole)):
                if name not in self._defined | seen | {"CI_JOB_STATUS"}:
                    seen.add(name)
                    yield name, run

    def _settings(self, run: Run, script: str, whole: str) -> Iterator[str]:
        """The settings of the project that a script reads; one of the catalog reads its inputs."""
        if run.tool is None:
            yield from (name for name, _ in self._ambient.settings(script, whole))

    def _value(self, name: str, run: Run) -> Expr | None:
        """What a job has to set; None for what is simply there."""
        if name in _NAMES_OF_JOB:
            return Literal(value=self._job.id, span=run.span)
        if name in self._ambient.computed and self._ambient.computed[name].in_container:
            loss = self._place.loss(Feature.VARIABLE, Outcome.LOWERED)
            self._context.lose(loss, f"the job sets {name} to its own folder", run)
            return Ref(path=("workspace",), span=run.span)
        if _OF_STARTER.fullmatch(name):
            loss = self._place.loss(Feature.VARIABLE, Outcome.APPROXIMATED)
            said = f"{name} is that of the one job that starts the program"
            self._context.lose(loss, said, run)
        if self._job.container is None:
            return None
        return Ref(path=("env", name), span=run.span)
