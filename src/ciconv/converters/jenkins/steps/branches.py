"""The step `parallel`: groups that run beside each other."""

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Data
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.wrappers import ReadBlock
from ciconv.ir.expression import constant, text
from ciconv.ir.step import Group, Step
from ciconv.syntax.groovy import tree


def read_parallel(call: tree.Call, place: Place, read: ReadBlock) -> tuple[Step, ...] | None:
    """Return one group of the branches; None where they are made during the run."""
    entries, scope = call.arguments, place.scope
    only = call.positional
    if len(only) == 1 and isinstance(only[0], tree.Name):
        value = scope.get(only[0].name)
        if not isinstance(value, Data) or not isinstance(value.node, tree.MapLiteral):
            return None
        entries, scope = value.node.entries, value.scope
    elif len(only) == 1 and isinstance(only[0], tree.MapLiteral):
        entries = only[0].entries
    inner = place.scoped(scope)
    branches: list[Step] = []
    for entry in entries:
        if entry.name == "failFast":
            place.notes.keep("steps.parallel.failFast", entry)
            continue
        name = entry.name
        if name is None and entry.key is not None:
            name = constant(read_expression(entry.key, scope))
        if name is None or not isinstance(entry.value, tree.Closure):
            return None
        steps = read(entry.value.body, inner.scoped(scope.inner()))
        branches.append(
            Group(id=place.notes.unique(name), name=text(name), steps=steps, span=entry.span)
        )
    if not branches:
        return None
    return (Group(steps=tuple(branches), parallel=True, span=call.span),)
