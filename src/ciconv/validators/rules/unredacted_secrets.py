"""The rule `unredacted-secrets`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Call, Ref, walk
from ciconv.validators.github import workflows
from ciconv.validators.github.expressions import placed
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
        for workflow in workflows(subject):
            for one in placed(workflow, subject):
                for part in one.parts:
                    for call in walk(part):
                        if not isinstance(call, Call) or call.function.lower() != "fromjson":
                            continue
                        inside = (it for argument in call.arguments for it in walk(argument))
                        if any(isinstance(it, Ref) and it.path[0] == "secrets" for it in inside):
                            said = "the parts of the secret are not hidden in the log"
                            yield self.found(
                                call.span, said, "keep each part in a secret of its own"
                            )
