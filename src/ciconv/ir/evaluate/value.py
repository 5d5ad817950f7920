"""Values of expressions, and GitHub's coercions between them.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals
"""

import re
from collections.abc import Iterable
from math import inf, nan
from typing import Final, TypeAlias

from msgspec import Struct

from ciconv.ir.expression import Expr, written
from ciconv.source import Span


class Residual(Struct, frozen=True):
    """What only the run knows: the expression that is left, with all known parts worked out."""

    expr: Expr


class Array(Struct, frozen=True):
    """A list. A `filtered` one is what `.*` gave: a property of it is that of each of its items."""

    items: tuple["Value", ...]
    filtered: bool = False


class Object(Struct, frozen=True, dict=True):
    """Named values, in order. Names are looked up without regard to case; the first one wins."""

    entries: tuple[tuple[str, "Value"], ...]

    def get(self, name: str) -> "Value | Missing":
        """Return the value of a name, MISSING where there is none."""
        found: dict[str, Value] | None = self.__dict__.get("_by_name")
        if found is None:
            found = {key.lower(): value for key, value in reversed(self.entries)}
            self.__dict__["_by_name"] = found
        return found.get(name.lower(), MISSING)


class Missing(Struct, frozen=True):
    """The type of MISSING: that there is no value, where null would be one."""


MISSING: Final = Missing()

Primitive: TypeAlias = None | bool | float | str
Known: TypeAlias = Primitive | Array | Object
Value: TypeAlias = Known | Residual


class EvaluationError(Exception):
    """An expression that has no value; GitHub ends the run with a message like this one."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


MAX_CHARACTERS = 5_242_880  # of one text: GitHub gives all that is evaluated for a job 10 MiB


def joined(texts: Iterable[str]) -> str:
    """Return texts as one; EvaluationError for one that GitHub would not make either."""
    parts: list[str] = []
    length = 0
    for text in texts:
        length += len(text)
        if length > MAX_CHARACTERS:
            raise EvaluationError("the text has more characters than GitHub allows")
        parts.append(text)
    return "".join(parts)


def truth(value: Known) -> bool:
    """Return what a value means as a condition: false, 0, NaN, '' and null are false."""
    if isinstance(value, float):
        return value == value and value != 0
    return value is not None and value is not False and value != ""


def as_text(value: Known) -> str:
    """Return a value as text: null is empty, a list is the word 'Array', an object 'Object'."""
    if isinstance(value, str):
        return value
    if isinstance(value, Array):
        return "Array"
    return "Object" if isinstance(value, Object) else written(value)


def as_number(value: Known) -> float:
    """Return a value as a number: null and '' are 0, true is 1, what is none is NaN."""
    if isinstance(value, str):
        return _number_in(value.strip())
    if value is None:
        return 0.0
    return float(value) if isinstance(value, bool | float) else nan


_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"": 0.0, "Infinity": inf, "+Infinity": inf, "-Infinity": -inf}


def _number_in(text: str) -> float:
    if text in _WORDS:
        return _WORDS[text]
    if _DECIMAL.fullmatch(text):
        return float(text)
    for prefix, base, digits in (("0x", 16, _HEXADECIMAL), ("0o", 8, _OCTAL)):
        if text.startswith(prefix) and digits.fullmatch(text, 2):
            return float(int(text[2:], base))
    return nan


_HEXADECIMAL = re.compile("[0-9a-fA-F]{1,200}")
_OCTAL = re.compile("[0-7]{1,300}")


def folded(text: str) -> str:
    """Return a text so that two are equal for GitHub if these are: in upper case, letter by letter.

    A letter whose upper case is another number of letters stays, as does the Turkish dotless i.
    """
    if text.isascii():
        return text.upper()
    return "".join(_upper(letter) for letter in text)


def _upper(letter: str) -> str:
    upper = letter.upper()
    return upper if len(upper) == 1 and (upper > "\x7f" or letter.isascii()) else letter


def loose_equal(left: Known, right: Known) -> bool:
    """Return GitHub's `==`: text without case, different types as numbers, lists by identity."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right or folded(left) == folded(right)
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return left is right
    return as_number(left) == as_number(right)


def loose_less(left: Known, right: Known) -> bool:
    """Return GitHub's `<`; lists and objects are never less than anything."""
    if isinstance(left, str) and isinstance(right, str):
        return _order(left) < _order(right)
    if isinstance(left, Array | Object) or isinstance(right, Array | Object):
        return False
    return as_number(left) < as_number(right)


def _order(text: str) -> bytes:
    """GitHub compares the 16-bit units of a text."""
    return folded(text).encode("utf-16-be", "surrogatepass")


def property_of(value: Known, key: Known) -> Value | Missing:
    """Return `value[key]`, null where there is no such property.

    MISSING: the value is a filtered list with items that only the run knows.
    """
    if isinstance(value, Array):
        return _filtered(value, key) if value.filtered else _or_null(_item(value, key))
    if isinstance(value, Object):
        return _or_null(_entry(value, key))
    return None


def _or_null(value: Value | Missing) -> Value:
    return None if isinstance(value, Missing) else value


def _item(array: Array, key: Known) -> Value | Missing:
    number = as_number(key)
    return array.items[int(number)] if 0 <= number < len(array.items) else MISSING


def _entry(value: Object, key: Known) -> Value | Missing:
    return MISSING if isinstance(key, Array | Object) else value.get(as_text(key))


def _filtered(array: Array, key: Known) -> Value | Missing:
    found: list[Value] = []
    for one in array.items:
        if isinstance(one, Residual):
            return MISSING
        inner: Value | Missing = MISSING
        if isinstance(one, Array):
            inner = _item(one, key)
        elif isinstance(one, Object):
            inner = _entry(one, key)
        if not isinstance(inner, Missing):
            found.append(inner)
    return Array(tuple(found), filtered=True)


def all_of(value: Known) -> Array | Missing:
    """Return `value.*`, a filtered list; MISSING: as for a property."""
    if not isinstance(value, Array) or not value.filtered:
        return Array(_values(value), filtered=True)
    found: list[Value] = []
    for one in value.items:
        if isinstance(one, Residual):
            return MISSING
        found.extend(_values(one))
    return Array(tuple(found), filtered=True)


def _values(value: Known) -> tuple[Value, ...]:
    if isinstance(value, Object):
        return tuple(one for _, one in value.entries)
    return value.items if isinstance(value, Array) else ()


def is_known(value: Value) -> bool:
    """Whether nothing in a value is left to the run."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Residual):
            return False
        if isinstance(one, Array | Object):
            waiting.extend(_values(one))
    return True
