"""What starts a workflow: filters of jobs, schedules, conditions of the pipeline."""

from ciconv.converters.circleci.triggers.filters import Reach, read_filters
from ciconv.converters.circleci.triggers.read import read_inputs, read_triggers

__all__ = ["Reach", "read_filters", "read_inputs", "read_triggers"]
