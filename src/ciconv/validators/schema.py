"""The JSON schemas of the systems, which the package check-jsonschema brings along.

Those that `ciconv update` fetched count instead, if they are newer than the package.

`jsonschema_rs` decides, as it is four hundred times faster; `jsonschema` words the fault of a file
that was refused. Without one of them, or without the schemas, nothing is asked.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from ciconv.remote import schema_file
from ciconv.source import Span
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve

_FILES = {
    "github": "github-workflows.json",
    "gitlab": "gitlab-ci.json",
    "circleci": "circle-ci.json",
}
# where a schema is behind its system: CircleCI still takes version 2
_OUTDATED = (("version",),)
MAX_WORDS = 120  # characters of a message: a longer one shows the whole value
_JSON = {"None": "null", "True": "true", "False": "false"}  # in the messages of the library
_PYTHON = re.compile(rf"(?<!')\b({'|'.join(_JSON)})\b(?!')")
_NO_FORM = "under any of the given schemas"
MAX_NODES = 50_000  # aliases may make a small file large


class Violation(Struct, frozen=True):
    """What a schema says against a file, and where."""

    message: str
    span: Span


def violations(root: Mapping, format: str) -> Iterator[Violation]:
    """Yield what the schema of a format says against a file: at most one thing."""
    schema = _schema(format)
    data = _plain(root)
    if schema is None or data is None or _accepts(format, data):
        return
    found = _best(format, data)
    if found is not None and found[1] not in _OUTDATED:
        message, path = found
        yield Violation(message, place_of(root, path))


def is_available(format: str) -> bool:
    """Return whether schemas can be asked without taking long."""
    return find_spec("jsonschema_rs") is not None and _file(format) is not None


@cache
def _folder() -> Path | None:
    """Where the schemas lie; the package itself is not imported."""
    spec = find_spec("check_jsonschema")
    places = None if spec is None else spec.submodule_search_locations
    for place in places or ():
        folder = Path(place) / "builtin_schemas" / "vendor"
        if folder.is_dir():
            return folder
    return None


def _file(format: str) -> Path | None:
    """The newest schema there is of a format."""
    if format not in _FILES:
        return None
    folder, fetched = _folder(), schema_file(format)
    packed = None if folder is None else folder / _FILES[format]
    found = [one for one in (packed, fetched) if one is not None and one.is_file()]
    return max(found, key=lambda one: one.stat().st_mtime, default=None)


@cache
def _schema(format: str) -> dict[str, Any] | None:
    file = _file(format)
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8")
        # a class of characters that Python's `re` does not know
        text = text.replace("\\\\p{Cc}", "\\\\x00-\\\\x1f\\\\x7f-\\\\x9f")
        schema: dict[str, Any] = msgspec.json.decode(text)
    except (OSError, ValueError):
        return None
    return schema


@cache
def _validator(format: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(_schema(format) or True)


def _accepts(format: str, data: object) -> bool:
    try:
        return bool(_validator(format).is_valid(data))
    except ValueError:
        return True  # a schema, or data, that the library cannot take


def _best(format: str, data: Any) -> tuple[str, tuple[str | int, ...]] | None:
    """The fault that says most, in the words of jsonschema, and the path to it."""
    if find_spec("jsonschema") is None:
        return "the file does not fit the schema", ()
    from jsonschema import validators
    from jsonschema.exceptions import best_match

    schema = _schema(format)
    assert schema is not None
    error = best_match(validators.validator_for(schema)(schema).iter_errors(data))
    if error is None:
        return None
    # of a value that has none of several forms nobody can tell which one was meant; schemas are
    # also wrong about these most often
    if _NO_FORM in error.message or len(error.message) > MAX_WORDS:
        return None
    return _PYTHON.sub(lambda word: _JSON[word[0]], error.message), tuple(error.absolute_path)


def place_of(root: Node, path: tuple[str | int, ...]) -> Span:
    """Return where a path of keys and numbers leads to; the key of what it leads to."""
    node, span = root, root.span
    for step in path:
        node = resolve(node)
        if isinstance(node, Mapping):
            entry = _entry(node, str(step))
            if entry is None:
                break
            node, span = entry.value, entry.key.span
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            span = node.span
    if isinstance(resolve(node), Mapping | Sequence) and not path:
        return Span(span.source, span.start_offset, span.start_offset + 1)
    return span


def _entry(node: Mapping, name: str) -> Entry | None:
    return next((entry for entry in node.entries if entry.name == name), None)


def _plain(root: Node) -> object | None:
    """The file as plain data; None where it has what JSON has no words for, or too much."""
    count = 0

    def value(node: Node) -> object:
        nonlocal count
        count += 1
        node = resolve(node)
        if count > MAX_NODES or (node.tag or "").startswith("!"):
            raise _NoJson
        if isinstance(node, Scalar):
            return node.value
        if isinstance(node, Sequence):
            return [value(item) for item in node.items]
        if isinstance(node, Mapping):
            if any(entry.name == "<<" for entry in node.entries):
                raise _NoJson
            return {entry.name: value(entry.value) for entry in node.entries}
        raise _NoJson

    try:
        return value(root)
    except (_NoJson, RecursionError):
        return None


class _NoJson(Exception):
    """A file that cannot be handed to a schema."""
