"""The rule `unknown-key`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class UnknownKey(Rule):
    """The system refuses the file, or forgets the key without a word.

    Nearly always a misspelt key, or one that stands a level too high or too low.
    """

    code = "unknown-key"
    summary = "a key that the system does not know"
    severity = Severity.ERROR
