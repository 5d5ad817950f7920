"""The rule `action-reference`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.github.workflow import OWN
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_REMOTE = re.compile(r"[^@/]+/[^@/]+(/[^@]*)?@\S+")
_IMAGE = re.compile(r"docker://[^:/]+(:\d+)?(/[^:@]+)*([:@]\S+)?")


class ActionReference(Rule):
    """`uses` of a step names no action, and the run ends before it begins.

    It is `owner/repository@ref`, with a folder behind the repository if need be, `./folder` for an
    action of this repository, or `docker://image:tag`.
    """

    code = "action-reference"
    summary = "a reference that names no action"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the references of a wrong form."""
        for used in actions(subject):
            problem = _problem(used.text.strip())
            if problem:
                yield self.found(used.uses.span, f"{used.text!r} {problem}")


def _problem(uses: str) -> str:
    if not uses or "${{" in uses or uses.startswith((*OWN, ".\\")) or uses in (".", "./"):
        return ""
    if uses.startswith("docker://"):
        if not _IMAGE.fullmatch(uses) or uses.endswith(":"):
            return "is no image with a tag"
        return ""
    if _REMOTE.fullmatch(uses) and not uses.startswith("."):
        return ""
    name, _, ref = uses.partition("@")
    if not ref:
        return "has no '@' with a version, a branch or a commit behind it"
    if "/" not in name:
        return "has no owner in front of the repository"
    return "is not owner/repository@ref"
