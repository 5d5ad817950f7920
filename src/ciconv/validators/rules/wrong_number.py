"""The rule `wrong-number`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class WrongNumber(Rule):
    """A number is outside of what the key takes.

    A timeout or a number of jobs has to be greater than zero.
    """

    code = "wrong-number"
    summary = "a number that is too small"
    severity = Severity.ERROR
