"""The rule `wrong-shell-syntax`."""

import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.runners import systems_of
from ciconv.validators.github.workflow import Workflow, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.rules.unknown_shell import steps_shell
from ciconv.validators.subject import Subject

_BASH = re.compile(
    r"^[ \t]*(if|while|until) \[|^[ \t]*(fi|done|esac)\b|;\s*(then|do)\s*$|^[ \t]*export \w+="
    r"|<<-?\s*['\"]?[A-Z]\w*['\"]?\s*$|\$\{\w+:?[-+?=]|^[ \t]*set -[eux]|\S \\\\$|^[ \t]*\[\[ ",
    re.MULTILINE,
)
_POWERSHELL = re.compile(
    r"\$env:\w+|^[ \t]*(Write|Get|Set|New|Remove|Invoke|Start|Test)-[A-Z]\w+|^[ \t]*\$\w+ = ",
    re.MULTILINE,
)


class WrongShellSyntax(Rule):
    """A script is written for another shell than the one that runs it.

    On Windows scripts are run by PowerShell unless `shell` says otherwise, and a matrix with
    Windows in it runs there, too. `shell: bash` works everywhere.
    """

    code = "wrong-shell-syntax"
    summary = "a script for another shell than the one that runs it"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the place where a script gives itself away."""
        for workflow in workflows(subject):
            for name, job in workflow.jobs.items():
                systems = systems_of(job, subject.context.catalog)
                yield from self._job(workflow, name, systems)

    def _job(self, workflow: Workflow, name: str, systems: tuple[str, ...]) -> Iterator[Diagnostic]:
        for step in workflow.steps(name):
            script = scalar_of(step, "run")
            if script is None or step.get("if") is not None:
                continue
            shell = steps_shell(workflow, name, step)
            on_windows = shell is None and "windows" in systems
            found, said = None, ""
            if shell in ("pwsh", "powershell") or on_windows:
                found, said = _BASH.search(script.text), "PowerShell runs this, which is of bash"
            elif shell in ("bash", "sh") or (shell is None and systems):
                found, said = _POWERSHELL.search(script.text), "bash runs this, which is PowerShell"
            if found is not None:
                at = script.span_of(found.start(), found.end())
                yield self.found(at, said, "say which one with 'shell'")
