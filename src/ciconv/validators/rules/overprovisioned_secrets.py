"""The rule `overprovisioned-secrets`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Index, Literal, Ref, walk
from ciconv.validators.github import workflows
from ciconv.validators.github.expressions import placed
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class OverprovisionedSecrets(Rule):
    """An expression takes the whole context of secrets, and so hands all of them over.

    Name the secret: `secrets.NAME`. With a computed name, `secrets[…]`, GitHub has to load all
    secrets for the job as well.
    """

    code = "overprovisioned-secrets"
    summary = "all secrets in one expression"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `secrets` without a name behind it."""
        for workflow in workflows(subject):
            for one in placed(workflow, subject):
                for part in one.parts:
                    for expr in walk(part):
                        whole = isinstance(expr, Ref) and expr.path == ("secrets",)
                        if whole and not _is_named(expr, part):
                            yield self.found(
                                expr.span, "the job is handed all secrets", "name those it needs"
                            )


def _is_named(ref: object, whole: object) -> bool:
    return any(
        isinstance(one, Index) and one.base is ref and isinstance(one.key, Literal)
        for one in walk(whole)  # type: ignore[arg-type]
    )
