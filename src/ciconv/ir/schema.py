"""The JSON Schema of the IR's dump, worked out from the classes."""

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from ciconv.ir.node import Node, meaning_of
from ciconv.ir.pipeline import Project
from ciconv.syntax.node import Node as Tree

_PLAIN = {
    inspect.StrType: {"type": "string"},
    inspect.BoolType: {"type": "boolean"},
    inspect.IntType: {"type": "integer"},
    inspect.FloatType: {"type": "number"},
    inspect.NoneType: {"type": "null"},
}


def schema() -> dict[str, Any]:
    """Return the schema that every `dump` of a project satisfies; schema.json is its text."""
    kinds = sorted(_descendants(Node), key=lambda kind: kind.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A project of CI pipelines, as ciconv convert --to ir prints it",
        "$ref": f"#/$defs/{Project.__name__}",
        "$defs": {kind.__name__: _object(kind) for kind in kinds},
    }


def _descendants(kind: type[Node]) -> Iterator[type[Node]]:
    for one in kind.__subclasses__():
        yield one
        yield from _descendants(one)


def _object(kind: type[Node]) -> dict[str, Any]:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    fields = [field for field in info.fields if field.name in meaning_of(kind)]
    properties = {field.name: _type(field.type) for field in fields}
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().split("\n")[0],
        "properties": {
            "kind": {"const": kind.__name__},
            "at": {"type": "string", "description": "path:line:column"},
            "comments": {"type": "array", "items": {"type": "string"}},
            **properties,
        },
        "required": ["kind", *(field.name for field in fields if field.required)],
        "additionalProperties": False,
    }


def _type(info: inspect.Type) -> dict[str, Any]:
    match info:
        case inspect.UnionType():
            return {"anyOf": [_type(one) for one in info.types]}
        case inspect.VarTupleType():
            return {"type": "array", "items": _type(info.item_type)}
        case inspect.TupleType():
            return {"type": "array", "prefixItems": [_type(one) for one in info.item_types]}
        case inspect.EnumType():
            return {"enum": [one.value for one in info.cls]}
        case inspect.StructType() if issubclass(info.cls, Tree):
            return {}  # a value of the source as it is: any JSON
        case inspect.StructType():
            kinds = [info.cls, *(one for one in _descendants(Node) if issubclass(one, info.cls))]
            refs = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds]
            return refs[0] if len(refs) == 1 else {"anyOf": refs}
    return _PLAIN[type(info)]
