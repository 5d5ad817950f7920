"""Expressions in the words of the system whose files they stand in."""

from functools import partial

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Binary, Call, Expr, Literal, Ref, Template, conjuncts
from ciconv.ir.node import Node, replace
from ciconv.ir.walk import rewrite
from ciconv.simulation.event import event_of
from ciconv.simulation.systems import System
from ciconv.simulation.wording import expression_text

_EVENT = ("event",)


def spoken(expr: Expr, system: System, catalog: Catalog) -> str:
    """Return an expression as the system would say it, without what it asks of itself."""
    asked = rewrite(expr, partial(_spoken, system, catalog))
    parts = conjuncts(asked)
    others = tuple(one for one in parts if one != Call(function="success"))
    if len(others) == 1:
        return expression_text(others[0], catalog)
    return expression_text(asked, catalog)


def _spoken(system: System, catalog: Catalog, node: Node) -> Node:
    if isinstance(node, Template) and len(node.parts) == 1:
        return node.parts[0]
    if isinstance(node, Ref):
        word = _name(node, system, catalog)
        return node if word is None else Ref(path=(word,))
    if isinstance(node, Binary) and node.left == Ref(path=(system.spoken.get(_EVENT, ""),)):
        kind = event_of(str(node.right.value)).kind if isinstance(node.right, Literal) else None
        word = None if kind is None else system.events.get(kind)
        return node if word is None else replace(node, right=Literal(value=word))
    return node


def _name(ref: Ref, system: System, catalog: Catalog) -> str | None:
    """What a system calls a value; None where it has GitHub's name, or none."""
    own = system.spoken.get(ref.path)
    if own is not None or system.has_events:
        return own
    beginning = system.spoken.get(ref.path[:1])
    if beginning is not None and len(ref.path) > 1:
        return f"{beginning}{'.'.join(ref.path[1:])}"
    native = catalog.native_name(system.name, ref.path)
    variables = system.spoken.get(("env",))
    return None if native is None or variables is None else f"{variables}{native}"
