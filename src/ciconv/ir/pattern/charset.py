"""Sets of characters, as ranges of code points."""

from collections.abc import Iterable
from typing import Final, TypeAlias

LAST: Final = 0x10FFFF

Range: TypeAlias = tuple[int, int]  # first and last
CharSet: TypeAlias = tuple[Range, ...]  # in order, with gaps between them

ANY: Final[CharSet] = ((0, LAST),)


def union(ranges: Iterable[Range]) -> CharSet:
    """Return the characters that are in any of the ranges."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def complement(chars: CharSet) -> CharSet:
    """Return all other characters."""
    found: list[Range] = []
    start = 0
    for first, last in chars:
        if start < first:
            found.append((start, first - 1))
        start = last + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def of(text: str) -> CharSet:
    """Return the characters of a text."""
    return union((ord(one), ord(one)) for one in text)


def has(chars: CharSet, character: str) -> bool:
    """Whether a character is in a set."""
    code = ord(character)
    return any(first <= code <= last for first, last in chars)


def both_cases(chars: CharSet) -> CharSet:
    """Return the characters with the other case of every ASCII letter added."""
    other: list[Range] = list(chars)
    for first, last in chars:
        for low, high, shift in ((0x41, 0x5A, 32), (0x61, 0x7A, -32)):
            if max(first, low) <= min(last, high):
                other.append((max(first, low) + shift, min(last, high) + shift))
    return union(other)


NOT_SLASH: Final = complement(of("/"))
DIGITS: Final[CharSet] = ((0x30, 0x39),)
LOWER: Final[CharSet] = ((0x61, 0x7A),)
UPPER: Final[CharSet] = ((0x41, 0x5A),)
LETTERS: Final = UPPER + LOWER
WORD: Final = union((*LETTERS, *DIGITS, *of("_")))
BLANKS: Final = of("\t\n\f\r ")  # RE2's \s; Java adds the vertical tab
GRAPHIC: Final[CharSet] = ((0x21, 0x7E),)
PUNCTUATION: Final[CharSet] = ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E))
