"""The rule `forbidden-action`."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import references
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
        for used in references(subject):
            if not used.is_of_others:
                continue
            if _is_in(used.name, subject.forbidden_actions):
                yield self.found(used.uses.span, f"the settings forbid {used.name!r}")
            elif subject.allowed_actions and not _is_in(used.name, subject.allowed_actions):
                yield self.found(used.uses.span, f"the settings do not allow {used.name!r}")


def _is_in(name: str, listed: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, one.lower()) for one in listed)
