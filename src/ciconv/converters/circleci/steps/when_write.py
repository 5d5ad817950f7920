"""Conditions of steps that are known before the run: steps below `when`.

https://circleci.com/docs/reference/configuration-reference/#the-when-step
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from ciconv.converters.circleci.expressions.folding import folded
from ciconv.converters.circleci.expressions.write import negation, said, statement
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.shell_tests.scope import CannotSay, cell_text
from ciconv.ir.evaluate import Environment, EvaluationError, Residual, evaluate, truth
from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Unary,
    conjuncts,
    has_status_function,
    together,
    walk,
)
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.ir.walk import replace_references
from ciconv.syntax import build
from ciconv.syntax.node import Node, Scalar


def without_known(step: Step, writer: Writer) -> tuple[Step, Expr | None]:
    """Return a step without what of its condition is known before the run, and that."""
    known: list[Expr] = []
    rest: list[Expr] = []
    for part in conjuncts(step.condition):
        try:
            found = folded(_known(part, writer))
            statement(found, writer.value)
        except CannotSay:
            rest.append(part)
            continue
        if found != _TRUE:
            known.append(found)
    if len(rest) == len(conjuncts(step.condition)):
        return step, None
    return replace(step, condition=together(*rest)), _all(Op.AND, known) if known else None


_TRUE = Literal(value=True)


def below_when(items: Iterable[tuple[Node, Expr | None]], writer: Writer) -> Iterator[Node]:
    """Yield items of `steps`, those with a condition below `when`."""
    for condition, group in groupby(items, key=lambda one: one[1]):
        steps = tuple(node for node, _ in group)
        if condition is None:
            yield from steps
            continue
        inner = build.mapping(
            build.entry("condition", statement(condition, writer.value)),
            build.entry("steps", build.sequence(*steps)),
        )
        yield build.mapping(("when", inner))


def _known(expr: Expr, writer: Writer) -> Expr:
    """A condition in pipeline values and parameters of the job; raise CannotSay."""
    if has_status_function(expr):
        raise CannotSay(expr, "only the run knows it")
    match expr:
        case Unary(op=Op.NOT):
            return negation(_known(expr.operand, writer))
        case Binary(op=Op.AND | Op.OR):
            left, right = _known(expr.left, writer), _known(expr.right, writer)
            return replace(expr, left=left, right=right, semantics=Semantics.CIRCLECI)
    refs = {one.path for one in walk(expr) if isinstance(one, Ref)}
    if not any(path[0] == "matrix" for path in refs):
        return said(expr)
    if len(refs) > 1:
        raise CannotSay(expr, "CircleCI cannot compare two values")
    (path,) = refs
    own = writer.axes.parameters.get(".".join(path[1:]))
    if own is None or not writer.axes.rows:
        raise CannotSay(expr, "the matrix does not say it")
    return _of_values(expr, Ref(path=path, span=expr.span), own, writer)


def _of_values(expr: Expr, ref: Ref, own: str, writer: Writer) -> Expr:
    """A condition as the values of one parameter that it holds for."""
    values = {cell_text(row[own]): row[own] for row in writer.axes.rows}
    holds = {said: _holds(expr, one) for said, one in values.items()}
    kind = writer.axes.types[own]
    if len(set(holds.values())) == 1:
        return Literal(value=holds.popitem()[1], span=expr.span)
    if kind == "boolean":
        return ref if holds["true"] else negation(ref)
    wanted = [_is(ref, values[one], kind) for one in holds if holds[one]]
    others = [negation(_is(ref, values[one], kind)) for one in holds if not holds[one]]
    return _all(Op.OR, wanted) if len(wanted) <= len(others) else _all(Op.AND, others)


def _holds(expr: Expr, value: Scalar) -> bool:
    """Whether a condition holds for a value of what it speaks of; raise CannotSay."""
    plain = value.value
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        plain = float(plain)
    known = Literal(value=plain)
    try:
        found = evaluate(replace_references(expr, lambda _: known), Environment.of({}))
    except EvaluationError as error:
        raise CannotSay(expr, str(error)) from error
    if isinstance(found, Residual):
        raise CannotSay(expr, "only the run knows it")
    return truth(found)


def _is(ref: Ref, value: Scalar, kind: str) -> Expr:
    known = float(cell_text(value)) if kind == "integer" else cell_text(value)
    return Binary(
        op=Op.EQ,
        left=ref,
        right=Literal(value=known, span=ref.span),
        semantics=Semantics.CIRCLECI,
        span=ref.span,
    )


def _all(op: Op, parts: list[Expr]) -> Expr:
    first, *others = parts
    for one in others:
        first = Binary(op=op, left=first, right=one, semantics=Semantics.CIRCLECI, span=one.span)
    return first
