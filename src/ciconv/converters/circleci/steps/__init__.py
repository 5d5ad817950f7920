"""The steps of a job."""

from ciconv.converters.circleci.steps.read import StepReader

__all__ = ["StepReader"]
