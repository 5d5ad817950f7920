"""The rule `workspace-reference`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.validators.github import references
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

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references that begin with `./`."""
        for used in references(subject):
            if not used.text.startswith("./") or "${{" in used.text:
                continue
            fix = Fix(used.uses.span_of(0, 1), "$", safe=False)
            said = f"{used.text!r} is whatever lies in the workspace by then"
            yield self.found(used.uses.span, said, f"write '${used.text[1:]}'", fix=fix)
