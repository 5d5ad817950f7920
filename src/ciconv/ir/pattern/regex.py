"""Reading regular expressions: RE2's, and Java's as far as they are regular."""

import re

from msgspec import Struct

from ciconv.ir.filter import PatternSyntax
from ciconv.ir.pattern.charset import (
    ANY,
    BLANKS,
    DIGITS,
    GRAPHIC,
    LAST,
    LETTERS,
    LOWER,
    PUNCTUATION,
    UPPER,
    WORD,
    CharSet,
    both_cases,
    complement,
    has,
    of,
    union,
)
from ciconv.ir.pattern.tree import (
    At,
    Chars,
    Choice,
    Guard,
    Repeat,
    Tree,
    UnknownPattern,
    check_size,
    sequence,
)

MAX_DEPTH = 60  # groups inside of groups


class Flavour(Struct, frozen=True):
    """Where the two languages differ."""

    java: bool
    blanks: CharSet
    vertical: CharSet  # \v
    not_dot: CharSet  # what `.` is not
    flags: str  # those that are known, of which some change nothing


# https://github.com/google/re2/wiki/Syntax
RE2 = Flavour(False, BLANKS, of("\v"), of("\n"), "imsU")
# https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html
JAVA = Flavour(
    True,
    union((*BLANKS, *of("\v"))),
    of("\n\v\f\r\x85\u2028\u2029"),
    of("\n\r\x85\u2028\u2029"),
    "is",
)

FLAVOURS = {PatternSyntax.RE2: RE2, PatternSyntax.JAVA: JAVA}

_POSIX = {
    "alnum": union((*LETTERS, *DIGITS)),
    "alpha": LETTERS,
    "ascii": ((0, 0x7F),),
    "blank": of("\t "),
    "cntrl": ((0, 0x1F), (0x7F, 0x7F)),
    "digit": DIGITS,
    "graph": GRAPHIC,
    "lower": LOWER,
    "print": ((0x20, 0x7E),),
    "punct": PUNCTUATION,
    "space": union((*BLANKS, *of("\v"))),
    "upper": UPPER,
    "word": WORD,
    "xdigit": union((*DIGITS, (0x41, 0x46), (0x61, 0x66))),
}
_CONTROLS = {"a": 7, "e": 0x1B, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 9}
_GUARDS = {"b": Guard.WORD_EDGE, "B": Guard.NO_WORD_EDGE, "A": Guard.BEGIN, "z": Guard.END}
_QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def read_regex(pattern: str, flavour: Flavour) -> Tree:
    """Return the tree of a regular expression, without the `/` that may stand around it.

    UnknownPattern for what is none, and for look-around, back-references, atomic groups,
    possessive quantifiers, Unicode properties and the intersection of classes.
    """
    reader = _Reader(_unquoted(pattern), flavour)
    tree = reader.choice()
    if reader.at < len(reader.text):
        raise UnknownPattern("there is a ')' too many")
    return tree


