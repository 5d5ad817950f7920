"""The rule `missing-action`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions, metadata
from ciconv.validators.github.workflow import OWN
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_FOLDER = ".github/actions/"
_PLACES = tuple(f"{own}{_FOLDER}" for own in OWN)


class MissingAction(Rule):
    """A step uses an action of the repository that is not there.

    It is looked for where the repository is checked out; an action that an earlier step puts
    there, or that another repository brings, is not seen, so this is a warning.
    """

    code = "missing-action"
    summary = "a local action that is not there"

    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the local actions without a file, where the whole repository can be seen."""
        for used in actions(subject):
            if not used.text.startswith(_PLACES):
                continue
            if not any(path.startswith(_FOLDER) for path in subject.paths()):
                return  # only this file is at hand
            folder = used.text[2:].rstrip("/")
            files = [f"{folder}/{name}" for name in ("action.yml", "action.yaml", "Dockerfile")]
            if not any(metadata(subject).exists(path) for path in files):
                yield self.found(used.uses.span, f"there is no action {used.text!r}")
