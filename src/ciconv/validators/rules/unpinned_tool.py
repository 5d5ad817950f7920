"""The rule `unpinned-tool`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

# actions that fetch the newest version of a program when nobody names one, and the input for it
_INPUTS = {
    "1password/load-secrets-action": "version",
    "aquasecurity/setup-trivy": "version",
}


class UnpinnedTool(Rule):
    """An action fetches whatever version of its program is the newest today.

    The action may be pinned, and still runs code that nobody looked at. Name the version that it is
    to fetch.
    """

    code = "unpinned-tool"
    summary = "an action that fetches the newest version of a program"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the uses of such actions without a version for the program."""
        for used in actions(subject):
            if used.name not in _INPUTS:
                continue
            given = scalar_of(used.given, _INPUTS[used.name])
            if given is None or given.text in ("", "latest"):
                at = used.uses if given is None or not given.text else given
                said = f"{used.name!r} fetches the newest version of its program"
                yield self.found(at.span, said, f"set {_INPUTS[used.name]!r} below 'with'")
