"""The rule `archived-action`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import actions
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_ARCHIVED = {
    "actions/create-release": "use `gh release create`",
    "actions/upload-release-asset": "use `gh release upload`",
    "actions/setup-ruby": "use ruby/setup-ruby",
    "actions/setup-haskell": "use haskell-actions/setup",
    "actions-rs/toolchain": "use dtolnay/rust-toolchain, or rustup in a script",
    "actions-rs/cargo": "call cargo in a script",
    "actions-rs/clippy-check": "call cargo in a script",
    "actions-rs/audit-check": "use rustsec/audit-check",
    "8398a7/action-slack": "use slackapi/slack-github-action",
    "gaurav-nelson/github-action-markdown-link-check": "",
}


class ArchivedAction(Rule):
    """An action is used that nobody works on any more.

    Faults, and holes in its security, stay. The help names what takes its place.
    """

    code = "archived-action"
    summary = "an action that nobody works on any more"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the uses of archived actions."""
        for used in actions(subject):
            if used.name in _ARCHIVED:
                said = f"nobody works on {used.name!r} any more"
                yield self.found(used.uses.span, said, _ARCHIVED[used.name])
