"""Patterns as extended regular expressions of POSIX, which `grep -E` takes.

https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html#tag_09_04
"""

from msgspec import Struct

from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.ir.pattern.charset import ANY, LAST, CharSet, both_cases, complement, of, union
from ciconv.ir.pattern.matching import tree_of
from ciconv.ir.pattern.tree import At, Chars, Choice, Guard, Repeat, Sequence, Tree, UnknownPattern

_SPECIAL = frozenset("\\^$.[]|()*+?{}")
_TIMES = {(0, None): "*", (1, None): "+", (0, 1): "?", (1, 1): ""}
_ENDS = of("\n\r\x85\u2028\u2029")  # of lines: no name has any of them
_PLACES = {
    Guard.BEGIN: "^",
    Guard.LINE_BEGIN: "^",
    Guard.END: "$",
    Guard.LINE_END: "$",
}


class Regex(Struct, frozen=True):
    """A regular expression that is searched for in a text, in whatever case."""

    text: str
    any_case: bool = False


def posix_regex(pattern: Pattern) -> Regex | None:
    """Return what matches the same texts of one line; None where POSIX has no words for it."""
    try:
        tree = tree_of(pattern.syntax, pattern.text)
        any_case = pattern.syntax is PatternSyntax.ANT_GLOB
        writer = _Writer(any_case)
        text = writer.text(tree)
    except (UnknownPattern, RecursionError):
        return None
    if pattern.syntax is PatternSyntax.RE2:
        return Regex(text)
    if isinstance(tree, Choice):
        text = f"({text})"
    whole = f"^{text}$" if not text.startswith("^") else text if text.endswith("$") else f"{text}$"
    if whole.endswith(".*$") and not whole.endswith("\\.*$"):
        whole = whole.removesuffix(".*$")
    return Regex(whole, any_case and text.lower() != text.upper())


def in_one_language(filter: Filter) -> Filter:
    """Return a filter whose patterns are of RE2, as far as that can be said in words of POSIX.

    Filters of different systems that are written out like this are often equal.
    """
    return replace(filter, patterns=tuple(map(_in_one_language, filter.patterns)))


def _in_one_language(pattern: Pattern) -> Pattern:
    found = posix_regex(pattern)
    if found is None:
        return pattern
    text = f"(?i){found.text}" if found.any_case else found.text
    return replace(pattern, text=text, syntax=PatternSyntax.RE2)


class _Writer:
    """Writes the parts of one pattern."""

    def __init__(self, any_case: bool) -> None:
        self._any_case = any_case

    def text(self, tree: Tree) -> str:
        """Return a tree as text."""
        match tree:
            case Chars():
                return self._chars(tree.chars)
            case At():
                if tree.guard not in _PLACES:
                    raise UnknownPattern("POSIX has no such place")
                return _PLACES[tree.guard]
            case Sequence():
                return "".join(map(self._part, tree.parts))
            case Choice():
                if not tree.parts:
                    raise UnknownPattern("nothing matches")
                return "|".join(map(self._part, tree.parts))
            case Repeat():
                return self._repeat(tree)

    def _part(self, tree: Tree) -> str:
        text = self.text(tree)
        return f"({text})" if isinstance(tree, Choice) else text

    def _repeat(self, tree: Repeat) -> str:
        text = self.text(tree.part)
        if not text or isinstance(tree.part, At):
            raise UnknownPattern("POSIX repeats characters only")
        if not isinstance(tree.part, Chars):
            text = f"({text})"
        least, most = tree.least, tree.most
        times = _TIMES.get((least, most))
        if times is None:
            upto = "" if least == most else "," if most is None else f",{most}"
            times = f"{{{least}{upto}}}"
        return text + times

    def _chars(self, chars: CharSet) -> str:
        if union((*chars, *_ENDS)) == ANY:
            return "."
        one = chr(chars[0][0]) if chars else ""
        if chars == of(one):
            return f"\\{one}" if one in _SPECIAL else one
        if self._any_case and one.isascii() and chars == both_cases(of(one)):
            return one.lower()
        return _bracket(chars)


def _bracket(chars: CharSet) -> str:
    """`[a-z0-9]`, or `[^/]` where all but a few characters are meant."""
    negated = bool(chars) and chars[-1][1] == LAST
    listed = complement(union((*chars, *_ENDS))) if negated else chars
    if not listed or any(first < 32 or last > 126 for first, last in listed):
        raise UnknownPattern("the characters of a set depend on the language of the machine")
    texts = [_range(first, last) for first, last in listed]
    # a `]` has to be the first one, a `-` the last or the first, and a `^` not the first
    texts.sort(key=lambda one: (one != "]", one == "-", one == "^"))
    inside = "-^" if texts == ["^", "-"] else "".join(texts)
    return f"[{'^' if negated else ''}{inside}]"


def _range(first: int, last: int) -> str:
    signs = frozenset("]^-[\\")
    if first == last:
        if chr(first) in "[\\":
            raise UnknownPattern("shells read such sets in different ways")
        return chr(first)
    if {chr(first), chr(last)} & signs:
        raise UnknownPattern("the range begins or ends with a sign of its own")
    return f"{chr(first)}{'' if last == first + 1 else '-'}{chr(last)}"
