"""The rule `unknown-property`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class UnknownProperty(Rule):
    """An expression reads a property that nothing sets.

    The value of the expression is always empty. Found for all that the workflow itself
    says: steps by their ids, outputs of jobs and actions, axes of the matrix, inputs, jobs
    below `needs`, and for the fixed contexts `github`, `job`, `runner` and `strategy`.
    """

    code = "unknown-property"
    summary = "a property that cannot be there"
    severity = Severity.ERROR
