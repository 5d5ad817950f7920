"""The rule `long-lived-password`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class LongLivedPassword(Rule):
    """A package is published with a password or a token that lives on.

    PyPI, RubyGems and crates.io can trust a workflow of a repository, so that there is nothing to
    steal. It is called trusted publishing.
    """

    code = "long-lived-password"
    summary = "a password where the registry trusts the workflow itself"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the passwords handed to actions that can do without."""
        for workflow in workflows(subject):
            for _, _, step in workflow.all_steps():
                uses = (text_of(step, "uses") or "").partition("@")[0].lower()
                password = scalar_of(step.get("with"), "password")
                elsewhere = text_of(step.get("with"), "repository-url")
                if uses == "pypa/gh-action-pypi-publish" and password is not None and not elsewhere:
                    said = "PyPI can trust this workflow without a password"
                    yield self.found(password.span, said)
