"""The rule `function-arity`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class FunctionArity(Rule):
    """A function is called with another number of arguments than it takes.

    The run ends with an error when it comes to the expression.
    """

    code = "function-arity"
    summary = "too few or too many arguments"
    severity = Severity.ERROR
