"""The rule `outdated-action`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.syntax.node import Scalar
from ciconv.validators.github import workflows
from ciconv.validators.github.metadata import known_actions
from ciconv.validators.github.workflow import scalar_of
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
        for workflow in workflows(subject):
            for _, _, step in workflow.all_steps():
                uses = scalar_of(step, "uses")
                if uses is None:
                    continue
                name, _, version = uses.text.partition("@")
                known, match = known_actions().get(name.lower()), _VERSION.fullmatch(version)
                if known is None or match is None or not known.outdated:
                    continue
                fix = _newer(uses, version, int(known.outdated) + 1)
                if known.refused and int(match[1]) <= int(known.refused):
                    newer = f"v{int(known.outdated) + 1} and later work"
                    said = f"GitHub refuses {uses.text!r}, so the step fails"
                    yield self.found(uses.span, said, newer, severity=Severity.ERROR, fix=fix)
                elif int(match[1]) <= int(known.outdated):
                    said = f"{uses.text!r} is for a Node.js that GitHub does not have any more"
                    newer = f"v{int(known.outdated) + 1} and later run on a newer one"
                    yield self.found(uses.span, said, newer, fix=fix)


def _newer(uses: Scalar, version: str, major: int) -> Fix | None:
    """The first version that is not outdated, for one that is written as a major number."""
    if not version.startswith("v") or "." in version:
        return None
    at = uses.span_of(len(uses.text) - len(version), len(uses.text))
    return Fix(at, f"v{major}", safe=False) if at.text == version else None
