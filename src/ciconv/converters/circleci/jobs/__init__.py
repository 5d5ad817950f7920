"""Workflows and their jobs."""

from ciconv.converters.circleci.jobs.workflow import read_workflows

__all__ = ["read_workflows"]
