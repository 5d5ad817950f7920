"""Comments of a program, which its evaluation does not see: each goes to the job it stands at."""

import re
from collections.abc import Iterator
from typing import TypeVar

from ciconv.ir.job import JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.source import Comment, Source

N = TypeVar("N", bound=Node)

# https://nix.dev/manual/nix/latest/language/syntax.html
_TOKEN = re.compile(
    r"""
    "(?:\\.|[^"\\])*"
    | ''(?:''\$|'''|''\\.|(?!'').)*''
    | /\*(?P<block>.*?)\*/
    | \#(?P<line>[^\n]*)
    """,
    re.DOTALL | re.VERBOSE,
)
# what the writer puts above a program, in `header`
_OURS = re.compile(r"\S+: from \S+ by ciconv; run: nix run \.#\S+|started by .*: that lives in .*")


def with_comments(pipelines: tuple[Pipeline, ...], source: Source) -> Iterator[Pipeline]:
    """Yield the pipelines of a file with its comments.

    A comment belongs to the job that it stands in or right above, else to the first pipeline.
    """
    found = tuple(_comments(source))
    lines = frozenset(one.span.start.line for one in found)
    begins = sorted(
        (begin, pipeline.id, job.id)
        for pipeline in pipelines
        for job in pipeline.jobs
        if (begin := _begin(job, source, lines))
    )
    owned: dict[tuple[str, str], list[Comment]] = {}
    for one in found:
        owner = pipelines[0].id, ""
        for begin, *names in begins:
            if begin <= one.span.start.line:
                owner = names[0], names[1]
        owned.setdefault(owner, []).append(one)
    for pipeline in pipelines:
        jobs = tuple(_given(job, owned.get((pipeline.id, job.id))) for job in pipeline.jobs)
        yield _given(replace(pipeline, jobs=jobs), owned.get((pipeline.id, "")))


def _given(node: N, comments: list[Comment] | None) -> N:
    return node if not comments else replace(node, comments=(*comments, *node.comments))


def _comments(source: Source) -> Iterator[Comment]:
    for match in _TOKEN.finditer(source.text):
        said = match["line"] if match["block"] is None else match["block"]
        if said is not None and not _OURS.fullmatch(said.strip()):
            span = source.span(*match.span())
            lines = (one.removeprefix(" ").rstrip() for one in said.strip("\n").split("\n"))
            yield from (Comment(text=one, span=span) for one in lines)


def _begin(job: JobBase, source: Source, lines: frozenset[int]) -> int:
    """The line that a job begins at, with the comments right above it; 0: not in this file."""
    if job.span is None or job.span.source is not source or job.span.end_offset == 0:
        return 0
    line = job.span.start.line
    while line - 1 in lines:
        line -= 1
    return line
