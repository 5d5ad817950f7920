"""The rule `broad-app-token`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.github.workflow import entries, entry_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class BroadAppToken(Rule):
    """A token is made for an app with all the rights that the app has, or lives on behind the job.

    Name the rights that are needed, `permission-contents: read`; with an `owner`, name the
    `repositories`, else it is good for all; leave `skip-token-revoke` out.
    """

    code = "broad-app-token"
    summary = "a token of an app that can do more than it has to"
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
            owner, revoke = (entry_of(used.given, key) for key in ("owner", "skip-token-revoke"))
            if owner is not None and "repositories" not in given:
                said = "the token is good for all repositories of the owner"
                yield self.found(owner.key.span, said, "list them below 'repositories'")
            if revoke is not None and text_of(used.given, "skip-token-revoke") != "false":
                said = "the token stays valid when the job ends"
                yield self.found(revoke.key.span, said, "take it out")
