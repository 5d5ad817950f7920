"""The rule `unnamed-workflow`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnnamedWorkflow(Rule):
    """A workflow or a job has no name, so that lists of runs show its file or its id.

    Names are what people see in checks and in messages.
    """

    code = "unnamed-workflow"
    summary = "a workflow or a job without a name"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the workflows without a name."""
        for workflow in workflows(subject):
            if workflow.root.get("name") is None:
                yield self.found(
                    workflow.root.entries[0].key.span,
                    "the workflow has no name",
                    "begin the file with 'name: …'",
                )