class _Reader:
    def __init__(self, pattern: str, flavour: Flavour) -> None:
        self.text, self.flavour = pattern, flavour
        self.at = 0
        self._flags = frozenset[str]()
        self._depth = 0

    def choice(self) -> Tree:
        """What stands up to the end, or to the `)` that is not ours."""
        flags = self._flags
        parts = [self._sequence()]
        while self._take_if("|"):
            parts.append(self._sequence())
        self._flags = flags
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self._atom()
            if part is not None:
                parts.append(self._repeated(part))
            elif self._quantifier() is not None:
                raise UnknownPattern("there is nothing to repeat")
        return sequence(parts)

    def _take(self) -> str:
        if self.at >= len(self.text):
            raise UnknownPattern("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _take_if(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _atom(self) -> Tree | None:
        """The next thing that can be repeated; None after flags, which cannot."""
        if self._quantifier() is not None:
            raise UnknownPattern("there is nothing to repeat")
        letter = self._take()
        if letter == "(":
            return self._group()
        if letter == "[":
            return Chars(self._class())
        if letter == ".":
            return Chars(ANY if "s" in self._flags else complement(self.flavour.not_dot))
        if letter in "^$":
            return self._line_edge(letter)
        if letter == "\\":
            return self._escape()
        if letter == "{" and self.flavour.java:
            raise UnknownPattern("there is nothing to repeat")
        return Chars(self._cased(of(letter)))

    def _line_edge(self, letter: str) -> Tree:
        if "m" in self._flags:
            return At(Guard.LINE_BEGIN if letter == "^" else Guard.LINE_END)
        return At(Guard.BEGIN if letter == "^" else Guard.END)

    def _repeated(self, part: Tree) -> Tree:
        bounds = self._quantifier()
        if bounds is None:
            return part
        least, most = bounds
        if most is not None and most < least:
            raise UnknownPattern("the least number of repetitions is the larger one")
        self._take_if("?")  # lazy: the same texts, in another order
        if self.text.startswith(("*", "+", "?"), self.at) or self._quantifier():
            raise UnknownPattern("a repetition is repeated, or possessive")
        tree = Repeat(part, least, most)
        check_size(tree)
        return tree

    def _quantifier(self) -> tuple[int, int | None] | None:
        for sign, bounds in _QUANTIFIERS.items():
            if self._take_if(sign):
                return bounds
        match = _BRACES.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        least = int(match["least"])
        if match["comma"] is None:
            return least, least
        return least, int(match["most"]) if match["most"] else None

    def _group(self) -> Tree | None:
        outer = self._flags
        if self._take_if("?"):
            opening = _OPENING.match(self.text, self.at)
            if opening is None:
                raise UnknownPattern("there is look-around, an atomic or an unknown group")
            self.at = opening.end()
            self._set_flags(opening["on"] or "", opening["off"] or "")
            if opening["end"] == ")":
                return None  # for what comes after it
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnknownPattern(f"more than {MAX_DEPTH} groups stand in each other")
        tree = self.choice()
        self._depth -= 1
        if not self._take_if(")"):
            raise UnknownPattern("a '(' is never closed")
        self._flags = outer
        return tree

    def _set_flags(self, on: str, off: str) -> None:
        if not set(on + off) <= set(self.flavour.flags):
            raise UnknownPattern(f"the flags {on + off!r} are unknown")
        self._flags = (self._flags | set(on)) - set(off)

    def _escape(self) -> Tree:
        if self.text.startswith(tuple(_GUARDS), self.at):
            return At(_GUARDS[self._take()])
        if self.flavour.java and self._take_if("Z"):
            return At(Guard.END)  # a line break after it does not count; names have none
        chars, is_letter = self._escaped()
        return Chars(self._cased(chars) if is_letter else chars)

    def _escaped(self) -> tuple[CharSet, bool]:
        """What an escape stands for, and whether it is a single character."""
        letter = self._take()
        classes = {"d": DIGITS, "w": WORD, "s": self.flavour.blanks}
        if letter.lower() in classes:
            chars = classes[letter.lower()]
            return (chars if letter.islower() else complement(chars)), False
        if letter == "v":
            return self.flavour.vertical, False
        if letter == "p" and self.flavour.java:
            return self._property(), False
        if letter in _CONTROLS:
            return of(chr(_CONTROLS[letter])), True
        if code := _CODE.match(self.text, self.at - 1):
            self.at = code.end()
            return _character(code.group()), True
        if letter.isascii() and letter.isalnum():
            raise UnknownPattern(f"{letter!r} after '\\' is unknown")
        return of(letter), True

    def _property(self) -> CharSet:
        match = _PROPERTY.match(self.text, self.at)
        chars = _POSIX.get((match["name"] or "").lower()) if match else None
        if match is None or chars is None or not match["name"][0].isupper():
            raise UnknownPattern("a property of characters is unknown")
        self.at = match.end()
        return chars

    def _class(self) -> CharSet:
        negated = self._take_if("^")
        letters: list[tuple[int, int]] = []
        others: list[tuple[int, int]] = []  # those whose case is not changed
        first = True
        while first or not self._take_if("]"):
            first = False
            posix = self._posix()
            if posix is not None:
                others += posix
                continue
            start, is_letter = self._member()
            if not is_letter or not self._is_range():
                (letters if is_letter else others).extend(start)
                continue
            self._take()
            end, is_letter = self._member()
            if not is_letter or end < start:
                raise UnknownPattern("a range of characters ends before it begins")
            letters.append((start[0][0], end[0][0]))
        chars = union((*self._cased(union(letters)), *others))
        return complement(chars) if negated else chars

    def _is_range(self) -> bool:
        return self.text.startswith("-", self.at) and not self.text.startswith("-]", self.at)

    def _member(self) -> tuple[CharSet, bool]:
        letter = self._take()
        if letter == "\\":
            return self._escaped()
        if self.flavour.java and (letter == "[" or self.text.startswith("&&", self.at - 1)):
            raise UnknownPattern("a class of characters is made of others")
        return of(letter), True

    def _posix(self) -> CharSet | None:
        match = None if self.flavour.java else _POSIX_CLASS.match(self.text, self.at)
        if match is None:
            return None
        chars = _POSIX.get(match["name"])
        if chars is None:
            raise UnknownPattern(f"the class {match.group()!r} is unknown")
        self.at = match.end()
        return complement(chars) if match["not"] else chars

    def _cased(self, chars: CharSet) -> CharSet:
        """The characters in both cases, if case does not count."""
        if "i" not in self._flags or not chars:
            return chars
        if self.flavour.java:
            return both_cases(chars)
        if chars[-1][1] > 0x7F:
            raise UnknownPattern("case does not count for characters beyond ASCII")
        both = both_cases(chars)
        more = [
            of(sign) for letter, sign in (("k", "\u212a"), ("s", "\u017f")) if has(both, letter)
        ]
        return union((*both, *(one for chars in more for one in chars)))


_BRACES = re.compile(r"\{(?P<least>[0-9]{1,4})(?P<comma>,(?P<most>[0-9]{1,4})?)?\}")
_OPENING = re.compile(
    r"P?<[A-Za-z_][A-Za-z0-9_]*>|(?P<on>[a-zA-Z]*)(?:-(?P<off>[a-zA-Z]+))?(?P<end>[:)])"
)
_CODE = re.compile(r"x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|0[0-7]{0,3}")
_PROPERTY = re.compile(r"\{(?P<name>[A-Za-z]+)\}")
_POSIX_CLASS = re.compile(r"\[:(?P<not>\^?)(?P<name>[a-z]+):\]")


def _character(code: str) -> CharSet:
    digits = code[1:].strip("{}")
    number = int(digits or "0", 8 if code[0] == "0" else 16)
    if number > LAST:
        raise UnknownPattern(f"there is no character {number:x}")
    return ((number, number),)


def _unquoted(pattern: str) -> str:
    """The pattern with `\\Q…\\E` written out, character by character."""
    return _QUOTATION.sub(lambda match: match[1] or re.sub(r"(\W)", r"\\\1", match[2]), pattern)


_QUOTATION = re.compile(r"(\\[^Q])|\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
