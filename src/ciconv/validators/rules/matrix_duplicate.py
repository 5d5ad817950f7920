"""The rule `matrix-duplicate`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Node, Sequence, data
from ciconv.validators.github import workflows
from ciconv.validators.github.matrices import axes
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_COMPUTED = ("${{", "<<", "$")  # what may differ when it runs


class MatrixDuplicate(Rule):
    """An axis of a matrix has a value twice, so that the same jobs run twice.

    Probably another value was meant.
    """

    code = "matrix-duplicate"
    summary = "a value twice in an axis of a matrix"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the second of each pair of equal values."""
        for name, values in _as_written(subject) if subject.format == "github" else _axes(subject):
            yield from self._axis(name, values)

    def _axis(self, name: str, values: tuple[Node, ...]) -> Iterator[Diagnostic]:
        seen: dict[object, Node] = {}
        for value in values:
            key = data(value)
            if any(one in str(key) for one in _COMPUTED):
                continue
            first = seen.setdefault(key, value)
            if first is not value:
                said = f"the axis {name!r} has this value twice"
                yield self.found(value.span, said, labels=(Label(first.span, "the first one"),))


def _as_written(subject: Subject) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for workflow in workflows(subject):
        for job in workflow.jobs.values():
            for name, values in axes(job).items():
                if isinstance(values, Sequence):
                    yield name, values.items


def _axes(subject: Subject) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for pipeline in subject.pipelines():
        for job in pipeline.jobs:
            for axis in job.matrix.axes if job.matrix is not None else ():
                yield axis.name, axis.values
