"""One form for all logical formulas that mean the same: a shortest or of ands."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

MAX_TERMS = 64


class Junction(Struct, frozen=True):
    """All of the parts (`every`), or any of them."""

    every: bool
    parts: "tuple[Formula, ...]"


Formula: TypeAlias = bool | int | Junction  # n: atom n, which counts from 1; -n: not atom n
Term: TypeAlias = tuple[int, int]  # atoms that are true and atoms that are not, as sets of bits

TRUE: Term = (0, 0)


def normal_form(
    formula: Formula, impossible: Sequence[Term] = ()
) -> bool | tuple[Term, ...] | None:
    """Return the terms of which one has to hold, or a truth value.

    It depends on what the formula means alone, where none of the `impossible` terms, of two atoms
    each, holds. Atom n is the bit of value 2 ** n. None: the formula is too large.
    """
    terms = _expanded(formula)
    primes = None if terms is None else _primes([*terms, *impossible])
    if primes is None:
        return None
    if TRUE in primes:
        return True
    primes = sorted(term for term in primes if not any(map(_within(term), impossible)))
    primes.sort(key=_size)
    return tuple(sorted(_needed(primes, impossible), key=_place)) or False


def _expanded(formula: Formula) -> list[Term] | None:
    """The formula as an or of ands, multiplied out; None when these are too many."""
    if isinstance(formula, bool):
        return [TRUE] if formula else []
    if isinstance(formula, int):
        return [(1 << formula, 0) if formula > 0 else (0, 1 << -formula)]
    found: list[Term] = [TRUE] if formula.every else []
    for part in formula.parts:
        terms = _expanded(part)
        if terms is None:
            return None
        if formula.every:
            found = [(a | c, b | d) for a, b in found for c, d in terms if not (a & d or b & c)]
        else:
            found += terms
        if len(found) > 1:
            found = _shortest(found)
        if len(found) > MAX_TERMS:
            return None
    return found


def _shortest(terms: Iterable[Term]) -> list[Term]:
    """The terms without those that another one makes superfluous."""
    kept: list[Term] = []
    for term in sorted(set(terms), key=_size):
        if not any(map(_within(term), kept)):
            kept.append(term)
    return kept


class _within:
    """Whether a term holds only where another one does."""

    def __init__(self, term: Term) -> None:
        self._true, self._false = term

    def __call__(self, other: Term) -> bool:
        return not (other[0] & ~self._true or other[1] & ~self._false)


def _size(term: Term) -> int:
    return term[0].bit_count() + term[1].bit_count()


def _primes(terms: list[Term]) -> list[Term] | None:
    """All terms that hold only where one of these does, and that cannot be shorter."""
    found = _shortest(terms)
    while len(found) <= MAX_TERMS:
        new = [
            term
            for number, one in enumerate(found)
            for other in found[:number]
            if (term := _consensus(one, other)) and not any(map(_within(term), found))
        ]
        if not new:
            return found
        found = _shortest((*found, *new))
    return None


def _consensus(one: Term, other: Term) -> Term | None:
    """What follows from two terms that disagree about one atom."""
    apart = (one[0] & other[1]) | (one[1] & other[0])
    if apart.bit_count() != 1:
        return None
    return (one[0] | other[0]) & ~apart, (one[1] | other[1]) & ~apart


def _needed(primes: list[Term], impossible: Sequence[Term]) -> list[Term]:
    """The terms without those that the others together cover."""
    if len(primes) < 3 and not (impossible and len(primes) > 1):
        return primes
    kept = list(primes)
    for term in reversed(primes):
        others = [one for one in kept if one != term]
        if _covers([*others, *impossible], term):
            kept = others
    return kept


def _covers(terms: Sequence[Term], term: Term) -> bool:
    """Whether wherever the term holds, one of the terms does."""
    true, false = term
    rest = [(a & ~true, b & ~false) for a, b in terms if not (a & false or b & true)]
    if TRUE in rest or not rest:
        return bool(rest)
    atom = rest[0][0] | rest[0][1]
    atom &= -atom
    return _covers(rest, (atom, 0)) and _covers(rest, (0, atom))


def _place(term: Term) -> tuple[list[int], int]:
    """Terms stand in the order of their atoms."""
    atoms = term[0] | term[1]
    return [n for n in range(atoms.bit_length()) if atoms >> n & 1], term[1]


def sorted_formula(formula: Formula) -> Formula:
    """Return a formula that is too large for a normal form, with the parts of it in order."""
    if not isinstance(formula, Junction):
        return formula
    parts: dict[Formula, None] = {}
    for part in map(sorted_formula, formula.parts):
        inner = (
            part.parts if isinstance(part, Junction) and part.every is formula.every else (part,)
        )
        parts.update(dict.fromkeys(inner))
    return Junction(formula.every, tuple(sorted(parts, key=repr)))
