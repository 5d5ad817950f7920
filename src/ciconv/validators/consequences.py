"""Findings that follow from others in the same job, and only say it twice."""

from collections.abc import Iterable, Iterator

from ciconv.diagnostics import Diagnostic
from ciconv.syntax.node import Mapping
from ciconv.validators.subject import Subject

# a job of GitLab whose template is unknown has no script, either
_CAUSES = frozenset({"unknown-template", "unknown-reference"})
_FOLLOWS = "missing-script"


def without_consequences(found: Iterable[Diagnostic], subject: Subject) -> Iterator[Diagnostic]:
    """Yield the findings but for those that an unknown template explains."""
    listed = tuple(found)
    causes = [one for one in listed if one.code in _CAUSES and one.span is not None]
    jobs = _jobs(subject) if causes else {}
    for one in listed:
        job = jobs.get(_place(one)) if one.code == _FOLLOWS else None
        if job is None or not any(_holds(job, cause) for cause in causes):
            yield one


def _jobs(subject: Subject) -> dict[tuple[str, int], Mapping]:
    """The jobs of the files by the place of their names."""
    return {
        (path, entry.key.span.start_offset): entry.value
        for path, root in subject.mappings()
        for entry in root.entries
        if isinstance(entry.value, Mapping)
    }


def _place(one: Diagnostic) -> tuple[str, int]:
    return ("", 0) if one.span is None else (one.span.source.path, one.span.start_offset)


def _holds(job: Mapping, cause: Diagnostic) -> bool:
    path, at = _place(cause)
    inside = job.span.start_offset <= at < job.span.end_offset
    return inside and path == job.span.source.path
