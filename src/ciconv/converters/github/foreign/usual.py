"""What GitHub does without being told, left out of pipelines of other systems.

And what they say at every step, said once: the shell.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
"""

from ciconv.converters.script_steps.placeholder import script_of
from ciconv.ir.expression import Call, Expr, Template, constant, text
from ciconv.ir.job import Choice, Defaults, Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Group, Placeholder, Run, Step
from ciconv.ir.walk import rewrite, steps_of

_SHELL = "bash -e {0}"  # outside of containers, but for Windows
_SYSTEMS = ("ubuntu-", "macos-")


def without_the_usual(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline without conditions and shells that are those of GitHub anyway."""
    pipeline = replace(pipeline, jobs=tuple(map(_job, pipeline.jobs)))
    shell = None if pipeline.defaults is not None else _shell_of_all(pipeline.jobs)
    if shell is not None:
        jobs = tuple(_without_shell(job) for job in pipeline.jobs)
        return replace(pipeline, jobs=jobs, defaults=Defaults(shell=shell, span=shell.span))
    return replace(pipeline, jobs=tuple(map(_with_default, pipeline.jobs)))


def _with_default(job: JobBase) -> JobBase:
    """The job that says the shell of its scripts once, where there are several."""
    if not isinstance(job, Job) or job.defaults is not None or len(_scripts(job)) < 2:
        return job
    shell = _shell_of_all((job,))
    if shell is None:
        return job
    return replace(_without_shell(job), defaults=Defaults(shell=shell, span=shell.span))


def _scripts(job: JobBase) -> list[Run]:
    if not isinstance(job, Job):
        return []
    return [step for step in steps_of((*job.steps, *job.finally_steps)) if isinstance(step, Run)]


def _shell_of_all(jobs: tuple[JobBase, ...]) -> Template | None:
    """The shell that all scripts name, if they name one and the same."""
    shells = [step.shell for job in jobs for step in _scripts(job)]
    inner = any(isinstance(job, Job) and job.defaults is not None for job in jobs)
    if not shells or inner or any(one != shells[0] for one in shells):
        return None
    word = (constant(shells[0] or text("bash")) or "").partition(" ")[0]
    return shells[0] if word in ("bash", "sh") or not any(map(_fails, jobs)) else None


def _fails(job: JobBase) -> bool:
    """Whether a step of a job is one that fails, which is a script for bash."""
    return isinstance(job, Job) and any(isinstance(one, Placeholder) for one in steps_of(job.steps))


def _without_shell(job: JobBase) -> JobBase:
    return rewrite(job, lambda one: replace(one, shell=None) if isinstance(one, Run) else one)


def _job(job: JobBase) -> JobBase:
    job = replace(job, choices=tuple(map(_choice, job.choices)))
    if not isinstance(job, Job):
        return job
    if not job.steps and not job.finally_steps:  # all of them were needless: a job has one
        job = replace(job, steps=(Run(script=text("true"), span=job.span),))
    if job.runner is not None and job.runner.os == "windows":
        job = replace(job, steps=tuple(map(_in_bash, job.steps)))
    in_bash = job.container is None and job.defaults is None and _runs_bash(job)
    return replace(job, steps=tuple(_step(one, in_bash=in_bash) for one in job.steps))


def _in_bash(step: Step) -> Step:
    """A step that fails as a script for bash, which is not the shell of Windows."""
    if isinstance(step, Group):
        return replace(step, steps=tuple(map(_in_bash, step.steps)))
    return replace(script_of(step), shell=text("bash")) if isinstance(step, Placeholder) else step


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
    if not isinstance(step, Run) or step.shell is None:
        return step
    shell = constant(step.shell)
    if in_bash and shell == _SHELL:
        return replace(step, shell=None)
    if shell in _WORDS:
        return replace(step, shell=text(_WORDS[shell], of=step.shell))
    return step


# a bash that runs a file reads no profile, so that these two are the same
_WORDS = {"bash -eo pipefail {0}": "bash", "sh -e {0}": "sh"}
