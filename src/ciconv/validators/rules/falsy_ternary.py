"""The rule `falsy-ternary`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Binary, Literal, Op, walk
from ciconv.validators.github import with_actions
from ciconv.validators.github.expressions import placed
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class FalsyTernary(Rule):
    """`a && b || c` gives `c` even when `a` holds, as `b` counts as false.

    An empty text, 0, false and null do. Turn the condition around, or use `case(a, b, c)`.
    """

    code = "falsy-ternary"
    summary = "`a && b || c` whose middle is never chosen"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the expressions whose middle counts as false."""
        for workflow in with_actions(subject):
            for one in placed(workflow, subject):
                for part in () if one.is_condition else one.parts:
                    for expr in walk(part):
                        if isinstance(expr, Binary) and _never_middle(expr):
                            said = (
                                "the middle is empty or false, so the last value is always chosen"
                            )
                            yield self.found(
                                expr.span, said, "write '!condition && last || middle'"
                            )


def _never_middle(expr: Binary) -> bool:
    both = expr.left
    if expr.op is not Op.OR or not isinstance(both, Binary) or both.op is not Op.AND:
        return False
    middle = both.right
    return isinstance(middle, Literal) and middle.value in ("", 0.0, False, None)
