"""The rule `kept-token`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.github.workflow import text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class KeptToken(Rule):
    """A checkout leaves the token of the job in the folder, for every later step to use.

    Only jobs that push need it there. Say `persist-credentials: false` in all others. What uploads
    the whole folder, and the token with it, is `persisted-credentials`.
    https://github.com/actions/checkout#usage
    """

    code = "kept-token"
    summary = "a checkout that leaves its token behind"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the checkouts that do not take it away, or say that it stays."""
        for used in actions(subject):
            given = text_of(used.given, "persist-credentials")
            if used.name == "actions/checkout" and given is None:
                said = "the token of the job stays in the folder"
                yield self.found(used.uses.span, said, "say 'persist-credentials', true or false")
