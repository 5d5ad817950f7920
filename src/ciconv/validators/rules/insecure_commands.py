"""The rule `insecure-commands`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping
from ciconv.validators.github import steps, workflows
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_NAME = "ACTIONS_ALLOW_UNSECURE_COMMANDS"


class InsecureCommands(Rule):
    """The commands `set-env` and `add-path` are switched on again.

    Anybody whose text comes into the log can then set variables and programs of later steps. Write
    to `$GITHUB_ENV` and `$GITHUB_PATH`.
    """

    code = "insecure-commands"
    summary = "commands in the log that anybody can give"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the variable that switches them on."""
        outer = [one for it in workflows(subject) for one in (it.root, *it.jobs.values())]
        for holder in (*outer, *steps(subject)):
            env = holder.get("env")
            value = scalar_of(env, _NAME) if isinstance(env, Mapping) else None
            if value is not None and value.text not in ("", "false"):
                advice = "take it out, and write to $GITHUB_ENV and $GITHUB_PATH"
                yield self.found(value.span, f"{_NAME} lets the log set variables", advice)
