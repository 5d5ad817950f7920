"""The rule `workspace-reference`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class WorkspaceReference(Rule):
    """An action or a workflow of this repository is used as it lies in the workspace.

    An earlier step may have put other files there. `$/path` takes it from the commit that the
    workflow is from, and counts as pinned.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
    """

    code = "workspace-reference"
    summary = "a reference to the workspace instead of the repository"
    severity = Severity.NOTE
    opt_in = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references that begin with `./`."""
        for workflow in workflows(subject):
            steps = (step for _, _, step in workflow.all_steps())
            for holder in (*steps, *workflow.jobs.values()):
                uses = scalar_of(holder, "uses")
                if uses is None or not uses.text.startswith("./") or "${{" in uses.text:
                    continue
                instead = f"${uses.text[1:]}"
                at = uses.span_of(0, 1)
                said = f"{uses.text!r} is whatever lies in the workspace by then"
                yield self.found(
                    uses.span, said, f"write {instead!r}", fix=Fix(at, "$", safe=False)
                )
