"""The rule `unknown-need`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnknownNeed(Rule):
    """A job waits for a job that does not exist, and the system refuses the pipeline.

    Ids count, not names.
    """

    code = "unknown-need"
    summary = "a need of a job that does not exist"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the needs without a job."""
        # the needs of GitLab are judged by name and stage, with the rule `unknown-job`
        for pipeline in () if subject.format == "gitlab" else subject.pipelines():
            known = {name for job in pipeline.jobs for name in (job.id, *job.calls)}
            plain = {name.lower() for name in known}
            for job in pipeline.jobs:
                for need in job.needs or ():
                    same = subject.format == "github" and need.job.lower() in plain
                    if need.job in known or need.optional or same:
                        continue
                    from difflib import get_close_matches  # where a name is wrong, not before

                    close = get_close_matches(need.job, sorted(known), 1)
                    advice = f"did you mean {close[0]!r}?" if close else ""
                    said = f"job {job.id!r} needs {need.job!r}, which is not a job"
                    yield self.found(need.span, said, advice)
