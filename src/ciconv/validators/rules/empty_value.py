"""The rule `empty-value`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class EmptyValue(Rule):
    """A key has nothing behind it.

    Where a value has to be there the file is refused; an empty list or mapping elsewhere
    has no effect, so that it is a warning. Take the key out, or fill it in.
    """

    code = "empty-value"
    summary = "a key without a value"
    severity = Severity.ERROR
