"""The rule `secrets-inherit`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import OWN, scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class SecretsInherit(Rule):
    """A workflow of another repository is handed all secrets.

    Hand over those that it asks for, one by one.
    """

    code = "secrets-inherit"
    summary = "all secrets for a workflow of others"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `secrets: inherit` of calls of other repositories."""
        for workflow in workflows(subject):
            for job in workflow.jobs.values():
                given, uses = scalar_of(job, "secrets"), text_of(job, "uses") or ""
                if given is not None and given.text == "inherit" and not uses.startswith(OWN):
                    said = f"{uses!r} is handed all secrets"
                    yield self.found(given.span, said, "hand over those it needs, one by one")
