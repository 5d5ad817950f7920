"""What may stand where in a pipeline file, as a table: one shape for each kind of value.

A shape is named. A key of a mapping names the shape of its value; `text@step` is the shape `text`
in whose expressions stand the contexts of the set `step`, and so in all below it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

_FOLDER = Path(__file__).parent


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a value may be; several of `scalar`, `list`, `keys` or `values` leave a choice."""

    what: str = ""  # for messages: "a job"
    scalar: str = ""  # text, boolean, number, integer, none: what a scalar has to be;
    # string: a text that is no number, true or false as it is written
    words: tuple[str, ...] = ()  # the only texts there are
    above: float | None = None  # a number has to be greater
    below: float | None = None  # and this one less
    levels: int = 0  # of lists inside of each other; 0: any number
    no_entries: bool = False  # a mapping may be empty, though something has to stand there
    loose: bool = False  # keys that nobody knows are left out, which is no fault
    most: int = 0  # items of a list; 0: any number
    longest: int = 0  # characters of a text; 0: any number
    soft: bool = False  # that it is empty changes nothing
    filled: bool = False  # a list or mapping may not be empty
    empty: bool = False  # no value at all will do, or an empty one
    nothing: bool = False  # null is as if the key were not there
    given: bool = False  # no value at all is refused, even where an empty mapping will do
    list: str = ""  # a list of this shape may stand here
    keys: Mapping[str, str] = {}  # a mapping with these keys
    required: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()  # keys that are nearly always there
    together: tuple[str, ...] = ()  # keys that all have to be there, or none
    one_of: tuple[str, ...] = ()  # keys of which exactly one has to be there
    apart: tuple[str, ...] = ()  # a key, and those that may not stand beside it
    values: str = ""  # a mapping with any other keys, whose values have this shape
    same_case: bool = False  # keys that differ in case alone are different
    expression: bool = False  # one expression may give the whole value
    pattern: str = ""  # of all text
    choose: Mapping[str, str] = {}  # the first of these keys that is there decides on the shape


class Availability(Struct, frozen=True, forbid_unknown_fields=True):
    """What expressions in some place may speak of."""

    contexts: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()  # besides those that are allowed everywhere


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """The shapes of a format by name; `root` is that of a file."""

    shapes: Mapping[str, Shape]
    available: Mapping[str, Availability] = {}


@cache
def table(format: str) -> Table | None:
    """Return the shapes of a format, None where nobody has written them down."""
    file = _FOLDER / f"{format}.json"
    return msgspec.json.decode(file.read_bytes(), type=Table) if file.exists() else None
