"""The rule `missing-timeout`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.meaning import jobs_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MissingTimeout(Rule):
    """A job has no limit of its own, and may hang for hours.

    GitHub waits for six hours, GitLab for one, Jenkins forever.
    """

    code = "missing-timeout"
    summary = "a job without a limit of time"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the jobs without a timeout."""
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                if job.timeout is None:
                    said = f"the job {job.id!r} has no limit of time"
                    yield self.found(job.span, said, "it may hang for hours, which cost money")
