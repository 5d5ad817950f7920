"""The rule `hardcoded-credential`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Node, Scalar, Sequence, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OPEN = re.compile(r"\$|<<")  # what stands for another value


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
        if subject.format == "circleci":
            yield from self._of_circleci(subject)
        for workflow in workflows(subject) if subject.format == "github" else ():
            for job in workflow.jobs.values():
                services = [node for _, node in entries(job.get("services"))]
                for container in (job.get("container"), *services):
                    password = _password(container)
                    if password is not None and password.text and "${{" not in password.text:
                        said = "the password stands in the file"
                        yield self.found(password.span, said, "put it into a secret")

    def _of_circleci(self, subject: Subject) -> Iterator[Diagnostic]:
        """The passwords of images; a variable of a context begins with a dollar."""
        for _, root in subject.mappings():
            holders = (one for key in ("jobs", "executors") for _, one in entries(root.get(key)))
            for image in (item for one in holders for item in _images(one)):
                for name, auth in entries(image):
                    password = dict(entries(auth)).get("password") if name == "auth" else None
                    if isinstance(password, Scalar) and not _OPEN.search(password.text):
                        said = "the password stands in the file"
                        advice = "put it into a context, and write the name behind a dollar"
                        yield self.found(password.span, said, advice)


def _password(container: Node | None) -> Scalar | None:
    credentials = dict(entries(container)).get("credentials")
    found = dict(entries(credentials)).get("password")
    return found if isinstance(found, Scalar) else None


def _images(holder: Node) -> Iterator[Node]:
    found = dict(entries(holder)).get("docker")
    yield from map(resolve, found.items if isinstance(found, Sequence) else ())
