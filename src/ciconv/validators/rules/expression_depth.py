"""The rule `expression-depth`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class ExpressionDepth(Rule):
    """An expression has more levels or characters than GitHub takes.

    Work it out in a step, and use the output of that step.
    """

    code = "expression-depth"
    summary = "an expression that is too long or nested too deeply"
    severity = Severity.ERROR
