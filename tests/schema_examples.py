"""Pairs of documents that differ in one value, for every place that a JSON schema knows.

What the schema says of a place is the only source of values, but for texts that mean something:
those come from a table of the caller.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

from msgspec import Struct

Schema: TypeAlias = dict[str, Any]
Key: TypeAlias = str | int
MAX_DEPTH = 12
# what says something of a value, beside its type
_SAYING = {"$ref", "oneOf", "anyOf", "allOf", "properties", "required", "if", "not"}


class Example(Struct, frozen=True):
    """A value, another one that differs from it at one place, and the path to that place."""

    path: tuple[Key, ...]
    value: Any
    other: Any


class Examples(Struct, frozen=True, kw_only=True):
    """Makes examples.

    `words`: two texts for places whose path ends with a key, as `key:files`. `beside`: what has to
    stand beside a value, or in a mapping, for that to have an effect.
    """

    definitions: Mapping[str, Schema]
    words: Mapping[str, tuple[Any, Any]]
    beside: Mapping[str, dict[str, Any]]
    key: str = "NAME"  # of mappings whose keys the user chooses

    def of(self, schema: Schema, path: tuple[Key, ...] = ()) -> Iterator[Example]:
        """Yield an example for every place below a schema, and every word of a fixed choice."""
        if len(path) > MAX_DEPTH:
            return
        if "$ref" in schema:
            yield from self.of(self.definitions[schema["$ref"].rpartition("/")[2]], path)
        fixed = [one["const"] for one in schema.get("oneOf", ()) if "const" in one]
        if fixed:
            yield from self._words(fixed, path)
            return
        for key in ("oneOf", "anyOf", "allOf"):
            for inner in schema.get(key, ()):
                yield from self.of(inner, path)
        if "enum" in schema:
            yield from self._words(schema["enum"], path)
            return
        usual: str | tuple[str, ...] = "object" if "properties" in schema else ()
        if not schema.keys() & _SAYING:
            usual = "string"  # anything will do
        types = schema.get("type", usual)
        for one in [types] if isinstance(types, str) else types:
            yield from getattr(self, f"_{one}")(schema, path)

    def _words(self, values: list[Any], path: tuple[Key, ...]) -> Iterator[Example]:
        yield from (Example((), *pair) for pair in pairwise(values))

    def _string(self, schema: Schema, path: tuple[Key, ...]) -> Iterator[Example]:
        yield Example((), *(_at(path, self.words) or ("one", "two")))

    def _integer(self, schema: Schema, path: tuple[Key, ...]) -> Iterator[Example]:
        yield Example((), 1, 2)

    _number = _integer

    def _boolean(self, schema: Schema, path: tuple[Key, ...]) -> Iterator[Example]:
        yield Example((), True, False)

    def _null(self, schema: Schema, path: tuple[Key, ...]) -> Iterator[Example]:
        yield from ()

    def _array(self, schema: Schema, path: tuple[Key, ...]) -> Iterator[Example]:
        for one in self.of(schema.get("items", {"type": "string"}), (*path, 0)):
            yield Example((0, *one.path), [one.value], [one.other])

    def _object(self, schema: Schema, path: tuple[Key, ...]) -> Iterator[Example]:
        properties: dict[str, Schema] = dict(schema.get("properties", {}))
        for inner in schema.get("patternProperties", {}).values():
            properties.setdefault(self.key, inner)
        further = schema.get("additionalProperties")
        if isinstance(further, dict):
            properties.setdefault(self.key, further)
        needed = {key: self._first(properties[key], (*path, key)) for key in _required(schema)}
        for key, inner in properties.items():
            around = (
                needed | (_at(path, self.beside) or {}) | (_at((*path, key), self.beside) or {})
            )
            for one in self.of(inner, (*path, key)):
                value, other = {**around, key: one.value}, {**around, key: one.other}
                yield Example((key, *one.path), value, other)

    def _first(self, schema: Schema, path: tuple[Key, ...]) -> Any:
        return next(self.of(schema, path)).value


def _at(path: tuple[Key, ...], table: Mapping[str, Any]) -> Any:
    """What a table has for the longest end of a path; numbers are left out."""
    names = [one for one in path if isinstance(one, str)]
    ends = (":".join(names[start:]) for start in range(len(names)))
    return next((table[one] for one in ends if one in table), None)


def _required(schema: Schema) -> tuple[str, ...]:
    return tuple(one for one in schema.get("required", ()) if one in schema.get("properties", {}))
