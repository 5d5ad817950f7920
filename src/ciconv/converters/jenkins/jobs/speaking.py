"""Steps that do nothing but say something."""

from ciconv.ir.expression import constant
from ciconv.ir.step import Group, Run, Step, Use


def only_speaks(run: Run) -> bool:
    """Return whether a script does nothing but say something."""
    script = constant(run.script) or ""
    return script.startswith("echo ") and "\n" not in script.strip()


def uses_files(step: Step) -> bool:
    """Return whether a step has anything to do with the workspace."""
    if isinstance(step, Group):
        return any(map(uses_files, step.steps))
    if isinstance(step, Run):
        return not only_speaks(step)
    return not isinstance(step, Use)
