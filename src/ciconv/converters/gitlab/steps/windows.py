"""Scripts on Windows, where the runner reads all of them as one program of PowerShell.

Tests of bash are not read there: a step that asks for itself alone fails, unless it never runs.
https://docs.gitlab.com/runner/shells/#powershell
"""

from typing import TYPE_CHECKING

from ciconv.converters.script_steps.frame import Frame, parse
from ciconv.converters.script_steps.placeholder import script_of
from ciconv.converters.script_steps.prelude import IN_PLAIN_FOLDER
from ciconv.converters.script_steps.shells import POWERSHELL, bare_script, shell_of_command
from ciconv.converters.script_steps.skipping import is_of_powershell
from ciconv.ir.expression import constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import Argument, Placeholder, Run, Step
from ciconv.passes.fold_constants import never_runs
from ciconv.profile import Feature, Outcome
from ciconv.syntax.shell.traits import traits

if TYPE_CHECKING:  # which imports what writes scripts
    from ciconv.converters.gitlab.jobs.writer import Writer

_REASON = "PowerShell reads it, and it, or what has to stand around it, is for another shell"
_ONE = "the scripts of a job are one program: what this one leaves behind, later ones find"
_ENDS = "the scripts of a job are one program, which one of them ends with an error"


def without_idle(steps: tuple[Step, ...], writer: "Writer") -> tuple[Step, ...]:
    """Return the steps; those that never run are left out, which is told."""
    said = "the step never runs, so it is left out: its condition is always false"
    for one in filter(never_runs, steps):
        writer.lose(Feature.EXPRESSION, Outcome.LOWERED, said, one.condition or one)
    return tuple(one for one in steps if not never_runs(one))


def on_windows(steps: tuple[Step, ...], runs: list[Run], writer: "Writer") -> list[Run]:
    """Return the scripts that were written for bash: those for PowerShell as they are.

    In the place of others, and of those that need text around them, stands what fails.
    """
    own = {one.span: one for one in steps if isinstance(one, Run)}
    scripts = [_script(constant(one.script) or "") for one in runs]
    found = []
    for number, (run, script) in enumerate(zip(runs, scripts, strict=True), 1):
        step = own.get(run.span, run)
        if script is None:
            help = "write the step for PowerShell"
            said = f"the step became one that fails: {_REASON}"
            writer.lose(Feature.SHELL, Outcome.MANUAL, said, step, help)
            script = _failing(run)
        elif _is_for_all(script):
            pass  # what runs behind it is meant to find what it leaves behind
        elif None in scripts:
            writer.lose(Feature.SHELL, Outcome.APPROXIMATED, _ENDS, step)
        elif number < len(runs) and not traits(script).shares:
            writer.lose(Feature.SHELL, Outcome.APPROXIMATED, _ONE, step)
        found.append(replace(run, script=text(script, of=run.script)))
    return found


def _script(written: str) -> str | None:
    """The script of a step of PowerShell; None for others, and where more stands around it."""
    if _is_for_all(written):
        return written
    frame = parse(written, joined=True)
    shell = shell_of_command(frame.command)
    is_bare = frame == Frame(script=frame.script, command=frame.command)
    return bare_script(frame.script, shell) if is_bare and shell.command == POWERSHELL else None


def _is_for_all(script: str) -> bool:
    """Whether it is what all scripts behind it ask, or where they run."""
    return is_of_powershell(script) or IN_PLAIN_FOLDER.fullmatch(script) is not None


def _failing(run: Run) -> str:
    """A program that says why it fails, with the script that it stands for."""
    handed = (Argument(name="script", value=run.script),)
    failing = Placeholder(what="the step", reason=_REASON, arguments=handed)
    return constant(script_of(failing, throws=True).script) or ""
