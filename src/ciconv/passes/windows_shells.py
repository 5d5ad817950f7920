"""Scripts for the PowerShell of Windows: where a runner has one for all, or a job has one shell.

https://docs.gitlab.com/runner/shells/#powershell
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
"""

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Ref, constant, text
from ciconv.ir.job import Job
from ciconv.ir.matrix import cells, dynamic_value
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Run
from ciconv.ir.walk import nodes, rewrite, with_jobs
from ciconv.passes.split_triggers import is_windows
from ciconv.profile import Feature, Outcome, Profile
from ciconv.syntax.node import Mapping, Scalar, resolve
from ciconv.syntax.node import Node as Written

_SAID = "the PowerShell of the runner reads it, which may be another version"
_APPROXIMATED = (Feature.SHELL, Outcome.APPROXIMATED)
_OF_MACHINE = (Feature.RUNNER, Outcome.APPROXIMATED)
_ONE_SHELL = frozenset({"gitlab", "jenkins"})  # whose job has the same steps in each cell


def windows_shells(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in which jobs on Windows have one PowerShell, for GitLab.

    Where a matrix or an input picks the system, GitHub has PowerShell on Windows: that is told.
    """
    if project.origin == "github" and profile.format in _ONE_SHELL:
        _tell_of_cells(project, context)
    if profile.format != "gitlab":
        return project
    pipelines = tuple(_pipeline(one, context) for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _tell_of_cells(project: Project, context: Context) -> None:
    for pipeline in project.pipelines:
        for job in pipeline.jobs:
            if not isinstance(job, Job) or job.runner is None:
                continue
            if not (_is_windows_somewhere(job) or _may_be_given_windows(job, pipeline)):
                continue
            if any(isinstance(one, Run) and one.shell is None for one in nodes(job)):
                loss = Place(pipeline=pipeline.id, job=job.id).loss(*_OF_MACHINE)
                said = "scripts are those of bash on Windows, too, where GitHub has PowerShell"
                help = "use agents that have bash there, or say `shell: bash` before you convert"
                context.lose(loss, said, job.runner, help)


def _is_windows_somewhere(job: Job) -> bool:
    """Whether a part of the matrix picks the machine, and it is one with Windows in a cell."""
    if job.matrix is None or job.runner is None or dynamic_value(job.matrix) is not None:
        return False
    named = [
        [name.lower() for name in one.path[1:]]
        for one in nodes(job.runner)
        if isinstance(one, Ref) and one.path[0] == "matrix" and len(one.path) > 1
    ]
    return any(
        "windows" in _text(value, inner)
        for cell in cells(job.matrix)
        for name, value in cell
        for first, *inner in named
        if name.lower() == first
    )


def _may_be_given_windows(job: Job, pipeline: Pipeline) -> bool:
    """Whether an input picks the machine, and its options or the job itself speak of Windows."""
    refs = (one.path for one in nodes(job.runner or job) if isinstance(one, Ref))
    named = {path[1].lower() for path in refs if path[0] == "inputs" and len(path) > 1}
    if not named:
        return False
    options = (
        option.text
        for one in pipeline.inputs
        if one.name.lower() in named
        for option in one.options
    )
    asked = (str(one.value) for one in nodes(job) if isinstance(one, Literal))
    return any("windows" in said.lower() for said in (*options, *asked))


def _text(value: Written, names: list[str]) -> str:
    """The text of a value, or of what it has by these names."""
    node = resolve(value)
    for name in names:
        entries = node.entries if isinstance(node, Mapping) else ()
        found = next((one.value for one in entries if one.name.lower() == name), None)
        if found is None:
            return ""
        node = resolve(found)
    return node.text.lower() if isinstance(node, Scalar) else ""


def _pipeline(pipeline: Pipeline, context: Context) -> Pipeline:
    return with_jobs(
        pipeline, lambda job: _job(job, Place(pipeline=pipeline.id, job=job.id), context)
    )


def _job(job: Job, place: Place, context: Context) -> Job:
    if job.runner is None or not is_windows(job.runner):
        return job

    def change(node: Node) -> Node:
        if not isinstance(node, Run) or node.shell is None or constant(node.shell) != "powershell":
            return node
        loss = place.at(node).loss(*_APPROXIMATED)
        context.lose(loss, _SAID, node)
        return replace(node, shell=text("pwsh", of=node.shell))

    return rewrite(job, change)
