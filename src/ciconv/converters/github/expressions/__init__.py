"""GitHub's expressions, both directions: the grammar, and text with `${{ }}` in it."""

from ciconv.converters.github.expressions.grammar import CONTEXTS, FUNCTIONS, Function, Names
from ciconv.converters.github.expressions.read import (
    OPENING,
    read_condition,
    read_expression,
    read_template,
)
from ciconv.converters.github.expressions.write import (
    ESCAPED,
    write_condition,
    write_expression,
    write_template,
)

__all__ = [
    "CONTEXTS",
    "ESCAPED",
    "FUNCTIONS",
    "Function",
    "OPENING",
    "Names",
    "read_condition",
    "read_expression",
    "read_template",
    "write_condition",
    "write_expression",
    "write_template",
]
