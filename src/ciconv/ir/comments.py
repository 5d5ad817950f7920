"""Giving comments to the parts of pipelines whose places they stand at."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import is_not
from typing import TypeVar

from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import comments_of, nodes
from ciconv.source import Comment, Span

N = TypeVar("N", bound=Node)
Placed = tuple[Comment, tuple[Span, ...]]  # with what it stands at, and what that is in
Home = tuple[int, int, int]  # pipeline, job, step; -1: none of the jobs, or none of the steps


def with_comments(node: N, comments: Iterable[Comment]) -> N:
    """Return the node with more comments."""
    found = tuple(comments)
    return replace(node, comments=(*node.comments, *found)) if found else node


def with_placed(pipelines: tuple[Pipeline, ...], placed: Iterable[Placed]) -> tuple[Pipeline, ...]:
    """Return the pipelines with those comments that no part of them has.

    Each stands at the innermost step, job or pipeline of which a part was read from what the
    comment is at, or from what that is in.
    """
    known = {one for pipeline in pipelines for one in comments_of(pipeline)}
    left = {one: around for one, around in placed if one not in known}
    if not left:
        return pipelines
    homes = sorted(_homes(pipelines), key=lambda one: _start(one[0]))
    found: dict[Home, list[Comment]] = {}
    for comment, around in left.items():
        found.setdefault(_home(around, homes), []).append(comment)
    return tuple(_given(one, at, found) for at, one in enumerate(pipelines))


def _homes(pipelines: tuple[Pipeline, ...]) -> Iterator[tuple[Span, Home]]:
    """Where parts of pipelines were read, and the steps and jobs they belong to."""
    for at, pipeline in enumerate(pipelines):
        for number, job in enumerate(pipeline.jobs):
            steps = job.steps if isinstance(job, Job) else ()
            bare = replace(job, steps=()) if steps else job
            parts = [(bare, -1), *((step, index) for index, step in enumerate(steps))]
            for part, index in parts:
                yield from ((s, (at, number, index)) for n in nodes(part) if (s := n.span))
        above = replace(pipeline, jobs=())
        yield from ((span, (at, -1, -1)) for one in nodes(above) if (span := one.span))


def _start(span: Span) -> tuple[str, int]:
    return span.source.path, span.start_offset


def _home(around: tuple[Span, ...], homes: list[tuple[Span, Home]]) -> Home:
    for outer in around:
        found = _shared(_inside(outer, homes))
        if found is not None:
            return found
    return (0, -1, -1)


def _inside(outer: Span, homes: list[tuple[Span, Home]]) -> Iterator[Home]:
    first, end = _start(outer), (outer.source.path, outer.end_offset)
    for number in range(bisect_left(homes, first, key=lambda one: _start(one[0])), len(homes)):
        span, home = homes[number]
        if _start(span) > end:
            break
        if outer.contains(span):
            yield home


def _shared(homes: Iterable[Home]) -> Home | None:
    """The innermost that holds all of them; of several pipelines the first one's; None of none."""
    shared: Home | None = None
    for home in homes:
        if shared is None or home == shared:
            shared = home
        elif home[0] == shared[0]:
            same_job = home[1] == shared[1]
            shared = (home[0], home[1] if same_job else -1, -1)
        if shared[1] < 0:
            break
    return shared


def _given(pipeline: Pipeline, at: int, found: dict[Home, list[Comment]]) -> Pipeline:
    jobs = []
    for number, job in enumerate(pipeline.jobs):
        if isinstance(job, Job):
            steps = enumerate(job.steps)
            given = tuple(with_comments(one, found.get((at, number, i), ())) for i, one in steps)
            if any(map(is_not, job.steps, given)):
                job = replace(job, steps=given)
        jobs.append(with_comments(job, found.get((at, number, -1), ())))
    return with_comments(replace(pipeline, jobs=tuple(jobs)), found.get((at, -1, -1), ()))
