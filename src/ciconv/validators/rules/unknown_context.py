"""The rule `unknown-context`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class UnknownContext(Rule):
    """An expression begins with a name that is no context.

    Names of variables stand below `env.` or `vars.`, those of secrets below `secrets.`, and a text
    stands in single quotes.
    """

    code = "unknown-context"
    summary = "a context that does not exist"
    severity = Severity.ERROR
