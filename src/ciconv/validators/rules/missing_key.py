"""The rule `missing-key`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class MissingKey(Rule):
    """A key is missing without which the system refuses the file.

    Which keys have to be there stands in the reference of the system.
    """

    code = "missing-key"
    summary = "a key that has to be there"
    severity = Severity.ERROR
