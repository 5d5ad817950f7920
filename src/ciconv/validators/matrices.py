"""The matrices of all pipelines whose values the file says."""

from collections.abc import Iterator

from ciconv.ir.job import JobBase, Matrix
from ciconv.ir.matrix import dynamic_value
from ciconv.validators.subject import Subject


def known_matrices(subject: Subject) -> Iterator[tuple[JobBase, Matrix]]:
    """Yield each job with its matrix, where nothing of it is left to the run."""
    for pipeline in subject.pipelines():
        for job in pipeline.jobs:
            matrix = job.matrix
            if matrix is None or matrix.dynamic or matrix.include_dynamic or matrix.exclude_dynamic:
                continue
            if any(axis.dynamic is not None for axis in matrix.axes) or dynamic_value(matrix):
                continue
            yield job, matrix
