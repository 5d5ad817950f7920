"""The rule `obfuscated-reference`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class ObfuscatedReference(Rule):
    """A reference to an action goes through `.`, `..` or empty folders, and so hides what it names.

    It works, and passes by lists of what is allowed. Write the plain path.
    """

    code = "obfuscated-reference"
    summary = "a reference that hides what it names"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references whose path is not plain."""
        for used in actions(subject):
            parts = used.name.split("/")[2:]
            if used.is_of_others and any(part in ("", ".", "..") for part in parts):
                said = f"the path of {used.text!r} is not plain"
                yield self.found(used.uses.span, said, "leave '.' and '..' out")
