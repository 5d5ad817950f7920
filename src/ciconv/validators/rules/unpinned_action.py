"""The rule `unpinned-action`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import references
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_SHA = re.compile(r"[0-9a-fA-F]{40}([0-9a-fA-F]{24})?")
_OWN = ("actions/", "github/")


class UnpinnedAction(Rule):
    """An action or a workflow of others is used by a name that they can move to other code.

    Whoever can push to that repository can run anything with the rights and secrets of the job.
    A commit cannot be moved: `owner/name@<40 digits> # v1.2.3`. For actions of GitHub itself, and
    for workflows that have no rights to lose, it is a note.
    """

    code = "unpinned-action"
    summary = "code of others that is not pinned to a commit"
    severity = Severity.WARNING
    opt_in = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references that are no commits."""
        for used in references(subject):
            version = used.version
            if not used.is_of_others or not version or "${{" in version or _SHA.fullmatch(version):
                continue
            severity = Severity.NOTE if used.name.startswith(_OWN) else Severity.WARNING
            said = f"{used.text!r} is not pinned to a commit"
            advice = "write the commit behind the '@', and the version in a comment"
            yield self.found(used.uses.span, said, advice, severity=severity)
