"""Types of GitHub's expressions: what is known of a value before anything runs.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What a value is."""

    ANY = "any"
    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    OBJECT = "object"
    ARRAY = "array"


class Type(Struct, frozen=True):
    """A type. `rest` is that of the properties not listed, None where there are no others."""

    kind: Kind
    fields: Mapping[str, "Type"] = {}  # by name in lower case
    rest: "Type | None" = None
    item: "Type | None" = None  # of an array
    filtered: bool = False  # made by `.*`: a property of it is that of all its items
    soft: bool = False  # there may be other properties, but none that is spelled nearly the same

    def __str__(self) -> str:
        if self.kind is Kind.ARRAY:
            return (
                f"a list of {self.item}"
                if self.item and self.item.kind is not Kind.ANY
                else "a list"
            )
        return _ARTICLES[self.kind]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the known properties."""
        return tuple(self.fields)


_ARTICLES = {
    Kind.ANY: "anything",
    Kind.NULL: "null",
    Kind.BOOLEAN: "a boolean",
    Kind.NUMBER: "a number",
    Kind.STRING: "a string",
    Kind.OBJECT: "an object",
    Kind.ARRAY: "a list",
}

ANY = Type(Kind.ANY)
NULL = Type(Kind.NULL)
BOOLEAN = Type(Kind.BOOLEAN)
NUMBER = Type(Kind.NUMBER)
STRING = Type(Kind.STRING)
LOOSE = Type(Kind.OBJECT, {}, ANY)  # an object nobody knows the properties of
STRINGS = Type(Kind.OBJECT, {}, STRING)  # any names, each with a text


def strict(fields: Mapping[str, Type]) -> Type:
    """Return the type of an object with these properties and no others."""
    return Type(Kind.OBJECT, {name.lower(): one for name, one in fields.items()})


def array(item: Type, *, filtered: bool = False) -> Type:
    """Return the type of a list."""
    return Type(Kind.ARRAY, item=item, filtered=filtered)


def merged(types: Iterable[Type]) -> Type:
    """Return the type of a value that has one of these types."""
    result: Type | None = None
    for one in types:
        result = one if result is None else _both(result, one)
    return ANY if result is None else result


def _both(one: Type, other: Type) -> Type:
    if one == other:
        return one
    kinds = {one.kind, other.kind}
    if Kind.ANY in kinds:
        return ANY
    if kinds == {Kind.OBJECT}:
        return _objects(one, other)
    if kinds == {Kind.ARRAY}:
        item = merged((one.item or ANY, other.item or ANY))
        return array(item, filtered=one.filtered or other.filtered)
    if kinds <= {Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.NULL} and Kind.STRING in kinds:
        return STRING
    return ANY


def _objects(one: Type, other: Type) -> Type:
    fields = dict(one.fields)
    for name, value in other.fields.items():
        fields[name] = _both(fields[name], value) if name in fields else value
    rests = [it.rest for it in (one, other) if it.rest is not None]
    return Type(Kind.OBJECT, fields, merged(rests) if rests else None)


def assignable(given: Type, wanted: Kind) -> bool:
    """Return whether a value may be handed over where a kind is wanted; scalars become text."""
    if Kind.ANY in (given.kind, wanted):
        return True
    if wanted is Kind.STRING:
        return given.kind not in (Kind.OBJECT, Kind.ARRAY)
    return given.kind is wanted


def has_text(one: Type) -> bool:
    """Return whether a value means something as text: not an object, a list or null."""
    return one.kind not in (Kind.OBJECT, Kind.ARRAY, Kind.NULL)
