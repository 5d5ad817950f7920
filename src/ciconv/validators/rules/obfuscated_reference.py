"""The rule `obfuscated-reference`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import OWN, scalar_of
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
        for workflow in workflows(subject):
            for _, _, step in workflow.all_steps():
                uses = scalar_of(step, "uses")
                if uses is None or uses.text.startswith(("docker://", *OWN)):
                    continue
                parts = uses.text.partition("@")[0].split("/")[2:]
                if any(part in ("", ".", "..") for part in parts):
                    yield self.found(
                        uses.span,
                        f"the path of {uses.text!r} is not plain",
                        "leave '.' and '..' out",
                    )
