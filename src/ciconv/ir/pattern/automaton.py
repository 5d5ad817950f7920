"""Automata: which texts a pattern matches, in time linear in the length of the text.

A state is the set of places in the pattern that the text so far may have led to (Glushkov's
construction), as the bits of a number. States are worked out when they are first needed.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import TypeAlias

from ciconv.ir.pattern.charset import WORD, CharSet, of
from ciconv.ir.pattern.tree import At, Chars, Choice, Guard, Repeat, Sequence, Tree, UnknownPattern

MAX_LINKS = 200_000
MAX_WORK = 2_000_000  # steps for one question, about a second
MAX_STATES = 10_000

Guarded: TypeAlias = dict[int, int]  # places, by the guards that have to hold on the way there


class Kind(IntEnum):
    """What is on one side of a place."""

    NOTHING = 0
    LINE_BREAK = 1
    WORD = 2
    OTHER = 3


State: TypeAlias = tuple[int, Kind]  # places, and what was read last as far as it matters


class TooMuchWork(Exception):
    """A question that would take too long to answer."""


class _Fragment:
    """A part of a pattern: whether it may be empty, where it begins and where it ends."""

    __slots__ = ("empty", "first", "last")

    def __init__(self, empty: frozenset[int], first: Guarded, last: Guarded) -> None:
        self.empty, self.first, self.last = empty, first, last


_NOTHING = frozenset[int]()
_FREELY = frozenset({0})


class Places:
    """The places of a pattern and which may follow which."""

    def __init__(self, tree: Tree) -> None:
        self.chars: list[CharSet] = [()]  # place 0 is the beginning
        self.follow: list[Guarded] = [{}]
        self.guards = 0
        self._links = 0
        whole = self._fragment(tree)
        self._link({0: 1}, whole.first)
        self.last = _merged(whole.last, {guard: 1 for guard in whole.empty})

    def _fragment(self, tree: Tree) -> _Fragment:
        match tree:
            case Chars():
                self.chars.append(tree.chars)
                self.follow.append({})
                here = {0: 1 << len(self.chars) - 1}
                return _Fragment(_NOTHING, here, here)
            case At():
                self.guards |= tree.guard
                return _Fragment(frozenset({int(tree.guard)}), {}, {})
            case Sequence():
                return self._in_a_row(self._fragment(part) for part in tree.parts)
            case Choice():
                return _either([self._fragment(part) for part in tree.parts])
            case Repeat():
                return self._repeated(tree)

    def _in_a_row(self, fragments: Iterator[_Fragment]) -> _Fragment:
        whole = _Fragment(_FREELY, {}, {})
        for one in fragments:
            self._link(whole.last, one.first)
            whole = _Fragment(
                frozenset(a | b for a in whole.empty for b in one.empty),
                _merged(whole.first, _through(whole.empty, one.first)),
                _merged(one.last, _through(one.empty, whole.last)),
            )
        return whole

    def _repeated(self, tree: Repeat) -> _Fragment:
        fixed = [self._fragment(tree.part) for _ in range(tree.least)]
        if tree.most is None:
            again = self._fragment(tree.part)
            self._link(again.last, again.first)
            rest = _Fragment(again.empty | _FREELY, again.first, again.last)
        else:
            rest = _Fragment(_FREELY, {}, {})
            for _ in range(tree.most - tree.least):
                rest = self._in_a_row(iter((self._fragment(tree.part), rest)))
                rest = _Fragment(rest.empty | _FREELY, rest.first, rest.last)
        return self._in_a_row(iter((*fixed, rest)))

    def _link(self, last: Guarded, first: Guarded) -> None:
        for behind, places in last.items():
            for place in bits(places):
                follow = self.follow[place]
                for before, targets in first.items():
                    follow[behind | before] = follow.get(behind | before, 0) | targets
                    self._links += 1
            if self._links > MAX_LINKS:
                raise UnknownPattern("the pattern is too complicated")
