"""GitHub's functions, for arguments that are known.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import cast

from msgspec import DecodeError, json

from ciconv.ir.evaluate.environment import value_of
from ciconv.ir.evaluate.value import (
    Array,
    EvaluationError,
    Known,
    Object,
    Residual,
    Value,
    as_text,
    folded,
    joined,
    loose_equal,
)

MAX_ARGUMENTS = 255
_CO_VARARGS = 4  # of `inspect`, which takes its time to load


def contains(search: Known, item: Known) -> bool:
    """Return whether an item is in a list, or a text in another; neither with regard to case."""
    if isinstance(search, Array):
        return any(not isinstance(one, Residual) and loose_equal(item, one) for one in search.items)
    texts = _texts(search, item)
    return texts is not None and texts[1] in texts[0]


def starts_with(text: Known, start: Known) -> bool:
    """Return whether a text begins with another, without regard to case."""
    texts = _texts(text, start)
    return texts is not None and texts[0].startswith(texts[1])


def ends_with(text: Known, end: Known) -> bool:
    """Return whether a text ends with another, without regard to case."""
    texts = _texts(text, end)
    return texts is not None and texts[0].endswith(texts[1])


def _texts(one: Known, other: Known) -> tuple[str, str] | None:
    """Both as text to compare; None when one is a list or an object."""
    if isinstance(one, Array | Object) or isinstance(other, Array | Object):
        return None
    return folded(as_text(one)), folded(as_text(other))


def join(values: Known, separator: Known = ",") -> str:
    """Return the items of a list as one text; another value is that text, an object none."""
    if isinstance(values, Array):
        return joined(
            as_text(one) for one in separated(values, separator) if not isinstance(one, Residual)
        )
    return "" if isinstance(values, Object) else as_text(values)


def separated(values: Array, separator: Known) -> Iterator[Value]:
    """Yield the items of a list, and between any two what `join` puts there."""
    between = "," if isinstance(separator, Array | Object) else as_text(separator)
    for number, one in enumerate(values.items):
        if number:
            yield between
        yield one


def format_text(pattern: Known, *arguments: Known) -> str:
    """Return the pattern with `{0}` and so on replaced by the arguments."""
    pieces = format_pieces(as_text(pattern), len(arguments))
    return joined(one if isinstance(one, str) else as_text(arguments[one]) for one in pieces)


def format_pieces(pattern: str, count: int) -> Iterator[str | int]:
    """Yield the texts and the numbers of the arguments of a pattern for `count` arguments."""
    at = 0
    while at < len(pattern):
        match = _PIECE.match(pattern, at)
        if match is None:
            raise EvaluationError(f"the format {_shown(pattern)} has a '{{' or '}}' too many")
        at = match.end()
        if match["number"] is None:
            yield match["brace"] or match["text"]
            continue
        number = int(match["number"])
        if number >= count:
            wanted = f"uses '{{{number}}}', but is given {count} values"
            raise EvaluationError(f"the format {_shown(pattern)} {wanted}")
        yield number


_PIECE = re.compile(r"(?P<text>[^{}]+)|(?P<brace>[{}])(?P=brace)|\{0*(?P<number>[0-9]{1,9})\}")


def from_json(text: Known) -> Value:
    """Return the value that a JSON text stands for."""
    source = as_text(text)
    if not source.strip():
        raise EvaluationError("'fromJSON' is given an empty text")
    try:
        return value_of(json.decode(source))
    except (DecodeError, UnicodeError, RecursionError) as error:
        problem = str(error).partition("(")[0].strip()
        message = f"'fromJSON' is given {_shown(source)}, which is no JSON: {problem}"
        raise EvaluationError(message) from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def to_json(value: Known) -> str:
    """Return a value as JSON, indented by two blanks."""
    return "".join(_json(value, "\n"))


def _json(value: Value, newline: str) -> Iterator[str]:
    inner = newline + "  "
    if isinstance(value, Array):
        yield "["
        for number, one in enumerate(value.items):
            yield f",{inner}" if number else inner
            yield from _json(one, inner)
        yield f"{newline}]" if value.items else "]"
    elif isinstance(value, Object):
        yield "{"
        for number, (name, one) in enumerate(value.entries):
            yield f"{',' if number else ''}{inner}{_quoted(name)}: "
            yield from _json(one, inner)
        yield f"{newline}}}" if value.entries else "}"
    elif isinstance(value, str):
        yield _quoted(value)
    elif not isinstance(value, Residual):
        yield "null" if value is None else as_text(value)


def _quoted(text: str) -> str:
    return json.encode(text.encode("utf-8", "replace").decode()).decode()


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "contains": contains,
    "endswith": ends_with,
    "format": format_text,
    "fromjson": from_json,
    "join": join,
    "startswith": starts_with,
    "tojson": to_json,
}


def takes(function: Callable[..., Value], number: int) -> bool:
    """Return whether a function takes so many arguments: as many as it is written for."""
    least, most = _arguments(function)
    return least <= number <= most


@cache
def _arguments(function: Callable[..., Value]) -> tuple[int, int]:
    plain = cast(FunctionType, function)
    code, defaults = plain.__code__, plain.__defaults__ or ()
    most = MAX_ARGUMENTS if code.co_flags & _CO_VARARGS else code.co_argcount
    return code.co_argcount - len(defaults), most
