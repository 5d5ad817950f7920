"""Comments whose construct became none of the IR, or was taken away: they climb to what holds it.

A writer does the same with what it has no place for (`ciconv.converters.left_comments`).
"""

import re
from collections.abc import Iterator
from typing import TypeVar

from ciconv.ir.comments import Placed, with_comments, with_placed
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import ActionRef, Placeholder, Step
from ciconv.ir.walk import comments_of
from ciconv.source import Comment, Span
from ciconv.syntax.node import Mapping, Sequence
from ciconv.syntax.node import Node as Tree

N = TypeVar("N", bound=Node)
_HASH = re.compile(r"@[0-9a-f]{40}['\"]?\s*$")
# what stands behind the hash of a version says no more than which version it is
_VERSION = re.compile(r"#?\s*(?:[\w.-]+[-@= ])?v?\d[\w.+-]*\s*")


def with_all_comments(project: Project) -> Project:
    """Return the project as it was read, with the comments that no part of it was given."""
    trees = {id(one.tree): one.tree for one in project.pipelines if one.tree is not None}
    placed = (pair for tree in trees.values() for pair in _placed(tree, ()))
    return replace(project, pipelines=with_placed(project.pipelines, placed))


def _placed(tree: Tree, around: tuple[Span, ...]) -> Iterator[Placed]:
    """The comments of a tree, each with what it stands at and what that is in, from inside."""
    own = (tree.span, *around)
    yield from ((one, own) for one in (*tree.comments, *tree.trailing))
    if isinstance(tree, Mapping):
        for entry in tree.entries:
            span = entry.span
            yield from ((one, (span, *own)) for one in entry.comments)
            yield from _placed(entry.value, (span, *own))
    elif isinstance(tree, Sequence):
        for item in tree.items:
            yield from _placed(item, own)


def keep_comments(before: Project, after: Project) -> Project:
    """Return the project with all comments of what it was made of, but for versions of pins.

    Those of a job stand at the job, in their order; those of jobs that are no more, and of what
    stands above jobs, at the pipeline.
    """
    old = {one.id: one for one in before.pipelines}
    pipelines = tuple(
        _pipeline(old[one.id], one) if one.id in old else one for one in after.pipelines
    )
    return replace(after, pipelines=pipelines)


def _pipeline(before: Pipeline, after: Pipeline) -> Pipeline:
    versions = frozenset(_versions(before))
    kept = versions.union(comments_of(after))
    old = {job.id: job for job in before.jobs}
    jobs = tuple(
        with_comments(job, (one for one in comments_of(old[job.id]) if one not in kept))
        if job.id in old
        else job
        for job in (_without(versions, one) for one in after.jobs)
    )
    known = kept.union(*map(comments_of, jobs))
    return with_comments(
        replace(after, jobs=jobs), (one for one in comments_of(before) if one not in known)
    )


def _without(versions: frozenset[Comment], job: JobBase) -> JobBase:
    if not versions or not isinstance(job, Job):
        return job
    return replace(job, steps=tuple(_step_without(versions, one) for one in job.steps))


def _step_without(versions: frozenset[Comment], step: Step) -> Step:
    """The step; one that fails names the hash, so that its version stays."""
    if isinstance(step, Placeholder):
        return step
    ref: ActionRef | None = getattr(step, "ref", None)  # also of what an action became
    if ref is not None and ref.comments:
        step = replace(step, ref=_bare(ref, versions))
    return _bare(step, versions) if step.comments else step


def _bare(node: N, versions: frozenset[Comment]) -> N:
    return replace(node, comments=tuple(one for one in node.comments if one not in versions))


def _versions(pipeline: Pipeline) -> Iterator[Comment]:
    """What says which version the hash of an action is: no other system has that hash."""
    for one in comments_of(pipeline):
        if one.inline and _VERSION.fullmatch(one.text.strip()):
            start = one.span.start
            if _HASH.search(one.span.source.line(start.line)[: start.column - 1]):
                yield one
