"""Reading a pipeline: its files made one tree, and that tree's keys and jobs.

https://docs.gitlab.com/ci/yaml/
"""

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.jobs import read_jobs
from ciconv.converters.gitlab.triggers import read_triggers
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.source import Source, UnreadableFile, Workspace
from ciconv.syntax import yaml
from ciconv.syntax.node import Mapping

PATHS = (".gitlab-ci.yml", ".gitlab-ci.yaml")


def read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    """Return the pipelines of the files; a repository has one."""
    found = (_read_file(workspace, path, context) for path in paths)
    return Project(origin="gitlab", pipelines=tuple(one for one in found if one is not None))


def _read_file(workspace: Workspace, path: str, context: Context) -> Pipeline | None:
    try:
        source = workspace.read(path)
    except UnreadableFile as error:
        context.diagnostics.error("unreadable-file", str(error), Source(path, "").span(0, 0))
        return None
    documents = () if source is None else yaml.parse(source, context.diagnostics)
    if not documents:
        return None
    root = documents[-1].root
    if not isinstance(root, Mapping):
        context.diagnostics.error("not-a-pipeline", "a pipeline is a mapping", root.span)
        return None
    fields = Fields(root, context, "a pipeline")
    stages = tuple(one.text for one in fields.scalars("stages") or ())
    pipeline = Pipeline(id="gitlab-ci", path=path, stages=stages, tree=root, span=root.span)
    pipeline = replace(pipeline, triggers=read_triggers(root, context))
    return replace(pipeline, jobs=read_jobs(fields, context), comments=tuple(fields.comments))
