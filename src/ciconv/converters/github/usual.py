"""What GitHub does without being told, left out of pipelines of other systems.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
"""

from ciconv.ir.expression import Call, Expr, constant
from ciconv.ir.job import Choice, Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Group, Run, Step

_SHELL = "bash -e {0}"  # outside of containers, but for Windows
_SYSTEMS = ("ubuntu-", "macos-")


def without_the_usual(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline without conditions and shells that are those of GitHub anyway."""
    return replace(pipeline, jobs=tuple(map(_job, pipeline.jobs)))


def _job(job: JobBase) -> JobBase:
    job = replace(job, choices=tuple(map(_choice, job.choices)))
    if not isinstance(job, Job):
        return job
    in_bash = job.container is None and job.defaults is None and _runs_bash(job)
    return replace(job, steps=tuple(_step(one, in_bash=in_bash) for one in job.steps))


def _choice(choice: Choice) -> Choice:
    return replace(choice, condition=_condition(choice.condition))


def _condition(condition: Expr | None) -> Expr | None:
    """Nothing in place of `success()`, which every condition without a status function asks."""
    if isinstance(condition, Call) and condition.function == "success" and not condition.arguments:
        return None
    return condition


def _runs_bash(job: Job) -> bool:
    labels = () if job.runner is None else job.runner.labels
    return any((constant(one) or "").startswith(_SYSTEMS) for one in labels)


def _step(step: Step, *, in_bash: bool) -> Step:
    step = replace(step, condition=_condition(step.condition))
    if isinstance(step, Group):
        return replace(step, steps=tuple(_step(one, in_bash=in_bash) for one in step.steps))
    if isinstance(step, Run) and in_bash and step.shell and constant(step.shell) == _SHELL:
        return replace(step, shell=None)
    return step
