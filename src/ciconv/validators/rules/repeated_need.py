"""The rule `repeated-need`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class RepeatedNeed(Rule):
    """A job names another job twice in its `needs`.

    Nothing is wrong with the run; probably another job was meant.
    """

    code = "repeated-need"
    summary = "the same job twice in `needs`"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the second mention."""
        for workflow in workflows(subject):
            for name, job in workflow.jobs.items():
                seen = set()
                for need in scalars_of(job.get("needs")):
                    if need.text.lower() in seen:
                        said = f"the job {name!r} needs {need.text!r} twice"
                        yield self.found(need.span, said, "take one out")
                    seen.add(need.text.lower())
