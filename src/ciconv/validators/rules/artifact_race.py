"""The rule `artifact-race`."""

from collections.abc import Iterator

from ciconv.catalog.catalog import Kind
from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import ancestors
from ciconv.validators.artifacts import Artifact, artifacts_of, can_come_from_elsewhere, may_be
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class ArtifactRace(Rule):
    """A job downloads an artifact without waiting for the job that uploads it.

    Now and then it is there in time, and the rest of the time the job fails. Add the other job to
    `needs`.
    """

    code = "artifact-race"
    summary = "a download that does not wait for the upload"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the downloads whose uploads may come later."""
        for pipeline in subject.pipelines():
            if not can_come_from_elsewhere(pipeline):
                yield from self._pipeline(pipeline, subject)

    def _pipeline(self, pipeline: Pipeline, subject: Subject) -> Iterator[Diagnostic]:
        found = artifacts_of(pipeline, subject)
        jobs = {job.id: job for job in pipeline.jobs}
        for one in found:
            if one.kind is not Kind.DOWNLOAD_ARTIFACT or one.name is None or one.foreign:
                continue
            job = jobs[one.job]
            sources = [
                it for it in found if it.kind is Kind.UPLOAD_ARTIFACT and may_be(it, one.name)
            ]
            before = {job.id, *ancestors(pipeline, job)}
            if sources and job.needs is not None and all(it.job not in before for it in sources):
                yield self._race(one, sources[0])

    def _race(self, one: Artifact, source: Artifact) -> Diagnostic:
        labels = () if source.span is None else (Label(source.span, "it is uploaded here"),)
        said = f"{one.job!r} does not wait for {source.job!r}, which uploads {one.name!r}"
        advice = f"add {source.job!r} to 'needs'"
        return self.found(one.span, said, advice, labels=labels)
