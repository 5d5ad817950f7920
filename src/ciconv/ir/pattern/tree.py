"""Patterns as trees: what all pattern languages are read into."""

from collections.abc import Iterable
from enum import IntFlag
from typing import TypeAlias

from msgspec import Struct

from ciconv.ir.pattern.charset import CharSet

MAX_PLACES = 1000  # characters of a pattern with its repetitions written out


class UnknownPattern(Exception):
    """A pattern that is none, that has more than regular languages have, or that is too large."""


class Guard(IntFlag):
    """What has to be at a place, between characters."""

    BEGIN = 1
    END = 2
    LINE_BEGIN = 4
    LINE_END = 8
    WORD_EDGE = 16
    NO_WORD_EDGE = 32


class Chars(Struct, frozen=True):
    """One character of a set."""

    chars: CharSet


class At(Struct, frozen=True):
    """No character, at certain places."""

    guard: Guard


class Sequence(Struct, frozen=True):
    """One part after the other."""

    parts: "tuple[Tree, ...]"


class Choice(Struct, frozen=True):
    """Any of the parts; without parts, nothing at all."""

    parts: "tuple[Tree, ...]"


class Repeat(Struct, frozen=True):
    """The same several times; `most` None: any number of times."""

    part: "Tree"
    least: int
    most: int | None


Tree: TypeAlias = Chars | At | Sequence | Choice | Repeat


def sequence(parts: Iterable[Tree]) -> Tree:
    """Return parts one after the other."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else Sequence(found)


def text(value: str) -> Tree:
    """Return exactly this text."""
    return sequence(Chars(((ord(one), ord(one)),)) for one in value)


def any_number(chars: CharSet) -> Repeat:
    """Return any number of characters of a set."""
    return Repeat(Chars(chars), 0, None)


def check_size(tree: Tree) -> int:
    """Return the number of characters with repetitions written out, or raise UnknownPattern."""
    if isinstance(tree, Chars):
        return 1
    size = 0
    if isinstance(tree, Repeat):
        size = check_size(tree.part) * max(1, tree.least, tree.most or 0)
    elif not isinstance(tree, At):
        size = sum(map(check_size, tree.parts))
    if size > MAX_PLACES:
        raise UnknownPattern(f"the pattern has more than {MAX_PLACES} characters")
    return size
