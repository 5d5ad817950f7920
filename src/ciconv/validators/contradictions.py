"""Conditions that contradict themselves, whatever starts the pipeline.

A name has one value, and no text passes two filters that have nothing in common.
"""

from collections.abc import Iterator
from itertools import permutations

from msgspec.structs import replace

from ciconv.ir.evaluate import EvaluationError
from ciconv.ir.evaluate.condition import MAX_ATOMS, Atoms
from ciconv.ir.evaluate.normal_form import Term, normal_form
from ciconv.ir.expression import Expr, Matches, Ref
from ciconv.ir.pattern import apart, within


def contradicts_itself(test: Expr) -> bool:
    """Return whether a condition never holds."""
    atoms = Atoms()
    try:
        formula = atoms.formula(test, True)
    except EvaluationError:
        return False
    if isinstance(formula, bool):
        return not formula
    if isinstance(formula, int):
        return formula > 0 and _lets_nothing_in(atoms.expr(formula))
    return normal_form(formula, (*atoms.impossible(), *_of_filters(atoms))) is False


def _of_filters(atoms: Atoms) -> Iterator[Term]:
    """Pairs of filters of one name, or of one and another's opposite, that cannot both hold."""
    numbers = range(1, len(atoms) + 1) if len(atoms) <= MAX_ATOMS else ()
    for number in numbers:
        if _lets_nothing_in(atoms.expr(number)):
            yield 1 << number, 0
    filters = [(number, expr) for number in numbers if _is_plain(expr := atoms.expr(number))]
    for (number, one), (other_number, other) in permutations(filters, 2):
        if not isinstance(one, Matches) or not isinstance(other, Matches):
            continue
        if _name(one) != _name(other):
            continue
        pairs = [(a, b) for a in one.filter.patterns for b in other.filter.patterns]
        if number < other_number and all(apart(*pair) for pair in pairs):
            yield 1 << number | 1 << other_number, 0
        if len(one.filter.patterns) == 1 and any(within(*pair) for pair in pairs):
            yield 1 << number, 1 << other_number


def _lets_nothing_in(expr: Expr) -> bool:
    """Whether all that a filter lets in is taken out again behind it."""
    if not isinstance(expr, Matches) or expr.filter.ignore:
        return False
    patterns = expr.filter.patterns
    allowed = [number for number, one in enumerate(patterns) if not one.negated]
    refused = [replace(one, negated=False) if one.negated else None for one in patterns]
    return bool(allowed) and all(
        any(other is not None and within(patterns[number], other) for other in refused[number:])
        for number in allowed
    )


def _is_plain(expr: Expr) -> bool:
    """Whether it is a filter that lets in what any of its patterns matches."""
    if not isinstance(expr, Matches) or not isinstance(expr.value, Ref):
        return False
    return not expr.filter.ignore and not any(one.negated for one in expr.filter.patterns)


def _name(one: Matches) -> tuple[str, ...]:
    return one.value.path if isinstance(one.value, Ref) else ()
