"""The rule `unreachable-result`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.reach import only_condition, reach_of, results_of_needs, waits_for_success
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnreachableResult(Rule):
    """A job asks whether another one failed, but runs only when all have succeeded.

    Without `failure()`, `always()` or `!cancelled()` in its condition a job is skipped when one
    that it needs did not succeed, whatever else the condition says.
    """

    code = "unreachable-result"
    summary = "a test for a failed job in a job that runs only after success"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the conditions that hold only after what would have skipped the job."""
        if subject.format != "github":
            return
        for pipeline in subject.pipelines():
            reach = reach_of(pipeline, subject)
            for job in pipeline.jobs:
                test = only_condition(job)
                if test is None or not job.needs or not waits_for_success(job):
                    continue
                if not reach.possible(test, knowing=results_of_needs(job)) and reach.possible(test):
                    said = f"{job.id!r} runs only when all it needs have succeeded"
                    advice = "begin the condition with '!cancelled() &&'"
                    yield self.found(test.span, f"{said}, so the condition is never true", advice)
