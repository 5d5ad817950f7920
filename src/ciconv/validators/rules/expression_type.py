"""The rule `expression-type`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class ExpressionType(Rule):
    """The types of values in an expression do not go together.

    A string has no properties, an object cannot be compared with a string, `join` takes no
    boolean, a timeout is no string. The result is not what it looks like, or the run ends
    with an error.
    """

    code = "expression-type"
    summary = "a value of the wrong type in an expression"
    severity = Severity.ERROR
