"""The rule `broad-app-token`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class BroadAppToken(Rule):
    """A token is made for an app with all the rights that the app has.

    Name the rights that are needed: `permission-contents: read`.
    """

    code = "broad-app-token"
    summary = "a token of an app with all its rights"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the steps that make such a token."""
        for used in actions(subject):
            if used.name != "actions/create-github-app-token":
                continue
            given = [name for name, _ in entries(used.given)]
            if not any(name.startswith("permission-") for name in given):
                said = "the token has all rights of the app"
                yield self.found(used.uses.span, said, "name those that are needed: permission-…")
