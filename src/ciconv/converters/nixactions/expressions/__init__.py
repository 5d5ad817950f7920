"""What an expression is in a NixActions workflow: a bash word, a bash test, or a Nix value."""

from ciconv.converters.nixactions.expressions.conditions import job_condition, step_condition
from ciconv.converters.nixactions.expressions.scope import CannotSay, Cells, Scope
from ciconv.converters.nixactions.expressions.tests import test
from ciconv.converters.nixactions.expressions.words import word

__all__ = ["CannotSay", "Cells", "Scope", "job_condition", "step_condition", "test", "word"]
