"""The rule `unredacted-secrets`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Expr, Ref, walk
from ciconv.validators.github import calls
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UnredactedSecrets(Rule):
    """A secret is read as JSON, and its parts are not hidden in the log.

    GitHub hides the whole text of a secret, but not what is parsed out of it. Make a secret of each
    part.
    """

    code = "unredacted-secrets"
    summary = "a part of a secret, which the log does not hide"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `fromJSON(secrets.NAME)`."""
        for call in calls(subject):
            inside = (it for argument in call.arguments for it in walk(argument))
            if call.function.lower() == "fromjson" and any(map(_is_secret, inside)):
                said = "the parts of the secret are not hidden in the log"
                yield self.found(call.span, said, "keep each part in a secret of its own")


def _is_secret(expr: Expr) -> bool:
    return isinstance(expr, Ref) and expr.path[0] == "secrets"
