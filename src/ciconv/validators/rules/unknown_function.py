"""The rule `unknown-function`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class UnknownFunction(Rule):
    """An expression calls a function that GitHub does not have.

    There are `contains`, `startsWith`, `endsWith`, `format`, `join`, `toJSON`, `fromJSON`,
    `hashFiles`, `case`, and in conditions `success`, `failure`, `always` and `cancelled`.
    """

    code = "unknown-function"
    summary = "a function that does not exist"
    severity = Severity.ERROR
