"""Makes explicit what a pipeline leaves to defaults of its own."""

from ciconv.context import Context
from ciconv.ir.expression import Template, text
from ciconv.ir.job import Defaults, Job, Matrix
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Group, Run, Step
from ciconv.ir.walk import with_jobs
from ciconv.passes.split_triggers import is_windows
from ciconv.passes.usual_shells import usual_shell
from ciconv.profile import Profile
from ciconv.source import Comment


def normalize(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with default shells and directories written at the steps."""
    pipelines = (_pipeline(one, project.origin) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


def _pipeline(pipeline: Pipeline, origin: str) -> Pipeline:
    pipeline = with_jobs(pipeline, lambda job: _job(job, pipeline.defaults, origin))
    comments = (*pipeline.comments, *_comments(pipeline.defaults))
    return replace(pipeline, defaults=None, comments=comments)


def _job(job: Job, outer: Defaults | None, origin: str) -> Job:
    usual = usual_shell(origin, None if job.container is None else job.container.image)
    shell = _first(job.defaults, outer, "shell") or _shell_of_runner(job)
    directory = _first(job.defaults, outer, "directory")
    bare = None if usual is None else text(usual, of=job)
    steps = tuple(_step(step, shell, directory, bare) for step in job.steps)
    last = tuple(_step(step, shell, directory, bare) for step in job.finally_steps)
    comments = (*job.comments, *_comments(job.defaults))
    return replace(
        job,
        steps=steps,
        finally_steps=last,
        defaults=None,
        comments=comments,
        matrix=_with_cells(job.matrix),
    )


def _with_cells(matrix: Matrix | None) -> Matrix | None:
    """The matrix; one that only says how its jobs run, and has none, is no matrix."""
    if matrix is None:
        return None
    dynamic = (matrix.dynamic, matrix.include_dynamic)
    has_any = matrix.axes or matrix.include or any(one is not None for one in dynamic)
    return matrix if has_any else None


def _shell_of_runner(job: Job) -> Template | None:
    """PowerShell on Windows; None where the system's usual shell is meant."""
    if job.runner is None or not is_windows(job.runner):
        return None
    return text("pwsh", of=job.runner)


def _comments(defaults: Defaults | None) -> tuple[Comment, ...]:
    """What stood at the defaults now stands at their owner."""
    parts = () if defaults is None else (defaults, defaults.shell, defaults.directory)
    return tuple(comment for one in parts if one is not None for comment in one.comments)


def _first(inner: Defaults | None, outer: Defaults | None, name: str) -> Template | None:
    for defaults in (inner, outer):
        value: Template | None = getattr(defaults, name, None)
        if value is not None:
            return value
    return None


def _step(
    step: Step, shell: Template | None, directory: Template | None, bare: Template | None
) -> Step:
    """The step with the defaults of the job; `bare`: the shell where nothing is said at all."""
    if isinstance(step, Group):
        if not step.parallel:  # the steps of an action do not see the job's defaults
            shell, directory = None, None
        inner = tuple(_step(one, shell, directory, bare) for one in step.steps)
        return step if inner == step.steps else replace(step, steps=inner)
    if not isinstance(step, Run):
        return step
    return replace(step, shell=step.shell or shell or bare, directory=step.directory or directory)
