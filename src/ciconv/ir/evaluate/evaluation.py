"""Working out the value of an expression, as far as it is known."""

from collections.abc import Callable, Mapping

from ciconv.ir.evaluate.calls import call
from ciconv.ir.evaluate.environment import Environment
from ciconv.ir.evaluate.files import changes, exists, matches
from ciconv.ir.evaluate.residual import expr_of, property_expr, text_of
from ciconv.ir.evaluate.semantics import RULES
from ciconv.ir.evaluate.value import (
    MISSING,
    Array,
    EvaluationError,
    Missing,
    Object,
    Residual,
    Value,
    all_of,
    as_text,
    property_of,
)
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Exists,
    Expr,
    Index,
    Literal,
    Matches,
    Op,
    Ref,
    Star,
    Template,
    Unary,
)
from ciconv.ir.node import replace

MAX_DEPTH = 100  # levels of an expression; a chain of one logical operator is one


def evaluate(expr: Expr, environment: Environment) -> Value:
    """Return the value of an expression, or the part of it that only the run knows.

    A template gives text. What nobody understood, and the operators of systems without rules here,
    are left to the run. EvaluationError, with the place, where GitHub would end the run.
    """
    return _value(expr, environment, 0)


def _value(expr: Expr, environment: Environment, depth: int) -> Value:
    if depth > MAX_DEPTH:
        raise EvaluationError(f"the expression has more than {MAX_DEPTH} levels", expr.span)
    handler = _HANDLERS.get(type(expr))
    return Residual(expr) if handler is None else handler(expr, environment, depth + 1)


def _literal(expr: Literal, environment: Environment, depth: int) -> Value:
    return expr.value


def _ref(expr: Ref, environment: Environment, depth: int) -> Value:
    value = environment.find(expr.path)
    return Residual(expr) if isinstance(value, Missing) else value


def _unary(expr: Unary, environment: Environment, depth: int) -> Value:
    value = _value(expr.operand, environment, depth)
    rules = RULES.get(expr.semantics)
    if isinstance(value, Residual) or rules is None or expr.op is not Op.NOT:
        return Residual(
            Unary(
                op=expr.op,
                operand=expr_of(value, expr.operand),
                semantics=expr.semantics,
                span=expr.span,
            )
        )
    return not rules.truth(value)


def _binary(expr: Binary, environment: Environment, depth: int) -> Value:
    rules = RULES.get(expr.semantics)
    if expr.op in (Op.AND, Op.OR) and rules is not None:
        return _logical(expr, environment, depth)
    left = _value(expr.left, environment, depth)
    right = _value(expr.right, environment, depth)
    compare = rules.compare.get(expr.op) if rules is not None else None
    if compare is None or isinstance(left, Residual) or isinstance(right, Residual):
        return _both(expr, expr_of(left, expr.left), expr_of(right, expr.right))
    result = compare(left, right)
    return (
        _both(expr, expr_of(left, expr.left), expr_of(right, expr.right))
        if result is None
        else result
    )


def _both(like: Binary, left: Expr, right: Expr) -> Residual:
    return Residual(
        Binary(op=like.op, left=left, right=right, semantics=like.semantics, span=like.span)
    )


def chain(expr: Binary) -> list[Expr]:
    """Return the operands of a chain of one logical operator, from left to right."""
    found = [expr.right]
    left = expr.left
    while isinstance(left, Binary) and left.op is expr.op and left.semantics is expr.semantics:
        found.append(left.right)
        left = left.left
    found.append(left)
    return found[::-1]


def _logical(expr: Binary, environment: Environment, depth: int) -> Value:
    """The first operand that decides, else the last one: each has a value, not a truth value."""
    decisive = expr.op is Op.OR
    is_true = RULES[expr.semantics].truth
    left: Residual | None = None
    value: Value = None
    for operand in chain(expr):
        if left is None:
            value = _value(operand, environment, depth)
        else:
            value = _perhaps(operand, environment, depth)
        if isinstance(value, Residual):
            left = value if left is None else _both(expr, left.expr, value.expr)
        elif left is not None:
            left = _both(expr, left.expr, expr_of(value, operand))
        if not isinstance(value, Residual) and is_true(value) is decisive:
            break
    return value if left is None else left


