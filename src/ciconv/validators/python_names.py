"""Scripts for Python: whether they can be read, and names that nothing defines."""

import ast
import builtins
import symtable
from collections.abc import Iterator

from msgspec import Struct

MAX_CHARACTERS = 100_000

_KNOWN = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "__builtins__"}


class Problem(Struct, frozen=True):
    """A fault: the line counts from 1, the column from 0. `breaks`: nothing runs at all."""

    line: int
    column: int
    message: str
    breaks: bool = False


def problems(text: str) -> Iterator[Problem]:
    """Yield what is wrong with a script."""
    if len(text) > MAX_CHARACTERS or "\0" in text:
        return
    try:
        tree = ast.parse(text)
        table = symtable.symtable(text, "script", "exec")
    except SyntaxError as error:
        said = f"the script is no Python: {error.msg}"
        yield Problem(error.lineno or 1, max(0, (error.offset or 1) - 1), said, True)
        return
    except (RecursionError, ValueError, MemoryError):
        return
    yield from _undefined(tree, table)
    yield from _unused(tree)


def _undefined(tree: ast.Module, table: symtable.SymbolTable) -> Iterator[Problem]:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    if any(alias.name == "*" for node in names for alias in node.names):
        return
    defined = _KNOWN | {one.get_name() for one in table.get_symbols() if one.is_assigned()}
    defined |= {one.get_name() for one in table.get_symbols() if one.is_imported()}
    defined |= set(_declared_global(table))
    missing = {name for name in _read(table) if name not in defined}
    seen = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in missing and node.id not in seen:
            if not node.id.strip("_"):
                continue  # an expression stood there
            seen.add(node.id)
            said = f"nothing defines the name {node.id!r}"
            yield Problem(node.lineno, node.col_offset, said, True)


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    """Names that some scope takes from the script as a whole."""
    for one in table.get_symbols():
        if one.is_referenced() and (one.is_global() or table.get_type() == "module"):
            yield one.get_name()
    for child in table.get_children():
        yield from _read(child)


def _declared_global(table: symtable.SymbolTable) -> Iterator[str]:
    for child in table.get_children():
        for one in child.get_symbols():
            if one.is_declared_global() and one.is_assigned():
                yield one.get_name()
        yield from _declared_global(child)


def _unused(tree: ast.Module) -> Iterator[Problem]:
    """Imports of the script that nothing uses."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            name = (alias.asname or alias.name).partition(".")[0]
            if name not in used and alias.name != "*" and name != "annotations":
                yield Problem(node.lineno, node.col_offset, f"{name!r} is imported and not used")
