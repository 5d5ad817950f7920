"""The rule `deprecated-command`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_COMMAND = re.compile(r"::(set-output|save-state|set-env|add-path)\b[^\n]*?::")
_INSTEAD = {
    "set-output": 'echo "name=value" >> "$GITHUB_OUTPUT"',
    "save-state": 'echo "name=value" >> "$GITHUB_STATE"',
    "set-env": 'echo "name=value" >> "$GITHUB_ENV"',
    "add-path": 'echo "path" >> "$GITHUB_PATH"',
}
_GONE = ("set-env", "add-path")


class DeprecatedCommand(Rule):
    """A script prints a command to the log that GitHub does not obey any more, or soon will not.

    `set-env` and `add-path` fail the step, as anybody whose text is printed could give commands.
    `set-output` and `save-state` are about to go.
    """

    code = "deprecated-command"
    summary = "a command in the log that is on its way out"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield each command; those that fail today are errors."""
        for workflow in workflows(subject):
            for _, _, step in workflow.all_steps():
                script = scalar_of(step, "run")
                for match in _COMMAND.finditer("" if script is None else script.text):
                    assert script is not None
                    name = match[1]
                    said = f"the command {name!r} is deprecated"
                    severity = Severity.WARNING
                    if name in _GONE:
                        said, severity = f"GitHub refuses the command {name!r}", Severity.ERROR
                    at = script.span_of(match.start(), match.end())
                    yield self.found(at, said, f"use {_INSTEAD[name]}", severity=severity)
