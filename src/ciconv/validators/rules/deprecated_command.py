"""The rule `deprecated-command`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Fix, Severity
from ciconv.syntax.node import Scalar, Style
from ciconv.validators.github import with_actions
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
        for workflow in with_actions(subject):
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
                    fix = _instead(script, match)
                    advice = f"use {_INSTEAD[name]}"
                    yield self.found(at, said, advice, severity=severity, fix=fix)


_ECHO = re.compile(
    r"""echo (["']?)::(set-output|save-state|set-env) name=([A-Za-z_][\w-]*)::"""
    r"""([^"'\n]*)\1[ \t]*$""",
    re.MULTILINE,
)
_FILES = {"set-output": "OUTPUT", "save-state": "STATE", "set-env": "ENV"}


def _instead(script: Scalar, command: re.Match[str]) -> Fix | None:
    """The same value written to the file, where a line does nothing but print the command."""
    start = script.text.rfind("\n", 0, command.start()) + 1
    match = _ECHO.search(script.text, start)
    if (
        match is None
        or match.start() > command.start()
        or script.text[start : match.start()].strip()
    ):
        return None
    quote = match[1] or '"'
    line = f'echo {quote}{match[3]}={match[4]}{quote} >> "$GITHUB_{_FILES[match[2]]}"'
    plain = "\n" in script.text.rstrip("\n") or '"' not in line or script.style is Style.LITERAL
    span = script.span_of(match.start(), match.end())
    return Fix(span, line) if plain or script.style is Style.PLAIN else None
