"""The rule `outdated-action`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.syntax.node import Scalar
from ciconv.validators.github import actions
from ciconv.validators.github.metadata import known_actions
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_VERSION = re.compile(r"v?(\d+)(\.\d+)*")


class OutdatedAction(Rule):
    """A version of an action runs on a Node.js that GitHub has taken away.

    GitHub runs it on a newer one, which may fail. Old versions of the actions for artifacts and
    caches fail at once, as what they ask for is gone. Take a newer version.
    https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/
    """

    code = "outdated-action"
    summary = "a version of an action for a Node.js that is gone"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield uses of old versions of popular actions."""
        for used in actions(subject):
            known, match = known_actions().get(used.name), _VERSION.fullmatch(used.version)
            if known is None or match is None or not known.outdated:
                continue
            newest, at = int(known.outdated) + 1, used.uses.span
            fix = _newer(used.uses, used.version, newest)
            if known.refused and int(match[1]) <= int(known.refused):
                newer = f"v{newest} and later work"
                said = f"GitHub refuses {used.text!r}, so the step fails"
                yield self.found(at, said, newer, severity=Severity.ERROR, fix=fix)
            elif int(match[1]) < newest:
                said = f"{used.text!r} is for a Node.js that GitHub does not have any more"
                yield self.found(at, said, f"v{newest} and later run on a newer one", fix=fix)


def _newer(uses: Scalar, version: str, major: int) -> Fix | None:
    """The first version that is not outdated, for one that is written as a major number."""
    if not version.startswith("v") or "." in version:
        return None
    at = uses.span_of(len(uses.text) - len(version), len(uses.text))
    return Fix(at, f"v{major}", safe=False) if at.text == version else None
