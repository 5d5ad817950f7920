"""The rule `unknown-shell`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.github import workflows
from ciconv.validators.github.runners import systems_of
from ciconv.validators.github.workflow import Workflow, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_EVERYWHERE = ("bash", "pwsh", "python")
_SHELLS = {
    "linux": (*_EVERYWHERE, "sh"),
    "macos": (*_EVERYWHERE, "sh"),
    "windows": (*_EVERYWHERE, "cmd", "powershell"),
}
_ALL = (*_EVERYWHERE, "sh", "cmd", "powershell")


class UnknownShell(Rule):
    """`shell` names a program that GitHub does not know how to call on that machine.

    Known are bash, pwsh and python everywhere, sh on Linux and macOS, cmd and powershell on
    Windows. Any other one is written with the place of the script in it: `shell: perl {0}`.
    """

    code = "unknown-shell"
    summary = "a shell that is not there"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the shells of steps and defaults."""
        for workflow in workflows(subject):
            yield from self._judge(_default(workflow.root), (), subject)
            for name, job in workflow.jobs.items():
                systems = systems_of(job, subject.context.catalog)
                yield from self._judge(_default(job), systems, subject)
                for step in workflow.steps(name):
                    where = () if step.get("if") else systems  # it may run on some of them alone
                    yield from self._judge(scalar_of(step, "shell"), where, subject)

    def _judge(
        self, shell: Scalar | None, systems: tuple[str, ...], subject: Subject
    ) -> Iterator[Diagnostic]:
        if shell is None or not shell.text.strip() or "{0}" in shell.text or "${{" in shell.text:
            return
        name = shell.text.lower()
        if name not in _ALL:
            said = f"{shell.text!r} is not a shell that GitHub knows"
            advice = f"there are {', '.join(_ALL)}; any other one needs '{{0}}' for the script"
            yield self.found(shell.span, said, advice)
        elif systems and not any(name in _SHELLS[system] for system in systems):
            where = " or ".join(_TITLES[system] for system in systems)
            yield self.found(shell.span, f"there is no {shell.text!r} on {where}")


_TITLES = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}


def _default(holder: Mapping) -> Scalar | None:
    defaults = holder.get("defaults")
    run = defaults.get("run") if isinstance(defaults, Mapping) else None
    return scalar_of(run, "shell")


def steps_shell(workflow: Workflow, job: str, step: Mapping) -> str | None:
    """Return the shell that a step names, or its job, or the workflow."""
    found = scalar_of(step, "shell") or _default(workflow.jobs[job]) or _default(workflow.root)
    return None if found is None else found.text
