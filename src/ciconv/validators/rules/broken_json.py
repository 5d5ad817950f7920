"""The rule `broken-json`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class BrokenJson(Rule):
    """A constant text is handed to `fromJSON`, and it is no JSON.

    The run ends with an error when it comes to the expression.
    """

    code = "broken-json"
    summary = "a text handed to `fromJSON` that is no JSON"
    severity = Severity.ERROR
