"""The rule `skipped-need`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.job import JobBase
from ciconv.ir.pipeline import Pipeline
from ciconv.validators.reach import (
    Reach,
    effective_conditions,
    only_condition,
    reach_of,
    waits_for_success,
)
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class SkippedNeed(Rule):
    """A job needs another one that is skipped whenever the job itself is to run.

    A job whose need was skipped is skipped as well, so it never runs. Let it run with
    `if: ${{ !cancelled() && … }}`, or take the need out.
    """

    code = "skipped-need"
    summary = "a need that is skipped exactly when the job is to run"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the jobs that what they wait for keeps from running."""
        for pipeline in subject.pipelines():
            reach = reach_of(pipeline, subject)
            for job in pipeline.jobs:
                test = only_condition(job)
                if job.needs and waits_for_success(job) and reach.possible(test):
                    yield from self._judge(job, pipeline, reach)

    def _judge(self, job: JobBase, pipeline: Pipeline, reach: Reach) -> Iterator[Diagnostic]:
        if reach.possible(*effective_conditions(pipeline, job)):
            return
        jobs = {one.id: one for one in pipeline.jobs}
        test = only_condition(job)
        for need in job.needs or ():
            other = jobs.get(need.job)
            if other is None or reach.possible(test, *effective_conditions(pipeline, other)):
                continue
            if not reach.possible(*effective_conditions(pipeline, other)):
                return  # the other one never runs at all, which is said there
            theirs = only_condition(other)
            at = None if theirs is None else theirs.span
            labels = () if at is None else (Label(at, f"the condition of {need.job!r}"),)
            said = (
                f"{need.job!r} is skipped whenever {job.id!r} is to run, so {job.id!r} never runs"
            )
            advice = "change one of the conditions, or let this one ask for skipped jobs as well"
            yield self.found(need.span, said, advice, labels=labels)
            return
