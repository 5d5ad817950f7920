"""The rule `secrets-outside-environment`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Ref, walk
from ciconv.validators.github import workflows
from ciconv.validators.github.expressions import placed
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class SecretsOutsideEnvironment(Rule):
    """A job uses a secret, but no environment that says who may use it.

    Secrets of an environment can be kept to branches, and can wait for a person.
    """

    code = "secrets-outside-environment"
    summary = "a secret of a job without an environment"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the secrets of jobs without `environment`, but the token."""
        for workflow in workflows(subject):
            for one in placed(workflow, subject):
                job = workflow.job(one.site.path[1]) if one.site.path[:1] == ("jobs",) else None
                if job is None or job.get("environment") is not None:
                    continue
                for part in one.parts:
                    for ref in walk(part):
                        if isinstance(ref, Ref) and _is_secret(ref):
                            said = f"the job uses {ref.path[1]!r} without an environment"
                            advice = "an environment can ask somebody before it gives its secrets"
                            yield self.found(ref.span, said, advice)


def _is_secret(ref: Ref) -> bool:
    return ref.path[0] == "secrets" and len(ref.path) == 2 and ref.path[1].upper() != "GITHUB_TOKEN"
