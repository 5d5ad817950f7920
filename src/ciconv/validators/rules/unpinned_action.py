"""The rule `unpinned-action`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import references
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_SHA = re.compile(r"[0-9a-fA-F]{40}([0-9a-fA-F]{24})?")
_OWN = ("actions/", "github/")
_RELEASE = re.compile(r"v?\d.*|.*[-/]v?\d.*")  # a tag that is moved on purpose alone


class UnpinnedAction(Rule):
    """An action or a workflow of others is used by a name that they can move to other code.

    Whoever can push to that repository can run anything with the rights and secrets of the job.
    A commit cannot be moved: `owner/name@<40 digits> # v1.2.3`. For the tag of a version it is a
    note, for a branch a warning. GitHub's own actions are left out.
    """

    code = "unpinned-action"
    summary = "code of others that is not pinned to a commit"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references that are no commits."""
        for used in references(subject):
            version = used.version
            if not used.is_of_others or "/" not in used.name or used.name.startswith(_OWN):
                continue
            if not version or "${{" in version or _SHA.fullmatch(version):
                continue
            is_release = _RELEASE.fullmatch(version) is not None
            severity = Severity.NOTE if is_release else Severity.WARNING
            said = f"{used.text!r} is not pinned to a commit"
            advice = "write the commit behind the '@', and the version in a comment"
            yield self.found(used.uses.span, said, advice, severity=severity)
