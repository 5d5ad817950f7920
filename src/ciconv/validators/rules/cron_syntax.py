"""The rule `cron-syntax`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.trigger import Trigger
from ciconv.validators.cron import BadCron, parse
from ciconv.validators.rule import Rule
from ciconv.validators.schedules import schedules
from ciconv.validators.subject import Subject


class CronSyntax(Rule):
    """A schedule is no cron expression, so the pipeline is refused or never starts.

    There are five fields: minute, hour, day of the month, month, day of the week. Words such as
    `@daily`, and fields for seconds or years, are not known.
    """

    code = "cron-syntax"
    summary = "a schedule that is no cron expression"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the schedules that cannot be read."""
        for trigger in _of_jenkins(subject):
            try:
                parse(trigger.cron or "")
            except BadCron as error:
                yield self.found(trigger.span, f"the schedule is no cron expression: {error}")
        for scalar in schedules(subject):
            try:
                parse(scalar.text)
            except BadCron as error:
                at = scalar.span
                yield self.found(at, f"{scalar.text!r} is no cron expression: {error}")


def _of_jenkins(subject: Subject) -> Iterator[Trigger]:
    """The schedules of Jenkins as plain cron; those of other systems are read as they stand."""
    for pipeline in subject.pipelines() if subject.format == "jenkins" else ():
        yield from (one for one in pipeline.triggers if one.cron is not None)
