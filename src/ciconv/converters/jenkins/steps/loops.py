"""Loops over lists that are known: the steps once for each item."""

from ciconv.converters.jenkins.expressions.methods import items_of, value_of
from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Data, Scope, Value
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.wrappers import ReadBlock
from ciconv.ir.expression import Literal
from ciconv.ir.step import Step
from ciconv.syntax.groovy import tree

MAX_TURNS = 64


def read_loop(
    node: tree.ForIn | tree.Call, place: Place, read: ReadBlock
) -> tuple[Step, ...] | None:
    """Return the steps of `for (x in list)` and `list.each { x -> }`; None for any other."""
    if isinstance(node, tree.ForIn):
        items = _items(node.values, place.scope)
        names: tuple[str, ...] = (node.variable.name,)
        body = node.body
    else:
        function = tree.plain(node.function)
        closure = node.positional[-1] if node.positional else None
        if not isinstance(function, tree.Property) or function.name not in (
            "each",
            "eachWithIndex",
        ):
            return None
        if not isinstance(closure, tree.Closure):
            return None
        items = _items(function.base, place.scope)
        names = tuple(one.name for one in closure.parameters or ()) or ("it",)
        body = closure.body
        if items is not None and function.name == "eachWithIndex":
            items = [(*one[:1], Literal(value=float(at))) for at, one in enumerate(items)]
    if items is None or len(items) > MAX_TURNS or _jumps(body):
        return None
    return tuple(step for item in items for step in _turn(item, names, body, place, read))


def _turn(
    item: tuple[Value | None, ...],
    names: tuple[str, ...],
    body: tree.Block,
    place: Place,
    read: ReadBlock,
) -> tuple[Step, ...]:
    scope = place.scope.inner()
    if len(names) == 1 and len(item) == 2:
        item = (None,)  # an entry of a map
    for number, name in enumerate(names):
        scope.declare(name, item[number] if number < len(item) else None)
    return read(body, place.scoped(scope))


def _items(node: tree.Expr, scope: Scope) -> list[tuple[Value | None, ...]] | None:
    node = tree.plain(node)
    items = items_of(node, scope)
    if items is not None:
        return [(value_of(item, within, read_expression),) for item, within in items]
    if isinstance(node, tree.Name):
        value = scope.get(node.name)
        return _items(value.node, value.scope) if isinstance(value, Data) else None
    if isinstance(node, tree.MapLiteral):
        return [
            (
                Literal(value=one.name),
                value_of(one.value, scope, read_expression),
            )
            for one in node.entries
            if one.name is not None
        ]
    return _range(node)


def _range(node: tree.Expr) -> list[tuple[Value | None, ...]] | None:
    if not isinstance(node, tree.Binary) or node.op not in ("..", "..<"):
        return None
    first, last = tree.plain(node.left), tree.plain(node.right)
    if not isinstance(first, tree.Constant) or not isinstance(last, tree.Constant):
        return None
    if not isinstance(first.value, int) or not isinstance(last.value, int):
        return None
    end = last.value + (node.op == "..")
    if not 0 <= end - first.value <= MAX_TURNS:
        return None
    return [(Literal(value=float(number)),) for number in range(first.value, end)]


def _jumps(body: tree.Block) -> bool:
    return any(isinstance(one, tree.Jump) for one in tree.walk(body))
