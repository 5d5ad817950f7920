"""What an expression is in a NixActions workflow: a bash word, a bash test, or a Nix value."""

from ciconv.converters.nixactions.expressions.conditions import job_condition, step_condition
from ciconv.converters.nixactions.expressions.scope import Scope
from ciconv.converters.shell_tests.scope import CannotSay, Cells
from ciconv.converters.shell_tests.write import test, word

__all__ = ["CannotSay", "Cells", "Scope", "job_condition", "step_condition", "test", "word"]
