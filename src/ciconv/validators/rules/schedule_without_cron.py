"""The rule `schedule-without-cron`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import workflows
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class ScheduleWithoutCron(Rule):
    """The event `schedule` is named, but no times are given, so nothing is ever started.

    It takes a list: `schedule: [{cron: '0 4 * * *'}]`.
    """

    code = "schedule-without-cron"
    summary = "a schedule without times"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `schedule` in a workflow whose `on` is no mapping."""
        for workflow in workflows(subject):
            if isinstance(workflow.root.get("on"), Mapping):
                continue
            for name, at in workflow.triggers():
                if name == "schedule":
                    yield self.found(at.span, "'schedule' has no times", "add a list with 'cron'")
