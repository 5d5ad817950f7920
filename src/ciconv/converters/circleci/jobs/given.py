"""Pipeline parameters that a setup workflow hands over: conditions ask for what sets them."""

from collections.abc import Callable
from functools import partial
from operator import eq
from typing import TypeGuard, TypeVar

from ciconv.converters.circleci.expressions.folding import folded, truth
from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.parameters import Declared
from ciconv.ir.expression import (
    Binary,
    Call,
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
from ciconv.syntax.node import Scalar, Value

N = TypeVar("N", bound=Node)


def with_given(node: N, config: Config) -> N:
    """Return a node that asks for what sets parameters, in place of them."""
    if not config.given:
        return node
    declared = {one.name: one for one in config.parameters}

    def value_of(ref: Ref) -> Expr | None:
        own = ref.path[1] if ref.path[0] == "inputs" and len(ref.path) == 2 else ""
        if own not in config.given:
            return None
        _report(declared[own], config)
        default = declared[own].default
        usual = default.value if isinstance(default, Scalar) else None
        found = config.given[own]
        if isinstance(found, Literal):
            return replace(found, span=ref.span)
        if isinstance(found, Call):
            return replace(found, arguments=(*found.arguments, _literal(usual)), span=ref.span)
        sets = not isinstance(found, Unary)
        return Literal(value=sets) if usual is sets else replace(found, span=ref.span)

    return rewrite(replace_references(node, value_of), _plain)


def _report(parameter: Declared, config: Config) -> None:
    """Say what of a parameter has no effect, as the setup workflow gives it."""
    config.usage.use(parameter.entry)
    note = config.context.diagnostics.note
    by = f"the setup workflow gives {parameter.name!r}"
    for one in parameter.choices:
        note("unused-choice", f"this choice has no effect: {by}", one.span)
    if isinstance(config.given[parameter.name], Literal) and parameter.default is not None:
        note("unused-default", f"the default has no effect: {by}", parameter.default.span)


def _plain(node: Node) -> Node:
    """`files were changed == true` asks for no more than its left side."""
    if isinstance(node, Unary) and isinstance(node.operand, Unary):
        return node.operand.operand if _asks_for_files(node) else node
    if not isinstance(node, Binary) or node.op not in (Op.EQ, Op.NE):
        return node
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if not _asks_for_files(one) or not isinstance(other, Literal):
            continue
        if isinstance(one, Call):
            same = _chosen(one.arguments, partial(eq, other))
            return same if node.op is Op.EQ else _not(same)
        if not isinstance(other.value, bool):  # another type, which is never equal
            return Literal(value=node.op is Op.NE, span=node.span)
        asked = replace(one, span=node.span)
        return asked if other.value is (node.op is Op.EQ) else _not(asked)
    return node


def _chosen(choices: tuple[Expr, ...], holds: Callable[[Expr], bool]) -> Expr:
    """Whether something holds for the first choice whose files were changed, else the last one."""
    if len(choices) == 1:
        return Literal(value=holds(choices[0]))
    asked, value, *others = choices
    otherwise = _chosen(tuple(others), holds)
    if holds(value):
        return _joined(Op.OR, asked, otherwise)
    return _joined(Op.AND, _not(asked), otherwise)


def _joined(op: Op, left: Expr, right: Expr) -> Expr:
    if isinstance(right, Literal):
        return left if right.value is (op is Op.AND) else right
    return Binary(op=op, left=left, right=right, semantics=Semantics.CIRCLECI, span=left.span)


def _literal(value: Value) -> Literal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Literal(value=float(value))
    return Literal(value=value)


def _not(expr: Expr) -> Expr:
    if isinstance(expr, Literal):
        return Literal(value=not expr.value, span=expr.span)
    if isinstance(expr, Unary):
        return expr.operand
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.CIRCLECI, span=expr.span)


def apart(condition: Expr | None, config: Config) -> tuple[Expr | None, Expr | None]:
    """Return the parts of a condition that do not ask for files, and those that do."""
    if condition is None or not config.given:
        return condition, None
    asked = conjuncts(folded(with_given(condition, config)))
    parts = [_chosen(one.arguments, _is_true) if _is_choice(one) else one for one in asked]
    found = [one for one in parts if _asks_for_files(one)]
    return _all([one for one in parts if not _asks_for_files(one)]), _all(found)


def _is_choice(expr: Expr) -> TypeGuard[Call]:
    return isinstance(expr, Call) and expr.function == "case" and _asks_for_files(expr)


def _is_true(expr: Expr) -> bool:
    return isinstance(expr, Literal) and truth(expr.value)


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
