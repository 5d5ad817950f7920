"""The rule `hardcoded-credential`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Node, Scalar
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class HardcodedCredential(Rule):
    """The password of a registry stands in the file, where everybody can read it.

    Put it into a secret: `password: ${{ secrets.NAME }}`. It has to be changed as well, as it
    stays in the history.
    """

    code = "hardcoded-credential"
    summary = "a password in the file"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the passwords of containers and services that are constants."""
        for workflow in workflows(subject):
            for job in workflow.jobs.values():
                services = [node for _, node in entries(job.get("services"))]
                for container in (job.get("container"), *services):
                    password = _password(container)
                    if password is not None and password.text and "${{" not in password.text:
                        said = "the password stands in the file"
                        yield self.found(password.span, said, "put it into a secret")


def _password(container: Node | None) -> Scalar | None:
    credentials = dict(entries(container)).get("credentials")
    found = dict(entries(credentials)).get("password")
    return found if isinstance(found, Scalar) else None
