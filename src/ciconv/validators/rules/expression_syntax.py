"""The rule `expression-syntax`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class ExpressionSyntax(Rule):
    """A text between `${{` and `}}`, or a condition, is no expression, and the file is refused.

    Texts stand in single quotes, a quote inside of one is written twice, and there are no
    operators for arithmetic.
    https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
    """

    code = "expression-syntax"
    summary = "an expression that is none"
    severity = Severity.ERROR
