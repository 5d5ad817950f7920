"""A workflow file, and all of them. Both directions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import re
from collections.abc import Container
from pathlib import PurePosixPath

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.files import read_each
from ciconv.converters.format import Files
from ciconv.converters.github.calls import resolve_calls
from ciconv.converters.github.jobs.job import read_jobs, write_jobs
from ciconv.converters.github.jobs.sharing import (
    read_concurrency,
    read_defaults,
    read_permissions,
    write_concurrency,
    write_defaults,
    write_permissions,
)
from ciconv.converters.github.profile import PROFILE
from ciconv.converters.github.scalars import (
    add_text,
    add_tree,
    read_env,
    take_text,
    write_extras,
    write_pairs,
)
from ciconv.converters.github.triggers.read import holds_values, read_triggers
from ciconv.converters.github.triggers.write import write_triggers
from ciconv.converters.left_comments import left_comments
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Changes, Exists, Matches
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.walk import nodes
from ciconv.source import Comment, Workspace
from ciconv.syntax import build, yaml
from ciconv.syntax.merge import keep_layout
from ciconv.syntax.node import Document, Entry, Mapping, comments_in
from ciconv.syntax.node import Node as Tree


def read_project(workspace: Workspace, paths: tuple[str, ...], context: Context) -> Project:
    """Return the pipelines of the workflow files."""
    project = Project(origin="github", pipelines=read_each(paths, context, read_file))
    if not context.expand:
        return project
    from ciconv.converters.github.foreign.changed_files import with_conditions_of_files

    project = resolve_calls(project, context, read_file)
    return replace(project, pipelines=tuple(map(with_conditions_of_files, project.pipelines)))


def read_file(path: str, context: Context) -> Pipeline | None:
    """Return the pipeline of one workflow file, None (and an error) when it is none."""
    source = context.source(path)
    if source is None:
        return None
    documents = yaml.parse(source, context.diagnostics)
    if not documents:
        return None
    if len(documents) > 1:
        context.diagnostics.error(
            "several-documents", "a workflow file holds one document", documents[1].root.span
        )
        return None
    return _read_document(documents[0], context)


def _read_document(document: Document, context: Context) -> Pipeline | None:
    root = document.root
    if not isinstance(root, Mapping):
        context.diagnostics.error(
            "not-a-workflow", "a workflow is a mapping with the keys 'on' and 'jobs'", root.span
        )
        return None
    fields = Fields(root, context, "a workflow")
    if "on" not in fields and "jobs" not in fields:
        context.diagnostics.error(
            "not-a-workflow",
            "the file has neither 'on' nor 'jobs', so it is no workflow of GitHub Actions",
            root.span,
            help="is it a file of another system? name its format with --from",
        )
        return None
    return _read_workflow(document, root, fields, context)


def _read_workflow(document: Document, root: Mapping, fields: Fields, context: Context) -> Pipeline:
    start = root.entries[0].key.span if root.entries else root.span
    fields.require("on", start)
    fields.require("jobs", start)
    env, extras = read_env(fields, context)
    on = fields.entry("on")
    started = Pipeline(id="") if on is None else read_triggers(on.value, context)
    if on is not None and not holds_values(on.value):
        context.diagnostics.error("missing-event", "'on' names no event", on.span)
    jobs = fields.entry("jobs")
    read = read_jobs(jobs.value, context) if jobs is not None else ()
    if jobs is not None and not read:
        context.diagnostics.error("missing-job", "'jobs' has no job", jobs.key.span)
    pipeline = Pipeline(
        id=PurePosixPath(document.path).stem,
        path=document.path,
        name=take_text(fields, "name", context),
        run_name=take_text(fields, "run-name", context),
        triggers=started.triggers,
        inputs=started.inputs,
        outputs=started.outputs,
        secrets=started.secrets,
        env=env,
        defaults=read_defaults(fields, context),
        concurrency=read_concurrency(fields, context),
        permissions=read_permissions(fields, context),
        jobs=read,
        tree=root,
        span=start,
    )
    others = [*(on.comments if on else ()), *(jobs.comments if jobs else ()), *started.comments]
    return replace(
        pipeline,
        extras=(*extras, *fields.extra("github", "description"), *fields.leftovers("github")),
        comments=(*document.leading, *others, *fields.comments),
    )


def write_project(project: Project, context: Context) -> Files:
    """Return the workflow files of the pipelines; what was read from one keeps its layout."""
    from ciconv.passes.lower_groups import lower_groups  # who only reads does without
    from ciconv.passes.lower_jobs import lower_jobs

    written: dict[str, str] = {}
    project = lower_groups(project, PROFILE, context)
    project = lower_jobs(project, PROFILE, context, asks_all=True)  # as its expressions do
    # GitHub's own workflows do without what this loads
    if project.origin != "github" or any(map(_asks_what_github_cannot, project.pipelines)):
        from ciconv.converters.github.foreign.own_words import in_own_words

        project = in_own_words(project, context)
    for pipeline in project.pipelines:
        path = _unused_path(pipeline, written)
        written[path] = yaml.render(_document(pipeline, path, context), as_written=True)
    return tuple(written.items())


def _asks_what_github_cannot(pipeline: Pipeline) -> bool:
    """Whether a pipeline without a text of its own asks what only its steps could find out."""
    nodes_of = () if pipeline.tree is not None else nodes(pipeline)
    return any(isinstance(one, Changes | Exists | Matches) for one in nodes_of)


def _unused_path(pipeline: Pipeline, taken: Container[str]) -> str:
    """The file it was read from, else one named after it."""
    if pipeline.path.startswith(".github/workflows/") and pipeline.path not in taken:
        return pipeline.path
    name = re.sub(r"[^\w.-]+", "-", pipeline.id).strip("-.") or "workflow"
    free = unused(name, taken, by=lambda one: f".github/workflows/{one}.yml")
    return f".github/workflows/{free}.yml"


def _document(pipeline: Pipeline, path: str, context: Context) -> Document:
    root, tree = _write_workflow(pipeline, context), pipeline.tree
    if tree is None:
        leading = tuple(left_comments(pipeline, comments_in(root)))
        return Document(path=path, root=root, leading=leading)
    unchanged = replace(context, diagnostics=Diagnostics(), expand=False)
    before = _read_document(Document(path=path, root=tree), unchanged)
    base = root if before is None else _write_workflow(before, unchanged)
    return Document(
        path=path,
        root=keep_layout(tree, base, root),
        source=tree.span.source,
        leading=_leading(pipeline, tree),
    )


def _write_workflow(pipeline: Pipeline, context: Context) -> Mapping:
    entries: list[Entry] = []
    add_text(entries, "name", pipeline.name, context)
    add_text(entries, "run-name", pipeline.run_name, context)
    entries.append(build.entry("on", write_triggers(pipeline, context)))
    add_tree(entries, "permissions", write_permissions(pipeline.permissions), None)
    concurrency = write_concurrency(pipeline.concurrency, context)
    add_tree(entries, "concurrency", concurrency, pipeline.concurrency)
    add_tree(entries, "env", write_pairs(pipeline.env, context), None)
    add_tree(entries, "defaults", write_defaults(pipeline.defaults, context), pipeline.defaults)
    entries.append(build.entry("jobs", write_jobs(pipeline.jobs, context)))
    entries.extend(write_extras(pipeline.extras))
    return build.mapping(*entries)


def _leading(pipeline: Pipeline, tree: Tree) -> tuple[Comment, ...]:
    """Those of the pipeline's comments that stand before the tree, and in no entry of it."""
    first = tree.entries[0].comments if isinstance(tree, Mapping) and tree.entries else ()
    start = tree.span.start_offset
    before = (one for one in pipeline.comments if one.span.start_offset < start)
    return tuple(one for one in before if one not in first)
