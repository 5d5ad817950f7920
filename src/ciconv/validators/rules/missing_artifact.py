"""The rule `missing-artifact`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.artifacts import handed_over, may_be, may_come_from_actions
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MissingArtifact(Rule):
    """A job downloads an artifact that no job of the pipeline uploads, and fails.

    Names of artifacts are compared letter by letter. What another run or a called workflow
    uploads is not looked at.
    """

    code = "missing-artifact"
    summary = "a download of an artifact that nobody uploads"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the downloads of names that are not uploaded."""
        for pipeline, downloads, uploads in handed_over(subject):
            names = [other.name for other in uploads if other.name is not None]
            for one in downloads:
                name = one.name or ""
                if any(may_be(other, name) for other in uploads):
                    continue
                from difflib import get_close_matches  # where a name is wrong, not before

                close = get_close_matches(name, names, 1)
                if close or not may_come_from_actions(pipeline, subject):
                    advice = f"did you mean {close[0]!r}?" if close else ""
                    yield self.found(one.span, f"no job uploads the artifact {name!r}", advice)
