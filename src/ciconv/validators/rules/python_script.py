"""The rule `python-script`."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.simulation.compare.texts import HOLES
from ciconv.syntax.node import Scalar
from ciconv.validators.github import with_actions
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.rules.unknown_shell import steps_shell
from ciconv.validators.subject import Subject

if TYPE_CHECKING:
    from ciconv.validators.python_names import Problem

_SHELL = re.compile(r"python3?( -[a-zA-Z]+)*( \{0\})?")


class PythonScript(Rule):
    """A script for Python is no Python, or uses a name that nothing defines.

    Looked at are steps with `shell: python`. Expressions in the script count as text of any kind.
    """

    code = "python-script"
    summary = "a fault in a script for Python"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the faults of each script."""
        for workflow in with_actions(subject):
            for job, _, step in workflow.all_steps():
                script = scalar_of(step, "run")
                shell = steps_shell(workflow, job, step) or ""
                if script is None or not _SHELL.fullmatch(shell):
                    continue
                from ciconv.validators.python_names import problems  # few workflows have such steps

                plain = HOLES.sub(lambda match: "_" * len(match[0]), script.text)
                for problem in problems(plain):
                    yield self._problem(problem, script)

    def _problem(self, problem: "Problem", script: Scalar) -> Diagnostic:
        lines = script.text.splitlines(keepends=True)
        before = sum(map(len, lines[: problem.line - 1]))
        at = min(before + problem.column, max(0, len(script.text) - 1))
        severity = Severity.ERROR if problem.breaks else Severity.WARNING
        return self.found(script.span_of(at, at + 1), problem.message, severity=severity)
