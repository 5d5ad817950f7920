"""Whether two conditions hold in the same cases, by binary decision diagrams.

Unlike a normal form this stays small for the conditions of jobs that depend on many others.
https://en.wikipedia.org/wiki/Binary_decision_diagram
"""

from collections.abc import Iterable, Mapping

from ciconv.ir.evaluate.condition import Atoms
from ciconv.ir.evaluate.environment import Path
from ciconv.ir.evaluate.normal_form import Formula
from ciconv.ir.expression import Expr, Ref

MAX_NODES = 50_000
MAX_ATOMS = 400
FALSE, TRUE = 0, 1


def equivalent(one: Expr, other: Expr, meanings: Mapping[Path, Expr] | None = None) -> bool | None:
    """Return whether two conditions hold in the same cases; None where that is too hard to tell.

    `meanings` are those of names that stand for conditions, each behind those it speaks of.
    EvaluationError for conditions of too many levels.
    """
    diagrams = Diagrams()
    try:
        for path, expr in (meanings or {}).items():
            diagrams.define(Ref(path=path), expr)
        left, right = diagrams.of(one), diagrams.of(other)
        possible = diagrams.possible()
        return diagrams.both(left, possible) == diagrams.both(right, possible)
    except TooLarge:
        return None


class TooLarge(Exception):
    """There are more nodes than anybody wants to wait for."""


class Diagrams:
    """Diagrams that share their nodes, so that two are equal if they are the same number."""

    def __init__(self) -> None:
        self._atoms = Atoms()
        self._of_atoms: dict[int, int] = {}
        self._nodes: list[tuple[int, int, int]] = [(0, 0, 0), (0, 1, 1)]
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._known: dict[tuple[int, int], int] = {}
        self._opposites: dict[int, int] = {FALSE: TRUE, TRUE: FALSE}
        self._possible = (-1, TRUE)  # for so many names

    def of(self, expr: Expr) -> int:
        """Return the diagram of a condition."""
        return self._formula(self._atoms.formula(expr, True))

    def _formula(self, formula: Formula) -> int:
        if isinstance(formula, bool):
            return TRUE if formula else FALSE
        if isinstance(formula, int):
            found = self._atom(abs(formula))
            return found if formula > 0 else self.opposite(found)
        parts = map(self._formula, formula.parts)
        if formula.every:
            return self._all(parts)
        return self.opposite(self._all(map(self.opposite, parts)))

    def _all(self, parts: Iterable[int]) -> int:
        found = TRUE
        for part in parts:
            found = self.both(found, part)
        return found

    def define(self, name: Ref, meaning: Expr) -> int:
        """Let a name stand for a condition; return its diagram."""
        number, diagram = self._atoms.formula(name, True), self.of(meaning)
        if isinstance(number, int):
            self._of_atoms[number] = diagram
        return diagram

    def _atom(self, number: int) -> int:
        if number not in self._of_atoms:
            if number > MAX_ATOMS:
                raise TooLarge
            self._of_atoms[number] = self._node(number, FALSE, TRUE)
        return self._of_atoms[number]

    def possible(self) -> int:
        """Return the diagram of all cases that can be: no name has two values."""
        if self._possible[0] == len(self._atoms):
            return self._possible[1]
        found = TRUE
        for true, false in self._atoms.impossible(MAX_ATOMS):
            both = TRUE
            for number in range((true | false).bit_length()):
                if true >> number & 1:
                    both = self.both(both, self._atom(number))
                elif false >> number & 1:
                    both = self.both(both, self.opposite(self._atom(number)))
            found = self.both(found, self.opposite(both))
        self._possible = len(self._atoms), found
        return found

    def _node(self, atom: int, low: int, high: int) -> int:
        """The diagram that asks an atom first, and goes on with one of two others."""
        if low == high:
            return low
        key = atom, low, high
        if key not in self._numbers:
            if len(self._nodes) > MAX_NODES:
                raise TooLarge
            self._numbers[key] = len(self._nodes)
            self._nodes.append(key)
        return self._numbers[key]

    def opposite(self, one: int) -> int:
        """Return the diagram that holds where this one does not."""
        if one not in self._opposites:
            atom, low, high = self._nodes[one]
            found = self._node(atom, self.opposite(low), self.opposite(high))
            self._opposites |= {one: found, found: one}
        return self._opposites[one]

    def both(self, one: int, other: int) -> int:
        """Return the diagram that holds where both do."""
        if FALSE in (one, other):
            return FALSE
        if one in (TRUE, other):
            return other
        if other == TRUE:
            return one
        key = (one, other) if one < other else (other, one)
        if key not in self._known:
            (here, *left), (there, *right) = self._nodes[one], self._nodes[other]
            first = min(here, there)
            low, high = left if here == first else (one, one)
            low_there, high_there = right if there == first else (other, other)
            self._known[key] = self._node(
                first, self.both(low, low_there), self.both(high, high_there)
            )
        return self._known[key]
