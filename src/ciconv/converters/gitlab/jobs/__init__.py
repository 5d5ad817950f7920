"""The jobs of a pipeline, both directions."""

from ciconv.converters.gitlab.jobs.assemble import Assembly
from ciconv.converters.gitlab.jobs.read import Draft, Shared, read_job

__all__ = ["Assembly", "Draft", "Shared", "read_job"]
