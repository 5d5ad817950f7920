"""`jobs`: jobs, calls of other workflows, and what they run on.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobs
"""

from ciconv.converters.github.jobs.job import read_jobs, write_jobs

__all__ = ["read_jobs", "write_jobs"]
