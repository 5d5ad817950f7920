"""The rule `missing-artifact`."""

from collections.abc import Iterator

from ciconv.catalog.catalog import Kind
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.pipeline import Pipeline
from ciconv.validators.artifacts import (
    artifacts_of,
    can_come_from_elsewhere,
    may_be,
    may_come_from_actions,
)
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
        for pipeline in subject.pipelines():
            if not can_come_from_elsewhere(pipeline):
                yield from self._pipeline(pipeline, subject)

    def _pipeline(self, pipeline: Pipeline, subject: Subject) -> Iterator[Diagnostic]:
        from difflib import get_close_matches

        found = artifacts_of(pipeline, subject)
        uploaded = [one for one in found if one.kind is Kind.UPLOAD_ARTIFACT]
        for one in found:
            if one.kind is not Kind.DOWNLOAD_ARTIFACT or one.name is None or one.foreign:
                continue
            if not any(may_be(other, one.name) for other in uploaded):
                names = [other.name for other in uploaded if other.name is not None]
                close = get_close_matches(one.name, names, 1)
                if not close and may_come_from_actions(pipeline, subject):
                    continue
                advice = f"did you mean {close[0]!r}?" if close else ""
                yield self.found(one.span, f"no job uploads the artifact {one.name!r}", advice)
