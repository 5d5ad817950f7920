"""The rule `artifact-race`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.walk import ancestors
from ciconv.validators.artifacts import Artifact, handed_over, may_be
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
        for pipeline, downloads, uploads in handed_over(subject):
            jobs = {job.id: job for job in pipeline.jobs}
            for one in downloads:
                job = jobs[one.job]
                sources = [it for it in uploads if may_be(it, one.name or "")]
                before = {job.id, *ancestors(pipeline, job)}
                late = all(it.job not in before for it in sources)
                if sources and job.needs is not None and late:
                    yield self._race(one, sources[0])

    def _race(self, one: Artifact, source: Artifact) -> Diagnostic:
        labels = () if source.span is None else (Label(source.span, "it is uploaded here"),)
        said = f"{one.job!r} does not wait for {source.job!r}, which uploads {one.name!r}"
        advice = f"add {source.job!r} to 'needs'"
        return self.found(one.span, said, advice, labels=labels)
