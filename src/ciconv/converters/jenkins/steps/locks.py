"""`lock`: builds take turns at a resource.

https://plugins.jenkins.io/lockable-resources/
"""

from ciconv.converters.jenkins.expansion import resolved
from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.ir.job import Concurrency
from ciconv.syntax.groovy import tree

_IDLE = frozenset(("inversePrecedence", "priority", "reason", "quantity"))


def lock_of(call: tree.Call, place: Place) -> Concurrency | None:
    """Return the turns at the resource, or at all resources of a label; None for any other lock.

    Whoever waits is not left out, in whatever order they come.
    """
    named = {one.name: one.value for one in call.arguments if one.name is not None}
    plain = [one for one in call.positional if not isinstance(one, tree.Closure)]
    if not named.keys() <= {"resource", "label", *_IDLE} or len(plain) > 1:
        return None
    node = named.get("resource") or named.get("label") or next(iter(plain), None)
    if node is None:
        return None
    group = resolved(read_template(node, place.scope), place.scope)
    if not is_known(group) or not group.parts:
        return None
    return Concurrency(group=group, queue="max", span=call.span)
