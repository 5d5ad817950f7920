"""What follows from conditions that hold: of names that pass filters, and of equal parts."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Unary,
    conjuncts,
    disjuncts,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.ir.pattern import apart, within


def implied(asked: Expr, given: Collection[Expr]) -> bool:
    """Whether a condition surely holds where all of the given ones do; False: nobody can tell."""
    ways = disjuncts(asked)
    if any(way in given for way in ways):
        return True
    return any(all(_follows(one, ways) for one in disjuncts(each)) for each in given)


def is_within(inner: Filter, outer: Filter) -> bool:
    """Whether a filter surely lets in all that another one does."""
    if inner == outer:
        return True
    if inner.ignore:
        return outer.ignore and all(
            any(within(one, each) for each in inner.patterns) for one in outer.patterns
        )
    wanted = [one for one in outer.patterns if not (one.negated or outer.ignore)]
    unwanted = [one for one in outer.patterns if one.negated or outer.ignore]
    kept_out = [one for one in inner.patterns if one.negated]
    open_to = [one for one in unwanted if not any(within(one, each) for each in kept_out)]
    return all(
        (outer.ignore or any(within(one, each) for each in wanted))
        and all(apart(one, each) for each in open_to)
        for one in inner.patterns
        if not one.negated
    )


def _follows(one: Expr, ways: tuple[Expr, ...]) -> bool:
    """Whether one of several ways is open where a condition holds."""
    return any(_is_case_of(part, way) for part in _parts(one) for way in ways)


def _parts(expr: Expr) -> Iterator[Expr]:
    """Yield all that has to hold for a condition; where several have to be false, that each is."""
    for one in conjuncts(expr):
        if isinstance(one, Unary) and one.op is Op.NOT:
            yield from (replace(one, operand=each) for each in disjuncts(one.operand))
        else:
            yield one


def _is_case_of(one: Expr, other: Expr) -> bool:
    if one == other:
        return True
    here, there = _test(one), _test(other)
    if here is None or there is None or here.name != there.name:
        return False
    return is_within(here.filter, there.filter) and (there.lets_nothing or not here.lets_nothing)


class _Test(Struct, frozen=True):
    """The name that is looked at, and what it has to pass."""

    name: Expr
    filter: Filter
    lets_nothing: bool = False  # a name that is not there passes, too


def _test(expr: Expr) -> _Test | None:
    if isinstance(expr, Matches):
        return _Test(expr.value, expr.filter)
    if isinstance(expr, Unary) and expr.op is Op.NOT:
        found = _test(expr.operand)
        if found is None or found.filter.ignore or any(p.negated for p in found.filter.patterns):
            return None
        return _Test(found.name, replace(found.filter, ignore=True), lets_nothing=True)
    if not isinstance(expr, Binary) or expr.op not in (Op.EQ, Op.NE):
        return None
    value = expr.right.value if isinstance(expr.right, Literal) else None
    if expr.semantics is Semantics.GITHUB or not isinstance(value, str):
        return None  # GitHub compares without regard to case
    if not value or not isinstance(expr.left, Ref):
        return None
    pattern = Pattern(text=value, syntax=PatternSyntax.EXACT)
    differs = expr.op is Op.NE
    return _Test(expr.left, Filter(patterns=(pattern,), ignore=differs), lets_nothing=differs)
