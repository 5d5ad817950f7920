"""The rule `duplicate-id`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Scalar
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class DuplicateId(Rule):
    """Two steps of one job have the same id, and GitHub refuses the file.

    Case does not count. `steps.ID` has to mean one step.
    """

    code = "duplicate-id"
    summary = "two steps of one job with the same id"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield each id that an earlier step of the job has."""
        for workflow in workflows(subject):
            seen: dict[tuple[str, str], Scalar] = {}
            for job, _, step in workflow.all_steps():
                name = scalar_of(step, "id")
                if name is None or not name.text:
                    continue
                first = seen.setdefault((job, name.text.lower()), name)
                if first is not name:
                    said = f"two steps of the job {job!r} have the id {name.text!r}"
                    labels = (Label(first.span, "the first one"),)
                    yield self.found(name.span, said, labels=labels)
