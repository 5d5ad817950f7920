"""Scripts for shells: where pipeline expressions stand in them, and variables in their place.

A pipeline pastes the value of an expression into the text of a script before a shell reads it. A
variable in its place has the same value, without the shell reading that as code.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias, TypeVar

from msgspec import Struct

from ciconv.syntax.shell.stand import HOLE, Edit, Quoting, Stand

__all__ = ["DIALECTS", "Quoting", "Substitution", "contexts", "substitute"]

_T = TypeVar("_T")
_Scan: TypeAlias = Callable[[str, Sequence[int]], list[Stand]]

# the module that scans each; loaded when it is needed, as its patterns take time to build
_MODULES = {
    "bash": "posix",
    "sh": "posix",
    "pwsh": "powershell",
    "powershell": "powershell",
    "python": "python",
    "cmd": "cmd",
}
DIALECTS = tuple(_MODULES)

_UNKNOWN = "the language of the script is not one of those understood"


class Substitution(Struct, frozen=True, kw_only=True):
    """A script with variables in the place of expressions.

    `problems`: the index of a part, and why a variable does not mean the same there. `quotings`:
    one for each part that was an expression, in order.
    """

    text: str
    problems: tuple[tuple[int, str], ...] = ()
    quotings: tuple[Quoting, ...] = ()


def contexts(text: str, offsets: Sequence[int], dialect: str = "bash") -> tuple[Quoting, ...]:
    """Return what surrounds each of the ascending offsets.

    At each one character stands for an expression; it counts as part of a word. KeyError for a
    dialect that is none of DIALECTS.
    """
    characters = list(text)
    for offset in offsets:
        characters[offset] = HOLE
    return tuple(stand.quoting for stand in _scan(dialect)("".join(characters), offsets))


def _scan(dialect: str) -> _Scan:
    scan: _Scan = import_module(f"ciconv.syntax.shell.{_MODULES[dialect]}").scan
    return scan


def substitute(
    parts: Sequence[str | _T],
    bind: Callable[[_T], str],
    dialect: str = "bash",
    written: Callable[[_T], str] = lambda part: "...",
) -> Substitution:
    """Return the script in which every part that is no text became a variable.

    `bind` gives the variable's name; `written` the text to leave in a comment, which needs none.
    Everything else stays as it is, but for the quotes of a text that nothing can stand in.
    """
    text = "".join(part if isinstance(part, str) else HOLE for part in parts)
    holes, offsets = _holes(parts)
    if not holes:
        return Substitution(text=text)
    known = dialect in _MODULES
    stands = _scan(dialect)(text, offsets) if known else [_NOT_UNDERSTOOD] * len(holes)
    edits: dict[Edit, None] = {}  # ordered, and each once
    for (_, part), offset, stand in zip(holes, offsets, stands, strict=True):
        edits.update(dict.fromkeys(stand.edits))
        if stand.quoting is Quoting.COMMENT:
            filled = " ".join(written(part).splitlines())
        else:
            filled = f"{stand.opening}{bind(part)}{stand.closing}"
        edits[Edit(offset, offset + 1, filled)] = None
    return Substitution(
        text=_edited(text, edits),
        problems=tuple(
            (index, stand.problem)
            for (index, _), stand in zip(holes, stands, strict=True)
            if stand.problem
        ),
        quotings=tuple(stand.quoting for stand in stands),
    )


_NOT_UNDERSTOOD = Stand(quoting=Quoting.BARE, opening="${", closing="}", problem=_UNKNOWN)


def _holes(parts: Sequence[str | _T]) -> tuple[list[tuple[int, _T]], list[int]]:
    """The parts that are no text with their indexes, and their offsets."""
    holes: list[tuple[int, _T]] = []
    offsets: list[int] = []
    at = 0
    for index, part in enumerate(parts):
        if isinstance(part, str):
            at += len(part)
        else:
            holes.append((index, part))
            offsets.append(at)
            at += 1
    return holes, offsets


def _edited(text: str, edits: dict[Edit, None]) -> str:
    pieces = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join(pieces) + text[at:]
