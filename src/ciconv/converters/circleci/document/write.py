"""Writing `.circleci/config.yml`; what was read from one stays as it is.

https://circleci.com/docs/reference/configuration-reference/
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.converters.circleci.expressions.write import condition
from ciconv.converters.circleci.jobs.conditions_write import Setting, start_item
from ciconv.converters.circleci.jobs.shared import share
from ciconv.converters.circleci.jobs.start import start_definition
from ciconv.converters.circleci.jobs.workspace import workspace_of
from ciconv.converters.circleci.jobs.write import Written, write_job
from ciconv.converters.circleci.triggers.write import start_of, write_parameters
from ciconv.converters.format import Files
from ciconv.converters.left_comments import left_comments
from ciconv.ir.expression import constant
from ciconv.ir.job import ApprovalJob, Job
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import EventKind
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build, yaml
from ciconv.syntax.node import Document, Entry, Mapping, Scalar, comments_in

PATH = ".circleci/config.yml"


def write_project(project: Project, context: Context) -> Files:
    """Return the file of the pipelines."""
    if project.origin == "circleci" and all(one.tree is not None for one in project.pipelines):
        kept = {
            one.path: one.tree.span.source.text for one in project.pipelines if one.tree is not None
        }
        return tuple(kept.items())
    pipelines = tuple(_started(project, context))
    if not pipelines:
        return ()
    root = _root(pipelines, project.origin, context)
    written = tuple(comments_in(root))
    leading = dict.fromkeys(one for each in pipelines for one in left_comments(each, written))
    document = Document(path=PATH, root=root, leading=tuple(leading))
    return ((PATH, yaml.render(document)),)


def _started(project: Project, context: Context) -> Iterator[Pipeline]:
    """The pipelines without those that are only called, and were put in the place of the calls."""
    for one in project.pipelines:
        jobs = tuple(job for job in one.jobs if isinstance(job, Job | ApprovalJob))
        if one.triggers and {trigger.kind for trigger in one.triggers} == {EventKind.CALL}:
            loss = Place(pipeline=one.id).loss(Feature.TRIGGERS, Outcome.LOWERED)
            context.lose(loss, "its jobs stand in the place of each call", one)
            if _is_called(one, project):
                continue
        if jobs:
            yield replace(one, jobs=jobs)


def _is_called(pipeline: Pipeline, project: Project) -> bool:
    """Whether jobs of another pipeline came from the file of this one."""
    return any(
        job.calls and job.span is not None and job.span.source.path == pipeline.path
        for one in project.pipelines
        if one.id != pipeline.id
        for job in one.jobs
    )


def _root(pipelines: tuple[Pipeline, ...], origin: str, context: Context) -> Mapping:
    entries = [build.entry("version", Scalar(text="2.1", value=2.1))]
    parameters = write_parameters(pipelines, context)
    if parameters is not None:
        entries.append(build.entry("parameters", parameters))
    executors: dict[str, Entry] = {}
    jobs: list[Entry] = []
    starts: dict[str, None] = {}
    workflows: list[Entry] = []
    names = _names(pipelines)
    for pipeline in pipelines:
        start = start_of(pipeline, context)
        setting = Setting(
            pipeline=pipeline,
            start=start,
            names=names[pipeline.id],
            context=context,
            origin=origin,
            workspace=workspace_of(pipeline),
            starts=[],
        )
        made = [write_job(job, setting) for job in pipeline.jobs]
        for one in made:
            executors |= {each.name: each for each in one.executors}
            if one.definition is not None:
                jobs.append(one.definition)
        starts |= dict.fromkeys(setting.starts)
        workflows.append(_workflow(pipeline, made, setting, several=len(pipelines) > 1))
    jobs = [*map(start_definition, starts), *jobs]
    shared = share(tuple(jobs), tuple(executors.values()))
    for key, definitions in (
        ("executors", shared.executors),
        ("commands", shared.commands),
        ("jobs", shared.jobs),
    ):
        if definitions or key == "jobs":
            entries.append(build.entry(key, build.mapping(*definitions)))
    entries.append(build.entry("workflows", build.mapping(*workflows)))
    return build.mapping(*entries)


def _workflow(pipeline: Pipeline, made: list[Written], setting: Setting, *, several: bool) -> Entry:
    entries = []
    if setting.start.when is not None:
        entries.append(build.entry("when", condition(setting.start.when)))
    start = start_item(setting)
    items = [*([] if start is None else [start]), *(item for one in made for item in one.items)]
    entries.append(build.entry("jobs", build.sequence(*items)))
    shown = "" if pipeline.name is None else constant(pipeline.name) or ""
    comments = (Comment(shown, NOWHERE),) if shown and shown != pipeline.id else ()
    own = pipeline.comments if several else ()
    return build.entry(_clean(pipeline.id), build.mapping(*entries), (*comments, *own))


def _names(pipelines: tuple[Pipeline, ...]) -> dict[str, dict[str, str]]:
    """The names of definitions: of several jobs of one name, each is called after its workflow."""
    ids = [job.id for one in pipelines for job in one.jobs if isinstance(job, Job)]
    found: dict[str, dict[str, str]] = {}
    taken: set[str] = set()
    for pipeline in pipelines:
        own: dict[str, str] = {}
        for job in pipeline.jobs:
            name = _clean(job.id)
            if ids.count(job.id) > 1:
                name = f"{_clean(pipeline.id)}-{name}"
            own[job.id] = unused(name, taken)
            taken.add(own[job.id])
        found[pipeline.id] = own
    return found


def _clean(name: str) -> str:
    """A name that CircleCI takes: letters, digits, blanks, `_` and `-`, a letter first."""
    clean = re.sub(r"[^A-Za-z0-9 _-]+", "-", name).strip("-_ ") or "job"
    return clean if clean[0].isalpha() else f"job-{clean}"
