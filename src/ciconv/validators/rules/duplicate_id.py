"""The rule `duplicate-id`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Scalar
from ciconv.validators.github import with_actions
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
        for workflow in with_actions(subject):
            seen: dict[tuple[str, str], Scalar] = {}
            for job, _, step in workflow.all_steps():
                name = scalar_of(step, "id")
                if name is None or not name.text:
                    continue
                first = seen.setdefault((job, name.text.lower()), name)
                if first is not name:
                    holder = "action" if workflow.is_action else f"job {job!r}"
                    said = f"two steps of the {holder} have the id {name.text!r}"
                    labels = (Label(first.span, "the first one"),)
                    yield self.found(name.span, said, labels=labels)
