"""Scripts for the PowerShell of Windows, where the runner has one PowerShell for all of them.

https://docs.gitlab.com/runner/shells/#powershell
"""

from ciconv.context import Context, Place
from ciconv.ir.expression import constant, text
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Run
from ciconv.ir.walk import rewrite
from ciconv.passes.split_triggers import is_windows
from ciconv.profile import Feature, Outcome, Profile

_SAID = "the PowerShell of the runner reads it, which may be another version"


def windows_shells(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in which jobs on Windows have one PowerShell, for GitLab."""
    if profile.format != "gitlab":
        return project
    pipelines = tuple(_pipeline(one, context) for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _pipeline(pipeline: Pipeline, context: Context) -> Pipeline:
    jobs = tuple(
        _job(one, Place(pipeline=pipeline.id, job=one.id), context) for one in pipeline.jobs
    )
    return replace(pipeline, jobs=jobs)


def _job(job: JobBase, place: Place, context: Context) -> JobBase:
    if not isinstance(job, Job) or job.runner is None or not is_windows(job.runner):
        return job

    def change(node: Node) -> Node:
        if not isinstance(node, Run) or node.shell is None or constant(node.shell) != "powershell":
            return node
        loss = place.at(node).loss(Feature.SHELL, Outcome.APPROXIMATED)
        context.lose(loss, _SAID, node)
        return replace(node, shell=text("pwsh", of=node.shell))

    return rewrite(job, change)
