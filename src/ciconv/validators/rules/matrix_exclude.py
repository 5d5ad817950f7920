"""The rule `matrix-exclude`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.job import Axis, Matrix
from ciconv.syntax.node import Mapping, Node, Scalar, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.matrices import axes, has_expression, possible_values, rows, within
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MatrixExclude(Rule):
    """An entry of `exclude` leaves nothing out, as no job of the matrix is like it.

    GitHub refuses a key that the matrix does not have. A value that no axis has is ignored, and
    the job that was to be left out runs.
    """

    code = "matrix-exclude"
    summary = "an entry of `exclude` that leaves nothing out"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the keys and values of `exclude` that no job has."""
        if subject.format in ("circleci", "jenkins"):
            jobs = (job for pipeline in subject.pipelines() for job in pipeline.jobs)
            for matrix in (job.matrix for job in jobs):
                if matrix is not None:
                    yield from self._excluded(matrix)
        for workflow in workflows(subject) if subject.format == "github" else ():
            for job in workflow.jobs.values():
                known = axes(job)
                values = possible_values(job)
                for row in rows(job, "exclude"):
                    if known and values is not None:
                        yield from self._row(row, values)

    def _excluded(self, matrix: Matrix) -> Iterator[Diagnostic]:
        known = {axis.name: axis for axis in matrix.axes}
        for row in matrix.exclude:
            for name, value in row.values:
                axis = known.get(name)
                if axis is None:
                    said = f"the matrix has no axis {name!r}"
                    yield self.found(value.span, said, f"it has {', '.join(known)}")
                elif isinstance(value, Scalar) and not _has(axis, value):
                    said = f"no value of the axis {name!r} is like this one, so it excludes nothing"
                    yield self.found(value.span, said, severity=Severity.WARNING)

    def _row(self, row: Mapping, values: dict[str, list[Node]]) -> Iterator[Diagnostic]:
        for entry in row.entries:
            found = values.get(entry.name.lower())
            value = resolve(entry.value)
            if found is None:
                said = f"the matrix has no axis {entry.name!r}"
                yield self.found(entry.key.span, said, f"it has {', '.join(values)}")
            elif not has_expression(value) and not any(within(value, one) for one in found):
                said = (
                    f"no value of the axis {entry.name!r} is like this one, so it excludes nothing"
                )
                yield self.found(value.span, said, severity=Severity.WARNING)


def _has(axis: Axis, value: Scalar) -> bool:
    found = [resolve(one) for one in axis.values]
    return any(not isinstance(one, Scalar) or one.text == value.text for one in found)
