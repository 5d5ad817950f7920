"""Pipeline parameters that a setup workflow hands over: conditions ask for what sets them."""

from typing import TypeVar

from ciconv.converters.circleci.expressions.folding import folded
from ciconv.converters.circleci.reuse.config import Config
from ciconv.ir.expression import (
    Binary,
    Changes,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Unary,
    conjuncts,
    walk,
)
from ciconv.ir.node import Node, replace
from ciconv.ir.walk import replace_references, rewrite
from ciconv.syntax.node import Scalar

N = TypeVar("N", bound=Node)


def with_given(node: N, config: Config) -> N:
    """Return a node that asks for what sets parameters, in place of them."""
    if not config.given:
        return node
    defaults = {one.name: one.default for one in config.parameters}

    def value_of(ref: Ref) -> Expr | None:
        own = ref.path[1] if ref.path[0] == "inputs" and len(ref.path) == 2 else ""
        if own not in config.given:
            return None
        default = defaults[own]
        usual = default.value if isinstance(default, Scalar) else None
        config.usage.use(next(one.entry for one in config.parameters if one.name == own))
        found = config.given[own]
        sets = not isinstance(found, Unary)
        return Literal(value=sets) if usual is sets else replace(found, span=ref.span)

    return rewrite(replace_references(node, value_of), _plain)


def _plain(node: Node) -> Node:
    """`files were changed == true` asks for no more than its left side."""
    if not isinstance(node, Binary) or node.op not in (Op.EQ, Op.NE):
        return node
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if not _asks_for_files(one) or not isinstance(other, Literal):
            continue
        if not isinstance(other.value, bool):  # another type, which is never equal
            return Literal(value=node.op is Op.NE, span=node.span)
        asked = replace(one, span=node.span)
        return asked if other.value is (node.op is Op.EQ) else _not(asked)
    return node


def _not(expr: Expr) -> Expr:
    if isinstance(expr, Unary):
        return expr.operand
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.CIRCLECI, span=expr.span)


def apart(condition: Expr | None, config: Config) -> tuple[Expr | None, Expr | None]:
    """Return the parts of a condition that do not ask for files, and those that do."""
    if condition is None or not config.given:
        return condition, None
    parts = conjuncts(folded(with_given(condition, config)))
    found = [one for one in parts if _asks_for_files(one)]
    return _all([one for one in parts if not _asks_for_files(one)]), _all(found)


def _asks_for_files(expr: Expr) -> bool:
    return any(isinstance(one, Changes) for one in walk(expr))


def _all(parts: list[Expr]) -> Expr | None:
    found: Expr | None = None
    for one in parts:
        if found is not None:
            one = Binary(
                op=Op.AND, left=found, right=one, semantics=Semantics.CIRCLECI, span=one.span
            )
        found = one
    return found
