"""The Jenkinsfile that starts a program which a pipeline became: it was made, not read."""

from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import EventKind
from ciconv.passes.split_triggers import in_nix_image, is_shim
from ciconv.source import NOWHERE, Comment


def with_shims(project: Project) -> Project:
    """Return the project with what starts programs in terms of Jenkins."""
    pipelines = tuple(_shim(one) if is_shim(one) else one for one in project.pipelines)
    return replace(project, pipelines=pipelines)


def _shim(pipeline: Pipeline) -> Pipeline:
    first, *others = pipeline.comments
    if any(one.kind is EventKind.PUSH and one.branches is None for one in pipeline.triggers):
        first = Comment(f"{first.text}; TAG_NAME says which tag it is started for", NOWHERE)
    return replace(in_nix_image(pipeline), comments=(first, *others))
