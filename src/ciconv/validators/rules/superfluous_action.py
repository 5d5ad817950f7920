"""The rule `superfluous-action`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_INSTEAD = {
    "actions-ecosystem/action-add-labels": "gh issue edit --add-label",
    "actions-ecosystem/action-remove-labels": "gh issue edit --remove-label",
    "addnab/docker-run-action": "docker run",
    "dacbd/create-issue-action": "gh issue create",
    "dtolnay/rust-toolchain": "rustup toolchain install",
    "elgohr/github-release-action": "gh release create",
    "endbug/add-and-commit": "git add, git commit and git push",
    "ncipollo/release-action": "gh release create",
    "peter-evans/create-or-update-comment": "gh issue comment",
    "peter-evans/create-pull-request": "gh pr create",
    "sergeysova/jq-action": "jq",
    "softprops/action-gh-release": "gh release create",
    "stefanzweifel/git-auto-commit-action": "git add, git commit and git push",
    "svenstaro/upload-release-action": "gh release upload",
}


class SuperfluousAction(Rule):
    """An action does what a program can that stands on GitHub's machines anyway.

    Each action of others is code that runs with the rights and the secrets of the job. One line of
    a script takes its place.
    """

    code = "superfluous-action"
    summary = "an action for what a program on the machine does"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the uses of such actions."""
        for used in actions(subject):
            if used.name in _INSTEAD:
                said = f"{used.name!r} does what the machine can do itself"
                yield self.found(used.uses.span, said, f"use `{_INSTEAD[used.name]}` in a script")
