"""Steps of a job as NixActions steps."""

from ciconv.converters.nixactions.steps.write import write_steps

__all__ = ["write_steps"]
