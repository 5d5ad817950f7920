"""What starts a pipeline, both directions."""

from ciconv.converters.gitlab.triggers.read import (
    Workflow,
    holds_always,
    read_triggers,
    read_workflow,
)

__all__ = ["Workflow", "holds_always", "read_triggers", "read_workflow"]
