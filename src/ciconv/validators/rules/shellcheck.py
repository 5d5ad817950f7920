"""The rule `shellcheck`."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import constant
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps
from ciconv.validators.meaning import script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_SHELLS = {None: "bash", "bash": "bash", "sh": "sh"}
_SECONDS = 20
# about texts that expressions stand for, and about files that are not here
_IGNORED = "SC1091,SC2194,SC2050,SC2153,SC2154,SC2157,SC2043"


class Shellcheck(Rule):
    """What the program shellcheck says of scripts, where it is installed.

    https://www.shellcheck.net/wiki/
    """

    code = "shellcheck"
    summary = "what shellcheck finds in scripts"
    severity = Severity.WARNING
    opt_in = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the findings for each script of bash or sh."""
        program = shutil.which("shellcheck")
        for pipeline in subject.pipelines() if program else ():
            for _, step in all_steps(pipeline):
                shell = None if not isinstance(step, Run) else constant(step.shell)
                name = None if shell is None else re.split(r"[ /]", shell)[0]
                if isinstance(step, Run) and name in _SHELLS:
                    yield from self._script(str(program), step, _SHELLS[name])

    def _script(self, program: str, step: Run, shell: str) -> Iterator[Diagnostic]:
        command = [program, "--format=json", f"--shell={shell}", f"--exclude={_IGNORED}", "-"]
        try:
            done = subprocess.run(
                command, input=script_of(step), capture_output=True, text=True, timeout=_SECONDS
            )
            found = json.loads(done.stdout or "[]")
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return
        for one in found:
            severity = Severity.ERROR if one["level"] == "error" else Severity.WARNING
            said = f"line {one['line']} of the script: SC{one['code']}: {one['message']}"
            at = step.script.span or step.span
            yield self.found(at, said.rstrip("."), severity=severity)
