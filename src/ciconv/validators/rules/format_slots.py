"""The rule `format-slots`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class FormatSlots(Rule):
    """The text of `format` has other slots than there are arguments.

    GitHub ends the run for a slot without an argument; an argument without a slot is
    forgotten. A brace that is meant as a brace is written twice.
    """

    code = "format-slots"
    summary = "slots of `format` and its arguments that do not agree"
    severity = Severity.ERROR
