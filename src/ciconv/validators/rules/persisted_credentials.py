"""The rule `persisted-credentials`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import Workflow, scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_UPLOADS = "actions/upload-artifact"
_EVERYTHING = (".", "./", "${{ github.workspace }}", "*", "**")


class PersistedCredentials(Rule):
    """The token that a checkout leaves in `.git/config` is uploaded with the whole folder.

    Whoever can download the artifact has the token while the run lasts. Use
    `persist-credentials: false`, or upload less.
    """

    code = "persisted-credentials"
    summary = "the token of the checkout in an artifact"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the uploads of the whole folder after a checkout that keeps its token."""
        for workflow in workflows(subject):
            for job in workflow.jobs:
                yield from self._job(workflow, job)

    def _job(self, workflow: Workflow, job: str) -> Iterator[Diagnostic]:
        kept = False
        for step in workflow.steps(job):
            uses = (text_of(step, "uses") or "").partition("@")[0]
            given = step.get("with")
            if uses == "actions/checkout":
                kept = kept or text_of(given, "persist-credentials") != "false"
            path = scalar_of(given, "path") if isinstance(given, Mapping) else None
            if kept and uses == _UPLOADS and path is not None and path.text.strip() in _EVERYTHING:
                said = "the token of the checkout is in the artifact"
                advice = "check out with 'persist-credentials: false', or upload less"
                yield self.found(path.span, said, advice)
