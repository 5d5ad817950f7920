"""The rule `discouraged-feature`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.github import with_actions
from ciconv.validators.github.workflow import scalar_of, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class DiscouragedFeature(Rule):
    """Something is used that works, and that nobody can look through.

    `pip-install` of actions/setup-python puts packages into the environment of the whole machine,
    where they may break each other. Scripts for `cmd` have no grammar that could be checked, and
    its errors do not end a step: take pwsh or bash.
    """

    code = "discouraged-feature"
    summary = "a feature that is better left alone"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the inputs and shells."""
        for workflow in with_actions(subject):
            for _, _, step in workflow.all_steps():
                uses = (text_of(step, "uses") or "").partition("@")[0].lower()
                packages = scalar_of(step.get("with"), "pip-install")
                if uses == "actions/setup-python" and packages is not None:
                    said = "'pip-install' installs for the whole machine"
                    yield self.found(packages.span, said, "install into a virtual environment")
                yield from self._shell(scalar_of(step, "shell"))
            for holder in (workflow.root, *workflow.jobs.values()):
                defaults = holder.get("defaults")
                run = defaults.get("run") if isinstance(defaults, Mapping) else None
                yield from self._shell(scalar_of(run, "shell"))

    def _shell(self, shell: Scalar | None) -> Iterator[Diagnostic]:
        if shell is not None and shell.text.split(" ")[0].lower() in ("cmd", "cmd.exe"):
            yield self.found(shell.span, "nobody can check a script for 'cmd'", "use pwsh")
