"""The rule `matrix-duplicate`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Node, Sequence, data
from ciconv.validators.github import workflows
from ciconv.validators.github.matrices import axes
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MatrixDuplicate(Rule):
    """An axis of a matrix has a value twice, so that the same jobs run twice.

    Probably another value was meant.
    """

    code = "matrix-duplicate"
    summary = "a value twice in an axis of a matrix"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the second of each pair of equal values."""
        for workflow in workflows(subject):
            for job in workflow.jobs.values():
                for name, values in axes(job).items():
                    if isinstance(values, Sequence):
                        yield from self._axis(name, values)

    def _axis(self, name: str, values: Sequence) -> Iterator[Diagnostic]:
        seen: dict[object, Node] = {}
        for value in values.items:
            key = data(value)
            if "${{" in str(key):
                continue
            first = seen.setdefault(key, value)
            if first is not value:
                said = f"the axis {name!r} has this value twice"
                yield self.found(value.span, said, labels=(Label(first.span, "the first one"),))
