"""What a job runs, both directions."""

from ciconv.converters.gitlab.steps.read import read_script

__all__ = ["read_script"]
