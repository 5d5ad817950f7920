"""Parts of a configuration that no job uses: templates nobody extends, keys that others hide."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec.structs import replace

from ciconv.context import Context
from ciconv.converters.gitlab.assembly.extending import REFERENCE
from ciconv.converters.gitlab.assembly.files import File
from ciconv.converters.gitlab.assembly.merging import MERGE_KEY
from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import Span
from ciconv.syntax.node import Alias, Entry, Mapping, Node, Scalar, Sequence

_Place: TypeAlias = tuple[str, int, int]
_READ_ELSEWHERE = frozenset({"extends", "include", "spec", "inherit", "stages", MERGE_KEY})


def report_unused(
    files: Iterable[File], used: Iterable[Node], extended: frozenset[str], context: Context
) -> None:
    """Say of what stands in the files and in none of the trees used that it has no effect.

    `extended`: the names of the templates that jobs extend.
    """
    reached = {_place(one) for tree in used for one in _leaves(tree)}
    for file in files:
        for entry in file.written.entries:
            if entry.name not in _READ_ELSEWHERE:
                found = tuple(_unreached(entry, reached))
                bare = not found and not _is_reached(entry.value, reached)
                if bare and entry.name.startswith(".") and entry.name not in extended:
                    found = (entry,)
                for one in found:
                    _report(one, top=one is entry, context=context)
                if entry.name.startswith(".") and entry not in found:
                    message = f"the template {entry.name!r} is put in place wherever it is used"
                    _note("template", message, entry.key.span, context)
                    for one in _anchored(entry.value):
                        message = f"the anchor {one.value.anchor!r} is put in place of its aliases"
                        _note("template", message, one.key.span, context)


def _is_reached(value: Node, reached: set[_Place]) -> bool:
    """Whether any of it is used, or might be, as nothing but references stand there."""
    if isinstance(value, Scalar) and _place(value) in reached:
        return True
    return value.tag == REFERENCE or any(_is_reached(one, reached) for one in _inside(value))


def _place(node: Node) -> _Place:
    return node.span.source.path, node.span.start_offset, node.span.end_offset


def _leaves(tree: Node) -> Iterator[Scalar]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Scalar):
            yield one
        else:
            waiting.extend(_inside(one))


def _inside(node: Node) -> Iterator[Node]:
    """The nodes of a list or mapping; what a reference stands for has other places."""
    if isinstance(node, Sequence) and node.tag != REFERENCE:
        yield from node.items
    elif isinstance(node, Mapping):
        yield from (entry.value for entry in node.entries)


def _unreached(entry: Entry, reached: set[_Place]) -> Iterator[Entry]:
    """The largest entries of which nothing is used."""
    leaves = [one for one in _leaves(_own(entry.value)) if one.value is not None]
    if not leaves or all(_place(one) in reached for one in leaves):
        return
    if not any(_place(one) in reached for one in leaves):
        yield entry
    elif isinstance(entry.value, Mapping):
        for inner in entry.value.entries:
            if inner.name not in _READ_ELSEWHERE and not isinstance(inner.value, Alias):
                yield from _unreached(inner, reached)


def _anchored(value: Node) -> Iterator[Entry]:
    """The entries below that have an anchor."""
    for entry in value.entries if isinstance(value, Mapping) else ():
        if entry.value.anchor is not None:
            yield entry
        yield from _anchored(entry.value)


def _own(value: Node) -> Node:
    """A value without the entries that are read elsewhere."""
    if not isinstance(value, Mapping):
        return value
    entries = (one for one in value.entries if one.name not in _READ_ELSEWHERE)
    return replace(value, entries=tuple(entries))


def _report(entry: Entry, *, top: bool, context: Context) -> None:
    hidden = top and entry.name.startswith(".")
    message = f"no job uses {entry.name!r}"
    if not hidden:
        message = f"{entry.name!r} has no effect: every job that would take it has its own"
    _note("unused-template" if hidden else "without-effect", message, entry.span, context)


def _note(code: str, message: str, span: Span, context: Context) -> None:
    note = Diagnostic(code=code, severity=Severity.NOTE, message=message, span=span)
    context.diagnostics.add(note)
