"""The jobs of a pipeline, both directions."""

from ciconv.converters.gitlab.jobs.read import read_jobs

__all__ = ["read_jobs"]