def _perhaps(expr: Expr, environment: Environment, depth: int) -> Value:
    """The value of what may never be asked for, so that an error in it may never come up."""
    try:
        return _value(expr, environment, depth)
    except EvaluationError:
        return Residual(expr)


def _index(expr: Index, environment: Environment, depth: int) -> Value:
    base = _value(expr.base, environment, depth)
    if isinstance(expr.key, Star):
        values = MISSING if isinstance(base, Residual) else all_of(base)
        return _index_left(expr, base, None) if isinstance(values, Missing) else values
    key = _value(expr.key, environment, depth)
    found: Value | Missing = MISSING
    if isinstance(key, Residual):
        return _index_left(expr, base, key)
    if not isinstance(base, Residual):
        found = property_of(base, key)
    elif isinstance(base.expr, Ref) and not isinstance(key, Array | Object):
        found = environment.find((*base.expr.path, as_text(key)))
    return _index_left(expr, base, key) if isinstance(found, Missing) else found


def _index_left(expr: Index, base: Value, key: Value) -> Residual:
    known = expr.key if isinstance(expr.key, Star) else expr_of(key, expr.key)
    return Residual(property_expr(expr_of(base, expr.base), known))


def _template(expr: Template, environment: Environment, depth: int) -> Value:
    return text_of((_value(part, environment, depth) for part in expr.parts), expr.span)


def _call(expr: Call, environment: Environment, depth: int) -> Value:
    given = environment.functions.get(expr.function, MISSING)
    if expr.function == "case" and given is MISSING:
        return _case(expr, environment, depth)
    arguments = tuple([_value(one, environment, depth) for one in expr.arguments])
    if callable(given):
        return given(arguments)
    if not isinstance(given, Missing):
        return given
    try:
        return call(expr, arguments)
    except EvaluationError as error:
        raise EvaluationError(error.message, error.span or expr.span) from None


def _case(expr: Call, environment: Environment, depth: int) -> Value:
    """The value behind the first condition that is true; what comes after it is not asked for."""
    *pairs, otherwise = expr.arguments or (Literal(value=None),)
    if len(pairs) < 2 or len(pairs) % 2:
        raise EvaluationError(f"'case' does not take {len(expr.arguments)} arguments", expr.span)
    for number in range(0, len(pairs), 2):
        value = _value(pairs[number], environment, depth)
        if isinstance(value, Residual):
            rest = expr.arguments[number + 1 :]
            known = (expr_of(_perhaps(one, environment, depth), one) for one in rest)
            return Residual(replace(expr, arguments=(value.expr, *known)))
        if not isinstance(value, bool):
            raise EvaluationError("a condition of 'case' is not true or false", expr.span)
        if value:
            return _value(pairs[number + 1], environment, depth)
    return _value(otherwise, environment, depth)


def _matches(expr: Matches, environment: Environment, depth: int) -> Value:
    value = _value(expr.value, environment, depth)
    found = None if isinstance(value, Residual) else matches(value, expr.filter)
    if found is None:
        return Residual(replace(expr, value=expr_of(value, expr.value)))
    return found


def _changes(expr: Changes, environment: Environment, depth: int) -> Value:
    return _or_rest(changes(expr.filter, environment), expr)


def _exists(expr: Exists, environment: Environment, depth: int) -> Value:
    return _or_rest(exists(expr.filter, environment), expr)


def _or_rest(found: bool | None, expr: Expr) -> Value:
    return Residual(expr) if found is None else found


_HANDLERS: Mapping[type[Expr], Callable[..., Value]] = {
    Literal: _literal,
    Ref: _ref,
    Index: _index,
    Unary: _unary,
    Binary: _binary,
    Call: _call,
    Template: _template,
    Matches: _matches,
    Changes: _changes,
    Exists: _exists,
}
