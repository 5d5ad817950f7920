"""The rule `forbidden-action`."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import OWN, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class ForbiddenAction(Rule):
    """An action or a workflow is used that the settings do not allow.

    `allowed-actions` lists what may be used, `forbidden-actions` what may not; a star stands for
    any text. Without one of them nothing is found. What is of this repository may always be used.

        [validate]
        allowed-actions = ["actions/*", "github/codeql-action/*"]
    """

    code = "forbidden-action"
    summary = "an action that the settings do not allow"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references that are on the wrong list, or on no list."""
        if not (subject.allowed_actions or subject.forbidden_actions):
            return
        for workflow in workflows(subject):
            steps = (step for _, _, step in workflow.all_steps())
            for holder in (*steps, *workflow.jobs.values()):
                uses = scalar_of(holder, "uses")
                if uses is None or uses.text.startswith((*OWN, "docker://")):
                    continue
                name = uses.text.partition("@")[0].lower()
                if _is_in(name, subject.forbidden_actions):
                    yield self.found(uses.span, f"the settings forbid {name!r}")
                elif subject.allowed_actions and not _is_in(name, subject.allowed_actions):
                    yield self.found(uses.span, f"the settings do not allow {name!r}")


def _is_in(name: str, listed: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, one.lower()) for one in listed)
