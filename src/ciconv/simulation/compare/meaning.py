"""Conditions in a form that is equal for those that mean the same, whatever things are called."""

import re
from collections.abc import Callable, Mapping

from ciconv.ir.evaluate import EvaluationError, simplified
from ciconv.ir.evaluate.condition import TEXTS
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    opposite,
    written,
)
from ciconv.ir.node import Node, replace
from ciconv.ir.pattern.posix import in_one_language
from ciconv.ir.walk import rewrite
from ciconv.simulation.compare.searches import as_search


def _same(node: Node) -> Node:
    return node


class Meaning:
    """Puts a condition into a form that is equal for those that mean the same."""

    def __init__(
        self,
        status: Mapping[str, Expr],
        names: Mapping[str, str],
        change: Callable[[Node], Node] = _same,
    ) -> None:
        self._status, self._names = status, names
        self._own_change = change

    def of(self, expr: Expr | None) -> bool | Expr | None:
        """Return the form; None where there is none."""
        tree = self.tree(expr)
        try:
            return None if tree is None else simplified(tree)
        except EvaluationError:
            return None

    def tree(self, expr: Expr | None) -> Expr | None:
        """Return the expression with what is said otherwise put in, not yet in order."""
        return None if expr is None else rewrite(expr, self._change, whole=self._whole)

    def _whole(self, node: Node) -> Node | None:
        """The text of a truth value is no longer to be seen once its parts are changed."""
        if isinstance(node, Binary) and isinstance(node.left, Template):
            found = _of_truth(node)
            return None if found is node else self.tree(found)
        return None

    def _change(self, node: Node) -> Node:
        if isinstance(node, Call):
            arguments = tuple(map(as_text, node.arguments))
            return self._status.get(node.function) or replace(node, arguments=arguments)
        if isinstance(node, Ref):
            return self._renamed(node)
        if isinstance(node, Template) and len(node.parts) == 1:
            return node.parts[0]
        if isinstance(node, Matches):
            return as_search(node) or replace(node, filter=in_one_language(node.filter))
        changed = self._own_change(node)
        if isinstance(changed, Binary) and (
            changed.semantics is Semantics.GITHUB or _is_caseless(changed)
        ):
            return _coerced(replace(changed, semantics=Semantics.GITHUB))
        if isinstance(changed, Binary) and _is_text_compared(changed):
            return replace(changed, semantics=Semantics.GROOVY)  # all others tell letters by case
        return changed

    def _renamed(self, ref: Ref) -> Ref:
        if ref.path[0] == "needs" and len(ref.path) > 1:
            name = self._names.get(ref.path[1], ref.path[1])
            found = Ref(path=("needs", name.lower(), *map(_folded, ref.path[2:])), span=ref.span)
            return _output_of(found)
        if ref.path[0] == "steps":
            return _as_variable(Ref(path=tuple(map(_folded, ref.path)), span=ref.span))
        if ref.path[0] == "env" and len(ref.path) > 1 and ref.path[1].startswith(_VARIABLES):
            return Ref(path=("steps", ref.path[1].lower()), span=ref.span)
        return ref


def _is_caseless(expr: Binary) -> bool:
    """Whether it compares with what has no letters, or one spelling: all systems do that alike."""
    value = expr.right.value if isinstance(expr.right, Literal) else None
    is_number = isinstance(value, float) and not isinstance(value, bool)
    same = is_number or isinstance(value, str) and value.lower() == value.upper() != ""
    is_text = isinstance(expr.left, Ref) and _is_always_set(expr.left)
    same = same or value == "" and is_text  # and is never unset
    same = same or value in _SYSTEMS and isinstance(expr.left, Ref) and expr.left.path == ("os",)
    return same and expr.op in (Op.EQ, Op.NE)


_SYSTEMS = ("Linux", "Windows", "macOS")


