"""Conditions: true, false, or an expression that is the same for all that mean the same."""

from collections.abc import Iterator

from ciconv.ir.evaluate.environment import Environment, Path
from ciconv.ir.evaluate.evaluation import chain, evaluate
from ciconv.ir.evaluate.normal_form import Formula, Junction, Term, normal_form, sorted_formula
from ciconv.ir.evaluate.residual import operation
from ciconv.ir.evaluate.value import EvaluationError, Residual, as_number, truth
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Op,
    Raw,
    Ref,
    Semantics,
    Star,
    Template,
    Unary,
    operands,
    walk,
)
from ciconv.ir.node import replace

_COMPARISONS = frozenset({Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE, Op.MATCH, Op.NOT_MATCH})
_NEGATED = {Op.NE: Op.EQ, Op.NOT_MATCH: Op.MATCH}
_MIRRORED = {Op.GT: Op.LT, Op.GE: Op.LE}
_SEARCHES = frozenset({"contains", "startsWith", "endsWith"})
_TRUE_OR_FALSE = _SEARCHES | {"success", "failure", "cancelled", "always"}


def condition(expr: Expr, environment: Environment) -> bool | Residual:
    """Return whether a condition holds; a residual, in normal form, where only the run knows.

    EvaluationError where GitHub would end the run.
    """
    value = evaluate(expr, environment)
    if not isinstance(value, Residual):
        return truth(value)
    simple = simplified(value.expr)
    return simple if isinstance(simple, bool) else Residual(simple)


def simplified(expr: Expr) -> bool | Expr:
    """Return what an expression means as a condition, as a truth value or in normal form.

    Two conditions that mean the same whatever the values in them are become equal, unless they are
    very large: an or of ands, in order, with comparisons turned and texts in lower case where that
    changes nothing.
    """
    atoms = _Atoms()
    formula = atoms.formula(expr, True)
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, int):
        return atoms.expr(formula)
    formula = atoms.put_in_order(formula)
    terms = normal_form(formula, atoms.impossible())
    if terms is None:
        return atoms.expr(sorted_formula(formula))
    return terms if isinstance(terms, bool) else _any(map(atoms.all_of, terms))


def _any(exprs: Iterator[Expr]) -> Expr:
    found = next(exprs)
    for one in exprs:
        found = operation(Op.OR, found, one)
    return found


class _Atoms:
    """The parts of a condition that are no logic, numbered from 1."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._exprs: list[Expr] = []

    def formula(self, expr: Expr, positive: bool) -> Formula:
        """Return the logic of an expression, of its opposite if not `positive`."""
        if isinstance(expr, Unary) and expr.op is Op.NOT:
            return self.formula(expr.operand, not positive)
        if isinstance(expr, Binary):
            if expr.op in (Op.AND, Op.OR):
                return self._junction(expr, positive)
            return self._comparison(expr, positive)
        if isinstance(expr, Literal):
            return truth(expr.value) is positive
        if isinstance(expr, Template) and any(isinstance(one, Literal) for one in expr.parts):
            return positive  # a text that is never empty
        if isinstance(expr, Call) and expr.function in _SEARCHES:
            expr = replace(expr, arguments=tuple(map(_lower, expr.arguments)))
        return self._atom(expr, positive)

    def _junction(self, expr: Binary, positive: bool) -> Formula:
        every = (expr.op is Op.AND) is positive
        parts: list[Formula] = []
        for operand in chain(expr):
            part = self.formula(operand, positive)
            if isinstance(part, bool):
                if part is not every:
                    return part
            elif isinstance(part, Junction) and part.every is every:
                parts.extend(part.parts)
            else:
                parts.append(part)
        if len(parts) < 2:
            return parts[0] if parts else every
        return Junction(every, tuple(parts))

    def _comparison(self, expr: Binary, positive: bool) -> Formula:
        op, left, right = expr.op, expr.left, expr.right
        if op in _NEGATED:
            op, positive = _NEGATED[op], not positive
        if op in _MIRRORED:
            op, left, right = _MIRRORED[op], right, left
        if op is Op.EQ:
            if isinstance(left, Literal) or (not isinstance(right, Literal) and key(right) < key(left)):
                left, right = right, left
            if isinstance(right, Literal) and _is_true_or_false(left):
                number = as_number(right.value)
                return self.formula(left, (number == 1) is positive) if number in (0, 1) else not positive
        if expr.semantics is Semantics.GITHUB:
            left, right = _lower(left), _lower(right)
        return self._atom(
            Binary(op=op, left=left, right=right, semantics=expr.semantics, span=expr.span), positive
        )
