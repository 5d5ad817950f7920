"""The Jenkinsfile that starts a program which a pipeline became: it was made, not read."""

from ciconv.ir.expression import text
from ciconv.ir.job import Container, Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar, Use
from ciconv.ir.trigger import EventKind
from ciconv.passes.split_triggers import is_shim
from ciconv.source import NOWHERE, Comment

_FLAKES = EnvVar(name="NIX_CONFIG", value=text("experimental-features = nix-command flakes"))


def with_shims(project: Project) -> Project:
    """Return the project with what starts programs in terms of Jenkins."""
    pipelines = tuple(_shim(one) if is_shim(one) else one for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _shim(pipeline: Pipeline) -> Pipeline:
    jobs = tuple(map(_with_nix, pipeline.jobs))
    first, *others = pipeline.comments
    if any(one.kind is EventKind.PUSH and one.branches is None for one in pipeline.triggers):
        first = Comment(f"{first.text}; TAG_NAME says which tag it is started for", NOWHERE)
    comments = (first, *others)
    return replace(pipeline, jobs=jobs, env=(*pipeline.env, _FLAKES), comments=comments)


def _with_nix(job: JobBase) -> JobBase:
    """A job in an image with Nix, in the place of a step that installs it."""
    if not isinstance(job, Job):
        return job
    kept = tuple(one for one in job.steps if not isinstance(one, Use))
    return replace(job, steps=kept, container=Container(image=text("nixos/nix:latest")))
