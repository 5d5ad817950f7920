"""The rule `cron-frequency`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.cron import BadCron, parse, shortest_gap
from ciconv.validators.rule import Rule
from ciconv.validators.schedules import schedules
from ciconv.validators.subject import Subject

_LEAST = 5  # minutes


class CronFrequency(Rule):
    """A schedule is due more often than GitHub starts runs: it is taken, and runs less often.

    The shortest interval is five minutes.
    https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
    """

    code = "cron-frequency"
    summary = "a schedule that is due more often than every five minutes"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the schedules whose times lie too close together."""
        for scalar in schedules(subject):
            try:
                gap = shortest_gap(parse(scalar.text))
            except BadCron:
                continue
            if gap < _LEAST:
                within = f"{gap} minute{'s'[: gap != 1]}"
                said = f"the schedule {scalar.text!r} is due twice within {within}"
                yield self.found(scalar.span, said, "the shortest interval is 5 minutes")
