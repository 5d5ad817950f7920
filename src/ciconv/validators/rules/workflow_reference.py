"""The rule `workflow-reference`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import metadata, workflows
from ciconv.validators.github.workflow import OWN, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_REMOTE = re.compile(r"[\w.-]+/[\w.-]+/[^@]+@\S+")


class WorkflowReference(Rule):
    """`uses` of a job names no workflow that can be called, and GitHub refuses the file.

    It is `./.github/workflows/file.yml`, without `@`, or
    `owner/repository/.github/workflows/file.yml@ref`.
    """

    code = "workflow-reference"
    summary = "a reference that names no workflow"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references of a wrong form, and those to files that are not there."""
        for workflow in workflows(subject):
            for job in workflow.jobs.values():
                uses = scalar_of(job, "uses")
                if uses is None or not uses.text.strip() or "${{" in uses.text:
                    continue
                problem = _problem(uses.text)
                if problem:
                    yield self.found(uses.span, f"{uses.text!r} {problem}")
                elif uses.text.startswith(OWN) and self._is_missing(uses.text, subject):
                    yield self.found(uses.span, f"there is no workflow {uses.text!r}")

    @staticmethod
    def _is_missing(uses: str, subject: Subject) -> bool:
        """Whether a file is not there; in a file alone nobody can tell."""
        if len(subject.paths()) < 2:
            return False
        return metadata(subject).exists(uses[2:]) is False


def _problem(uses: str) -> str:
    if uses.startswith(OWN) and "@" in uses:
        return "is a workflow of this repository, which takes no '@'"
    if not uses.partition("@")[0].endswith((".yml", ".yaml")):
        return "is no file that ends with .yml or .yaml"
    if uses.startswith(OWN):
        return ""
    if _REMOTE.fullmatch(uses):
        return ""
    return "is neither ./path/to/workflow.yml nor owner/repository/path/to/workflow.yml@ref"
