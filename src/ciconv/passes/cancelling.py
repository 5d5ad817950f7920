"""Conditions that hold after a cancellation, among other ends, without that end.

`failure() || cancelled()` is what people write for a step that tells of trouble. Where nothing runs
once a run is cancelled, which is reported at its place, it asks for failures alone.
"""

from ciconv.ir.expression import Binary, Call, Op, both, has_status_function
from ciconv.ir.job import Choice, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Step
from ciconv.ir.walk import rewrite

_CANCELLED = Call(function="cancelled")


def without_cancelling(job: JobBase) -> JobBase:
    """Return the job with conditions that ask for a cancellation only where nothing else will do.

    What asks for nothing but that is for the writers to say.
    """
    return rewrite(job, _changed)


def _changed(node: Node) -> Node:
    if not isinstance(node, Choice | Step) or node.condition is None:
        return node
    found = rewrite(node.condition, _other_ends)
    if found is node.condition:
        return node
    if not has_status_function(found):  # it does not ask for success, either
        found = both(Call(function="always", span=found.span), found)
    return replace(node, condition=found)


def _other_ends(node: Node) -> Node:
    if not isinstance(node, Binary) or node.op is not Op.OR:
        return node
    if node.left == _CANCELLED:
        return node.right
    return node.left if node.right == _CANCELLED else node
