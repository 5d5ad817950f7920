"""The rule `wrong-type`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class WrongType(Rule):
    """A text stands where a list has to stand, a list where a mapping has to stand, and so on.

    The system refuses the file.
    """

    code = "wrong-type"
    summary = "a value of the wrong kind"
    severity = Severity.ERROR
