"""The rule `fixed-condition`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.evaluate import Environment, EvaluationError, condition
from ciconv.ir.expression import Call, Expr, Index, Literal, Raw, Ref, Template, walk
from ciconv.validators.github import with_actions
from ciconv.validators.github.expressions import Placed, placed
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OF_THE_RUN = frozenset("success failure always cancelled hashFiles".split())  # noqa: SIM905


class FixedCondition(Rule):
    """A condition has the same answer each time, as it speaks of nothing but constants.

    `if: false` switches something off, which may be what is wanted for a while: that is a note.
    """

    code = "fixed-condition"
    summary = "a condition of constants alone"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the conditions that are known before anything runs."""
        for workflow in with_actions(subject):
            for one in placed(workflow, subject):
                if one.is_condition and not _depends(one.expr):
                    yield from self._fixed(one)

    def _fixed(self, one: Placed) -> Iterator[Diagnostic]:
        try:
            answer = condition(one.expr, Environment.of({}))
        except EvaluationError:
            return
        if isinstance(answer, bool):
            said = f"the condition is always {str(answer).lower()}"
            # the word alone was meant so
            severity = Severity.NOTE if isinstance(one.expr, Literal) else Severity.WARNING
            yield self.found(one.site.scalar.span, said, severity=severity)


def _depends(expr: Expr) -> bool:
    """Whether the answer can change, or is judged elsewhere."""
    if isinstance(expr, Template | Raw):
        return True
    for one in walk(expr):
        if isinstance(one, Ref | Raw | Index):
            return True
        if isinstance(one, Call) and one.function in _OF_THE_RUN:
            return True
    return False
