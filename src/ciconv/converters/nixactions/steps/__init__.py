"""Steps of a job as NixActions steps."""

from ciconv.converters.nixactions.steps.writer import Steps, StepWriter, unsupported

__all__ = ["StepWriter", "Steps", "unsupported"]
