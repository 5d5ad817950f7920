"""Reading what starts a pipeline: every kind of pipeline that GitLab has.

https://docs.gitlab.com/ci/pipelines/pipeline_types/
"""

from ciconv.context import Context
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.syntax.node import Mapping


def read_triggers(root: Mapping, context: Context) -> tuple[Trigger, ...]:
    """Return the events that start a pipeline."""
    return (Trigger(kind=EventKind.PUSH, native="push", span=root.span),)
