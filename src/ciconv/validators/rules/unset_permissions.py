"""The rule `unset-permissions`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import workflows
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnsetPermissions(Rule):
    """Nothing says what the token of a job may do, so that the settings of the repository decide.

    There it may be everything. Give the workflow `permissions: {}`, and each job what it needs.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
    """

    code = "unset-permissions"
    summary = "a job whose rights the file does not say"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the jobs without `permissions` in workflows without them."""
        for workflow in workflows(subject):
            if workflow.root.get("permissions") is not None:
                continue
            jobs = workflow.root.get("jobs")
            for entry in jobs.entries if isinstance(jobs, Mapping) else ():
                job = workflow.job(entry.name)
                if job is not None and job.get("permissions") is None:
                    said = f"nothing says what the token of {entry.name!r} may do"
                    yield self.found(entry.key.span, said, "add 'permissions'")
