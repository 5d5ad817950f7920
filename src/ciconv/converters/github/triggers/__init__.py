"""`on:` and what belongs to it: events, filters, schedules, inputs, outputs, secrets.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#on
"""

from ciconv.converters.github.triggers.read import holds_values, read_triggers
from ciconv.converters.github.triggers.write import write_triggers

__all__ = ["holds_values", "read_triggers", "write_triggers"]
