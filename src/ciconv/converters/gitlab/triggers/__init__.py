"""What starts a pipeline, both directions."""

from ciconv.converters.gitlab.triggers.read import read_triggers

__all__ = ["read_triggers"]
