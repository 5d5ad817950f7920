"""The artifacts of a pipeline: who uploads and who downloads what."""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.catalog.catalog import Kind
from ciconv.ir.expression import Expr, Literal, Template, constant
from ciconv.ir.job import CallJob
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Use
from ciconv.ir.trigger import EventKind
from ciconv.source import Span
from ciconv.validators.meaning import jobs_of, meanings
from ciconv.validators.subject import Subject

_ELSEWHERE = frozenset({"run-id", "repository", "github-token", "run", "token"})
_DEFAULT = "artifact"  # GitHub's name for an upload without one


class Artifact(Struct, frozen=True):
    """One upload or download. `name` None: the run decides, or all of them."""

    kind: Kind
    job: str
    name: str | None
    written: Expr | None
    span: Span | None
    foreign: bool = False  # of another run


def artifacts_of(pipeline: Pipeline, subject: Subject) -> tuple[Artifact, ...]:
    """Return the uploads and downloads of a pipeline."""
    key = f"_artifacts {pipeline.path} {pipeline.id}"
    return subject.once(key, lambda: tuple(_found(pipeline, subject)))


def handed_over(
    subject: Subject,
) -> Iterator[tuple[Pipeline, tuple[Artifact, ...], tuple[Artifact, ...]]]:
    """Yield the pipelines whose artifacts are all their own, with downloads by name and uploads."""
    for pipeline in subject.pipelines():
        if not can_come_from_elsewhere(pipeline):
            found = artifacts_of(pipeline, subject)
            named = (one for one in found if one.name is not None and not one.foreign)
            yield (
                pipeline,
                tuple(one for one in named if one.kind is Kind.DOWNLOAD_ARTIFACT),
                tuple(one for one in found if one.kind is Kind.UPLOAD_ARTIFACT),
            )


def _found(pipeline: Pipeline, subject: Subject) -> Iterator[Artifact]:
    for job in jobs_of(pipeline):
        for one in meanings(job, subject.context.catalog):
            if one.kind not in (Kind.UPLOAD_ARTIFACT, Kind.DOWNLOAD_ARTIFACT):
                continue
            written = one.values.get("artifact") or one.values.get("name")
            name = None if written is None else constant(written)
            if written is None and one.kind is Kind.UPLOAD_ARTIFACT:
                name = _DEFAULT
            span = one.step.span if written is None else written.span
            foreign = not _ELSEWHERE.isdisjoint(one.values)
            yield Artifact(one.kind, job.id, name, written, span, foreign)


def may_be(upload: Artifact, name: str) -> bool:
    """Return whether an upload may have a name: its constant parts have to be in it, in order."""
    if upload.name is not None:
        return upload.name == name
    if not isinstance(upload.written, Template):
        return True
    at = 0
    for part in upload.written.parts:
        if isinstance(part, Literal) and isinstance(part.value, str):
            found = name.find(part.value, at)
            if found < 0:
                return False
            at = found + len(part.value)
    return True


def can_come_from_elsewhere(pipeline: Pipeline) -> bool:
    """Return whether other workflows may upload to the same run: callers, and those called."""
    called = any(trigger.kind is EventKind.CALL for trigger in pipeline.triggers)
    return called or any(isinstance(job, CallJob) for job in pipeline.jobs)


def may_come_from_actions(pipeline: Pipeline, subject: Subject) -> bool:
    """Return whether an action that nobody knows may upload something."""
    steps = (one for job in jobs_of(pipeline) for one in meanings(job, subject.context.catalog))
    return any(isinstance(one.step, Use) and not one.is_known for one in steps)
