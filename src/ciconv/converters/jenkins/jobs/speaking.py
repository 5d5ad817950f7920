"""Steps that do nothing but say something."""

from ciconv.ir.expression import constant
from ciconv.ir.step import Run


def only_speaks(run: Run) -> bool:
    """Return whether a script does nothing but say something."""
    script = constant(run.script) or ""
    return script.startswith("echo ") and "\n" not in script.strip()
