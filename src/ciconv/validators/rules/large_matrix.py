"""The rule `large-matrix`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.matrix import MAX_CELLS, cells
from ciconv.validators.matrices import known_matrices
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_MOST = {"github": MAX_CELLS, "gitlab": 200}


class LargeMatrix(Rule):
    """A matrix has more combinations than the system starts jobs for.

    GitHub starts at most 256 jobs from one matrix, GitLab 200; the pipeline is refused.
    https://docs.github.com/en/actions/reference/limits
    """

    code = "large-matrix"
    summary = "a matrix with too many combinations"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the matrices with too many combinations."""
        most = _MOST.get(subject.format, 0)
        for job, matrix in known_matrices(subject) if most else ():
            count = len(cells(matrix))
            if count > most:
                shown = f"more than {MAX_CELLS}" if count > MAX_CELLS else str(count)
                said = f"the matrix of {job.id!r} has {shown} combinations; at most {most} can run"
                yield self.found(matrix.span or job.span, said)
