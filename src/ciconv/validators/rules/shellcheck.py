"""The rule `shellcheck`."""

import json
import re
from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import constant
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps
from ciconv.validators.meaning import script_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_POSIX = ("bash", "sh", "dash", "ksh")
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
        from shutil import which  # loaded by those who ask for this rule

        program = which("shellcheck")
        for pipeline in subject.pipelines() if program else ():
            for job, step in all_steps(pipeline):
                shell = _shell(step, job, pipeline) if isinstance(step, Run) else None
                if isinstance(step, Run) and shell is not None:
                    yield from self._script(str(program), step, shell)

    def _script(self, program: str, step: Run, shell: str) -> Iterator[Diagnostic]:
        import subprocess

        command = [program, "--format=json", f"--shell={shell}", f"--exclude={_IGNORED}", "-"]
        try:
            done = subprocess.run(
                command, input=script_of(step), capture_output=True, text=True, timeout=_SECONDS
            )
            found = json.loads(done.stdout or "[]")
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return
        for one in found:
            said = f"line {one['line']} of the script: SC{one['code']}: {one['message']}"
            at = step.script.span or step.span
            yield self.found(at, said.rstrip("."))


def _shell(step: Run, job: Job, pipeline: Pipeline) -> str | None:
    """The shell that runs a script; None for another kind, and where the machine decides."""
    defaults = [one.shell for one in (job.defaults, pipeline.defaults) if one is not None]
    for given in (step.shell, *defaults):
        if given is not None:
            word = re.split(r"[ /]", (constant(given) or "").strip())[0]
            return word if word in _POSIX else None
    labels = () if job.runner is None else job.runner.labels
    if job.container is not None or not labels:
        return "bash"
    names = [(constant(one) or "").lower() for one in labels]
    return "bash" if all(name and "windows" not in name for name in names) else None
