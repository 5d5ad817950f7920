"""The rule `empty-matrix`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.matrix import cells
from ciconv.validators.matrices import known_matrices
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class EmptyMatrix(Rule):
    """`exclude` leaves nothing of a matrix, so that the job does not run, or the run fails.

    The related rule `matrix-exclude` looks for entries that leave nothing out.
    """

    code = "empty-matrix"
    summary = "a matrix without any combination"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the matrices that have axes and no combinations."""
        for job, matrix in known_matrices(subject):
            if matrix.axes and not cells(matrix):
                said = f"nothing is left of the matrix of {job.id!r}"
                yield self.found(matrix.span or job.span, said, "the job never runs")
