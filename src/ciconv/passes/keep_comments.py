"""Comments whose construct the passes took away: they stand at the job, or at the pipeline."""

from collections.abc import Iterable
from typing import TypeVar

from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.walk import comments_of
from ciconv.source import Comment

N = TypeVar("N", bound=Node)


def keep_comments(before: Project, after: Project) -> Project:
    """Return the project with all comments of what it was made of.

    Those of a job stand at the job, in their order; those of jobs that are no more, and of what
    stands above jobs, at the pipeline.
    """
    old = {one.id: one for one in before.pipelines}
    pipelines = tuple(
        _pipeline(old[one.id], one) if one.id in old else one for one in after.pipelines
    )
    return replace(after, pipelines=pipelines)


def _pipeline(before: Pipeline, after: Pipeline) -> Pipeline:
    kept = frozenset(comments_of(after))
    old = {job.id: job for job in before.jobs}
    jobs = tuple(
        _with(job, (one for one in comments_of(old[job.id]) if one not in kept))
        if job.id in old
        else job
        for job in after.jobs
    )
    known = kept.union(*map(comments_of, jobs))
    return _with(
        replace(after, jobs=jobs), (one for one in comments_of(before) if one not in known)
    )


def _with(node: N, comments: Iterable[Comment]) -> N:
    found = tuple(comments)
    return replace(node, comments=(*node.comments, *found)) if found else node
