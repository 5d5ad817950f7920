"""The rule `context-availability`."""

from ciconv.diagnostics import Severity
from ciconv.validators.rule import Rule


class ContextAvailability(Rule):
    """An expression uses what is not there yet, or not there any more.

    Each key of a workflow is worked out at a certain time, and only what is known by then
    can be used in it: no `env` in the `if` of a job, no `secrets` in any `if`, `hashFiles`
    in steps alone, `success()` and its like in `if` alone.
    https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#context-availability
    """

    code = "context-availability"
    summary = "a context or a function where it cannot be used"
    severity = Severity.ERROR