def _is_always_set(ref: Ref) -> bool:
    """Whether a value is there for every event; GitHub has the message of a commit for pushes."""
    return ref.path[0] in ("steps", "needs") or ref.path in (("commit", "sha"), ("commit", "short"))


def _is_text_compared(expr: Binary) -> bool:
    value = expr.right.value if isinstance(expr.right, Literal) else None
    return isinstance(value, str) and bool(value) and expr.op in (Op.EQ, Op.NE)


_VARIABLES = ("STEPS_", "NEEDS_")  # of outputs, in shells


def _as_variable(ref: Ref) -> Ref:
    return Ref(path=("steps", "_".join(ref.path)), span=ref.span)


def _is_truth(expr: Expr) -> bool:
    """Whether a value is true or false, which a variable has as text."""
    if isinstance(expr, Binary):
        return expr.op not in (Op.AND, Op.OR)
    return isinstance(expr, Unary) or isinstance(expr, Call) and expr.function in _SEARCHES


_SEARCHES = ("contains", "startsWith", "endsWith")


def _of_truth(expr: Binary) -> Expr:
    """A comparison of the text of a truth value with `true` or `false` as what it asks for."""
    parts = expr.left.parts if isinstance(expr.left, Template) else ()
    inner = parts[0] if len(parts) == 1 and _is_truth(parts[0]) else None
    wanted = expr.right.value if isinstance(expr.right, Literal) else None
    if inner is None or not isinstance(wanted, str) or expr.op not in (Op.EQ, Op.NE):
        return expr
    if wanted.lower() not in ("true", "false"):
        return Literal(value=expr.op is Op.NE)
    same = (wanted.lower() == "true") is (expr.op is Op.EQ)
    return inner if same else opposite(inner)


def _output_of(ref: Ref) -> Ref:
    """The output of a needed job under the name of the variable that shells have it in."""
    if len(ref.path) != 4:
        return ref
    return Ref(path=("steps", re.sub(r"\W", "_", "_".join(ref.path))), span=ref.span)


def _folded(name: str) -> str:
    """A name of an output as far as all systems tell names apart."""
    return name.lower().replace("-", "_")


def _coerced(expr: Binary) -> Expr:
    """What is equal to nothing is not true; a number may be written as text."""
    if isinstance(expr.left, Literal) and expr.op in (Op.EQ, Op.NE):
        expr = replace(expr, left=expr.right, right=expr.left)
    if expr.op in _ORDERS:
        return replace(expr, left=_as_number(expr.left), right=_as_number(expr.right))
    value = expr.right.value if isinstance(expr.right, Literal) else "…"
    if expr.op not in (Op.EQ, Op.NE) or isinstance(expr.left, Literal):
        return expr
    if value is True and _is_text(expr.left):
        return replace(expr, right=Literal(value=1.0))
    if value is True or value == "":
        return expr.left if (value is True) is (expr.op is Op.EQ) else opposite(expr.left)
    if value is None or value == 0:
        equal = replace(expr, op=Op.EQ, right=Literal(value=0.0))
        zero = equal if _is_text(expr.left) else opposite(expr.left)
        return zero if expr.op is Op.EQ else opposite(zero)
    if _is_text(expr.left):
        return replace(expr, right=as_text(expr.right))
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return replace(expr, right=Literal(value=float(value)))
    return expr


_ORDERS = (Op.LT, Op.LE, Op.GT, Op.GE)


def _as_number(expr: Expr) -> Expr:
    """What is compared by its size as a number, where it can be nothing else."""
    if isinstance(expr, Literal) and (expr.value is None or isinstance(expr.value, bool)):
        return Literal(value=1.0 if expr.value else 0.0)
    return expr


def as_text(expr: Expr) -> Expr:
    """Return a constant as the text it is for functions."""
    return Literal(value=written(expr.value)) if isinstance(expr, Literal) else expr


def _is_text(expr: Expr) -> bool:
    """Whether a value is always a text: `'0'` is equal to null, and true."""
    return isinstance(expr, Ref) and expr.path[0] in TEXTS
