"""The rule `wrong-value`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class WrongValue(Rule):
    """A key takes one of a few words, and this is none of them.

    GitHub refuses the file. The help lists the words there are.
    """

    code = "wrong-value"
    summary = "a word that the system does not know here"
    severity = Severity.ERROR
