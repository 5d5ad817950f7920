"""The rule `duplicate-key`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class DuplicateKey(Rule):
    """A key stands twice in one mapping, so that one of the two is forgotten.

    GitHub refuses the file; case does not count there. Other systems keep the last one.
    """

    code = "duplicate-key"
    summary = "a key that stands twice in one mapping"
    severity = Severity.ERROR
