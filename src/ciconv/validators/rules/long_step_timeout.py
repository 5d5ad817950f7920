"""The rule `long-step-timeout`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.expression import Expr, constant
from ciconv.ir.job import Job
from ciconv.ir.walk import steps_of
from ciconv.simulation.systems import system_of
from ciconv.validators.meaning import jobs_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class LongStepTimeout(Rule):
    """A step may take longer than its job, so that its own limit is never reached.

    The job ends first, and with it everything that was to follow the step. Without a limit of its
    own a job of GitHub ends after 360 minutes.
    """

    code = "long-step-timeout"
    summary = "a step with a longer limit than its job"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the limits of steps above those of their jobs."""
        default = system_of(subject.format).timeout
        for pipeline in subject.pipelines():
            for job in jobs_of(pipeline):
                most = _minutes(job.timeout)
                if job.timeout is None and default:
                    most = float(default)
                if most is not None:
                    yield from self._job(job, most)

    def _job(self, job: Job, most: float) -> Iterator[Diagnostic]:
        for step in steps_of(job.steps):
            own = _minutes(step.timeout)
            if step.timeout is None or own is None or own <= most:
                continue
            given = job.timeout.span if job.timeout is not None else None
            labels = () if given is None else (Label(given, "the limit of the job"),)
            said = f"the step may take {own:g} minutes, but its job ends after {most:g}"
            advice = "give the job more time, or the step less"
            yield self.found(step.timeout.span, said, advice, labels=labels)


def _minutes(value: Expr | None) -> float | None:
    try:
        return float(constant(value) or "")
    except ValueError:
        return None
