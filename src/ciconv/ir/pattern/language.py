"""Questions about the languages of automata: shortest texts, emptiness, equality."""

from collections import deque
from collections.abc import Callable

from ciconv.ir.pattern.automaton import Machine, TooMuchWork

MAX_STATES = 20_000

# Letters that people use in names come first, so that examples look like names.
NICE = "ax1bv02-_./AX3456789 cdefghijklmnopqrstuwyzBCDEFGHIJKLMNOPQRSTUVWYZ@#+:,~!$%&()[]{}"


def shortest(machine: Machine, *, inside: bool, least: int = 0) -> str | None:
    """Return a shortest text of a least length that is inside or outside, None without one.

    TooMuchWork where it is too hard to find.
    """
    letters = alphabet(machine)
    seen = {(machine.start, 0)}
    waiting = deque([(machine.start, "")])
    while waiting:
        state, text = waiting.popleft()
        if len(text) >= least and machine.accepts(state) is inside:
            return text
        for letter in letters:
            after = machine.next(state, machine.class_of(letter))
            place = (after, min(len(text) + 1, least))
            if place in seen or (inside and not after[0]):
                continue
            seen.add(place)
            waiting.append((after, text + letter))
        if len(seen) > MAX_STATES:
            raise TooMuchWork
    return None


def alphabet(machine: Machine) -> list[str]:
    """Return one letter of every class that the machine tells apart, the nicest first."""
    found: dict[int, str] = {}
    for letter in NICE:
        found.setdefault(machine.class_of(letter), letter)
    for number, code in enumerate(machine.examples):
        found.setdefault(number, chr(code))
    return list(found.values())


def is_same(one: Machine, other: Machine) -> bool:
    """Whether two automata match the same texts; TooMuchWork where it is too hard to tell."""
    return _never(one, other, lambda left, right: left is not right)


def is_within(one: Machine, other: Machine) -> bool:
    """Whether the second automaton matches all that the first one does; TooMuchWork as above."""
    return _never(one, other, lambda left, right: left and not right)


def is_apart(one: Machine, other: Machine) -> bool:
    """Whether two automata match no text in common; TooMuchWork as above."""
    return _never(one, other, lambda left, right: left and right)


def _never(one: Machine, other: Machine, wrong: Callable[[bool, bool], bool]) -> bool:
    """Whether there is no text about which two automata say what is wrong."""
    letters = {
        (one.class_of(letter), other.class_of(letter))
        for letter in map(chr, {*one.starts, *other.starts})
    }
    start = (one.start, other.start)
    seen = {start}
    waiting = [start]
    while waiting:
        left, right = waiting.pop()
        if wrong(one.accepts(left), other.accepts(right)):
            return False
        for class_here, class_there in letters:
            pair = (one.next(left, class_here), other.next(right, class_there))
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
        if len(seen) > MAX_STATES:
            raise TooMuchWork
    return True
