"""Whether two conditions ask for the same, whatever jobs are called and however it is said."""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TypeAlias

from ciconv.ir.evaluate import EvaluationError, simplified
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    written,
)
from ciconv.ir.node import Node, replace
from ciconv.ir.walk import rewrite
from ciconv.simulation.plan import JobPlan

Side: TypeAlias = Mapping[str, JobPlan]  # the jobs of a plan by their ids; one cell of each


def same_for_jobs(
    one: JobPlan, other: JobPlan, sides: tuple[Side, Side], names: Mapping[str, str]
) -> bool:
    """Whether two jobs ask for the same; `names`: what those of the second side are on the first.

    `success()` is the success of all jobs waited for, directly or not: it may be said so.
    """
    if one.condition == other.condition and one.test == other.test:
        return True
    left, right = (
        _Meaning(_status(_ancestors(job, side, of)), of).of(job.test)
        for job, side, of in ((one, sides[0], {}), (other, sides[1], names))
    )
    return left is not None and left == right


def same_for_steps(one: Expr | None, other: Expr | None) -> bool:
    """Whether two steps ask for the same; a failure is whatever is no success."""
    failure = Unary(op=Op.NOT, operand=Call(function="success"), semantics=Semantics.GITHUB)
    meaning = _Meaning({"failure": failure, "always": Literal(value=True)}, {})
    left, right = meaning.of(one), meaning.of(other)
    return left is not None and left == right


def _ancestors(job: JobPlan, side: Side, names: Mapping[str, str]) -> tuple[str, ...]:
    """The jobs waited for, as far as they run: what the others do is in the condition already."""
    found: dict[str, None] = {}
    waiting = list(job.needs)
    while waiting:
        name = waiting.pop()
        if name not in found and name in side:
            found[name] = None
            waiting.extend(side[name].needs)
    return tuple(sorted({names.get(name, name) for name in found if side[name].runs}))


def _status(ancestors: tuple[str, ...]) -> dict[str, Expr]:
    """What the status functions say of the results of jobs."""
    return {
        "success": _joined(Op.AND, (_result(name, "success") for name in ancestors), True),
        "failure": _joined(Op.OR, (_result(name, "failure") for name in ancestors), False),
        "always": Literal(value=True),
    }


def _result(job: str, result: str) -> Expr:
    ref = Ref(path=("needs", job.lower(), "result"))
    return Binary(op=Op.EQ, left=ref, right=Literal(value=result), semantics=Semantics.GITHUB)


def _joined(op: Op, parts: Iterable[Expr], none: bool) -> Expr:
    found = list(parts)
    if not found:
        return Literal(value=none)
    return reduce(
        lambda left, right: Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB), found
    )


class _Meaning:
    """Puts a condition into a form that is equal for those that mean the same."""

    def __init__(self, status: Mapping[str, Expr], names: Mapping[str, str]) -> None:
        self._status, self._names = status, names

    def of(self, expr: Expr | None) -> bool | Expr | None:
        """Return the form; None where there is none."""
        if expr is None:
            return None
        try:
            return simplified(rewrite(expr, self._change))
        except EvaluationError:
            return None

    def _change(self, node: Node) -> Node:
        if isinstance(node, Call):
            arguments = tuple(map(_as_text, node.arguments))
            return self._status.get(node.function) or replace(node, arguments=arguments)
        if isinstance(node, Ref):
            return self._renamed(node)
        if isinstance(node, Template) and len(node.parts) == 1:
            return node.parts[0]
        if isinstance(node, Binary) and node.semantics is Semantics.GITHUB:
            return _coerced(node)
        return node

    def _renamed(self, ref: Ref) -> Ref:
        if ref.path[0] == "needs" and len(ref.path) > 1:
            name = self._names.get(ref.path[1], ref.path[1])
            return Ref(path=("needs", name.lower(), *map(_folded, ref.path[2:])), span=ref.span)
        if ref.path[0] == "steps":
            return Ref(path=tuple(map(_folded, ref.path)), span=ref.span)
        return ref


def _folded(name: str) -> str:
    """A name of an output as far as all systems tell names apart."""
    return name.lower().replace("-", "_")


def _coerced(expr: Binary) -> Expr:
    """What is equal to nothing is not true; a number may be written as text."""
    value = expr.right.value if isinstance(expr.right, Literal) else "…"
    if expr.op not in (Op.EQ, Op.NE) or isinstance(expr.left, Literal):
        return expr
    if value is True and _is_text(expr.left):
        return replace(expr, right=Literal(value=1.0))
    if value is True or value == "":
        return expr.left if (value is True) is (expr.op is Op.EQ) else _not(expr.left)
    if value is None or value == 0:
        equal = replace(expr, op=Op.EQ, right=Literal(value=0.0))
        zero = equal if _is_text(expr.left) else _not(expr.left)
        return zero if expr.op is Op.EQ else _not(zero)
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        number = Literal(value=float(value))
        return Binary(op=expr.op, left=expr.left, right=number, semantics=expr.semantics)
    return expr


def _as_text(expr: Expr) -> Expr:
    """A constant as the text it is for functions."""
    return Literal(value=written(expr.value)) if isinstance(expr, Literal) else expr


_TEXTS = frozenset({"steps", "needs", "env", "vars", "secrets"})


def _is_text(expr: Expr) -> bool:
    """Whether a value is always a text: `'0'` is equal to null, and true."""
    return isinstance(expr, Ref) and expr.path[0] in _TEXTS


def _not(expr: Expr) -> Expr:
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB)
