"""Automata: which texts a pattern matches, in time linear in the length of the text.

A state is the set of places in the pattern that the text so far may have led to (Glushkov's
construction), as the bits of a number. States are worked out when they are first needed.
"""

from bisect import bisect_right
from collections.abc import Iterator
from enum import IntEnum
from typing import TypeAlias

from ciconv.ir.pattern.charset import LAST, WORD, CharSet, of
from ciconv.ir.pattern.tree import At, Chars, Choice, Guard, Repeat, Sequence, Tree, UnknownPattern

MAX_LINKS = 200_000
MAX_WORK = 2_000_000  # steps for one question, about a second
MAX_STATES = 2_000  # that are kept

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


def bits(number: int) -> Iterator[int]:
    """Yield the places of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _either(fragments: list[_Fragment]) -> _Fragment:
    empty = frozenset[int]().union(*(one.empty for one in fragments))
    first = _merged(*(one.first for one in fragments))
    return _Fragment(empty, first, _merged(*(one.last for one in fragments)))


def _merged(*tables: Guarded) -> Guarded:
    found: Guarded = {}
    for table in tables:
        for guard, places in table.items():
            found[guard] = found.get(guard, 0) | places
    return found


def _through(empty: frozenset[int], table: Guarded) -> Guarded:
    """What is beyond a part that may be empty."""
    return _merged(*({guard | passed: p} for passed in empty for guard, p in table.items()))


def _holds(guard: int, before: Kind, after: Kind) -> bool:
    """Whether everything that a guard asks for is so at a place."""
    edge = (before is Kind.WORD) is not (after is Kind.WORD)
    here = (
        (Guard.BEGIN, before is Kind.NOTHING),
        (Guard.END, after is Kind.NOTHING),
        (Guard.LINE_BEGIN, before in (Kind.NOTHING, Kind.LINE_BREAK)),
        (Guard.LINE_END, after in (Kind.NOTHING, Kind.LINE_BREAK)),
        (Guard.WORD_EDGE, edge),
        (Guard.NO_WORD_EDGE, not edge),
    )
    return all(true for one, true in here if guard & one)


class Machine:
    """The automaton of a pattern. Characters that it does not tell apart are of one class."""

    def __init__(self, tree: Tree) -> None:
        places = Places(tree)
        self._follow = places.follow
        self._last = places.last
        self._guarded = bool(places.guards)
        self._plain = [table.get(0, 0) for table in places.follow]
        sets = [*places.chars, *((WORD, of("\n")) if self._guarded else ())]
        self._starts, self._class_at = _classes(sets)
        self.examples = tuple(
            self._starts[self._class_at.index(n)] for n in range(max(self._class_at) + 1)
        )
        self._may = [_places_of(code, places.chars) for code in self.examples]
        self._kinds = [self._kind(code) for code in self.examples]
        self._ascii = [self._class_at[bisect_right(self._starts, code) - 1] for code in range(128)]
        self._next: dict[tuple[State, int], State] = {}
        self._accepting: dict[State, bool] = {}
        self._work = 0
        self.start: State = (1, Kind.NOTHING)

    @property
    def starts(self) -> list[int]:
        """The first code points of the stretches that lie in one class."""
        return self._starts

    def _kind(self, code: int) -> Kind:
        if not self._guarded:
            return Kind.NOTHING
        if code == 10:
            return Kind.LINE_BREAK
        return Kind.WORD if any(a <= code <= b for a, b in WORD) else Kind.OTHER

    def class_of(self, character: str) -> int:
        """Return the class of a character."""
        code = ord(character)
        return (
            self._ascii[code]
            if code < 128
            else self._class_at[bisect_right(self._starts, code) - 1]
        )

    def next(self, state: State, of_class: int) -> State:
        """Return the state after a character; TooMuchWork after too many of these."""
        found = self._next.get((state, of_class))
        if found is None:
            if len(self._next) >= MAX_STATES:
                self._next.clear()
            found = self._next[state, of_class] = self._work_out(state, of_class)
        return found

    def _work_out(self, state: State, of_class: int) -> State:
        places, before = state
        after = self._kinds[of_class]
        self._work += places.bit_count() + 1
        if self._work > MAX_WORK:
            raise TooMuchWork
        reached = 0
        for place in bits(places):
            reached |= self._plain[place]
            if self._guarded:
                for guard, targets in self._follow[place].items():
                    if guard and _holds(guard, before, after):
                        reached |= targets
        return reached & self._may[of_class], after

    def accepts(self, state: State) -> bool:
        """Whether a text that led to a state matches if it ends there."""
        found = self._accepting.get(state)
        if found is None:
            if len(self._accepting) >= MAX_STATES:
                self._accepting.clear()
            places, before = state
            found = self._accepting[state] = any(
                places & last and (not guard or _holds(guard, before, Kind.NOTHING))
                for guard, last in self._last.items()
            )
        return found

    def rest(self) -> None:
        """Be ready for another question."""
        self._work = 0

    def matches(self, text: str) -> bool:
        """Whether the pattern matches all of a text; TooMuchWork where that takes too long."""
        state = self.start
        known, table = self._next, self._ascii
        for character in text:
            code = ord(character)
            of_class = table[code] if code < 128 else self.class_of(character)
            state = known.get((state, of_class)) or self.next(state, of_class)
            if not state[0]:
                return False
        return self.accepts(state)


def _classes(sets: list[CharSet]) -> tuple[list[int], list[int]]:
    """Where stretches of code points begin that no set tells apart, and the class of each."""
    edges: dict[int, list[tuple[int, bool]]] = {0: []}
    for number, chars in enumerate(sets):
        for first, last in chars:
            edges.setdefault(first, []).append((number, True))
            edges.setdefault(last + 1, []).append((number, False))
    edges.pop(LAST + 1, None)
    starts = sorted(edges)
    members, numbers, found = 0, dict[int, int](), list[int]()
    for start in starts:
        for number, inside in edges[start]:
            members = members | 1 << number if inside else members & ~(1 << number)
        found.append(numbers.setdefault(members, len(numbers)))
    return starts, found


def _places_of(code: int, chars: list[CharSet]) -> int:
    return sum(1 << place for place, one in enumerate(chars) if any(a <= code <= b for a, b in one))
