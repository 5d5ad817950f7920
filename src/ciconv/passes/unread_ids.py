"""Ids of steps by which nobody asks for anything: they say nothing outside of GitHub."""

import re

from ciconv.context import Context
from ciconv.ir.expression import Raw, Ref
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Cancel, Step, Wait
from ciconv.ir.walk import nodes
from ciconv.profile import Profile
from ciconv.source import Span


def unread_ids(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project as it is; it is said of each id that it is left out."""
    if profile.format not in _WITH_IDS:
        for pipeline in project.pipelines:
            for job in pipeline.jobs:
                if isinstance(job, Job):
                    _report(job, context)
    return project


_WITH_IDS = frozenset({"github", "nixactions"})


def _report(job: Job, context: Context) -> None:
    given = [one for one in nodes(job) if isinstance(one, Step) and one.id]
    read = _read(job) if given else set()
    for step in given:
        at = None if "*" in read or (step.id or "").lower() in read else _place_of(step)
        if at is not None:
            said = f"nobody asks for the step {step.id!r} by its id, which is left out"
            context.diagnostics.note("without-effect", said, at)


def _read(job: Job) -> set[str]:
    """The ids that expressions speak of; `*` for all of them."""
    found: set[str] = set()
    for one in nodes(job):
        if isinstance(one, Ref) and one.path[0] == "steps":
            found.add(one.path[1].lower() if len(one.path) > 1 else "*")
        elif isinstance(one, Wait | Cancel) or isinstance(one, Raw) and "steps" in one.text:
            found.add("*")
    return found


def _place_of(step: Step) -> Span | None:
    """Where the id is written; None for one that a pass gave."""
    span = step.span
    if span is None or step.id is None:
        return None
    key = rf"(?m)^[ \t]*(?:- )?id:[ \t]*[\"']?({re.escape(step.id)})[\"']?[ \t]*(?:#|$)"
    match = re.search(key, span.text)
    if match is None:
        return None
    start = span.start_offset + match.start(1)
    return Span(span.source, start, start + len(step.id))
