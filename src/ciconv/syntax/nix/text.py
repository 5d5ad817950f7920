"""Texts, names and comments in Nix: the same value, whatever is in it.

The rules of the two kinds of string: https://nix.dev/manual/nix/latest/language/string-literals
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

EMPTY = '${""}'  # a piece without text that keeps Nix from taking blanks for indentation


class Hole(str):
    """The Nix text of an interpolated expression, among pieces of plain text."""

    __slots__ = ()


Pieces = tuple[str, ...]  # plain texts and Holes


@lru_cache(maxsize=1000)  # most names are those of the library
def attribute(name: str) -> str:
    """Return the name of an attribute, in quotes where Nix or its linters ask for them."""
    return name if is_plain(name) else quoted((name,))


def is_plain(name: str) -> bool:
    """Whether a text can be the name of an attribute or a variable without quotes."""
    return _NAME.fullmatch(name) is not None and name not in _KEYWORDS


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_KEYWORDS = frozenset(["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"])


def comment_lines(texts: tuple[str, ...], indent: int) -> Iterator[str]:
    """Yield the lines of comments; a text of several lines gives as many comments."""
    for text in texts:
        for line in re.split(r"[\r\n]", text):
            yield f"{' ' * indent}# {_clean(line)}".rstrip()


def one_line(text: str) -> str:
    """Return the text of a comment that stands behind code."""
    return _clean(re.sub(r"[\r\n]+", " ", text)).strip()


def is_block(pieces: Pieces) -> bool:
    """Whether the text is better written over several lines."""
    for one in pieces:
        if "\n" in one and not isinstance(one, Hole):
            return any(other.strip(" \r\n") for other in pieces)
    return False


def line_string(pieces: Pieces) -> str:
    """Return a text written on one line, in the kind of quotes that needs fewer escapes."""
    plain = "\0".join(["" if isinstance(one, Hole) else one for one in pieces])
    escapes = plain.count('"') + plain.count("\\")
    if not escapes or plain.startswith(" ") or any(one in plain for one in "\r\n\t"):
        return quoted(pieces)
    if escapes > plain.count("''") + 1:
        return f"''{''.join(_escaped(pieces, _INDENTED, _indented_escape))}''"
    return quoted(pieces)


def quoted(pieces: Pieces) -> str:
    """Return a text in double quotes."""
    return f'"{"".join(_escaped(pieces, _QUOTED, _quoted_escape))}"'


def block_string(pieces: Pieces, indent: int) -> str:
    """Return a text over several lines, indented by two more than the line it starts on."""
    lines = _lines(_escaped(pieces, _INDENTED, _indented_escape))
    filled = [line for line in lines if line.strip(" ")]
    if all(line.startswith(" ") for line in filled):
        lines[0] = EMPTY + lines[0]
    if lines[-1] and not lines[-1].strip(" "):
        lines[-1] += EMPTY
    margin = " " * indent
    body = [f"{margin}  {line}" if line else "" for line in lines]
    if not lines[-1]:
        body[-1] = margin
    return "\n".join(("''", *body)) + "''"


_QUOTED = re.compile(r'["\\\r\n\t]|\$\{|\$\Z')
# a quote must not touch what follows it: `'${` would be read as an escaped `''$`
_INDENTED = re.compile(r"''|'(?=\$\{|\$\Z|\r|\Z)|\$\{|\r|\$\Z")
_QUOTED_NAMES = {"\r": "\\r", "\n": "\\n", "\t": "\\t"}
_INDENTED_NAMES = {"''": "'''", "'": "''\\'", "${": "''${", "\r": "''\\r", "$": "''$"}


def _quoted_escape(match: re.Match[str]) -> str:
    return _QUOTED_NAMES.get(match[0], f"\\{match[0]}")


def _indented_escape(match: re.Match[str]) -> str:
    return _INDENTED_NAMES[match[0]]


def _escaped(
    pieces: Pieces, pattern: re.Pattern[str], escape: Callable[[re.Match[str]], str]
) -> list[str]:
    """The pieces with what Nix would read otherwise escaped; `$` before a hole as well."""
    return [
        Hole(f"${{{one}}}") if isinstance(one, Hole) else pattern.sub(escape, _clean(one))
        for one in pieces
    ]


def _lines(pieces: list[str]) -> list[str]:
    """The escaped text cut into lines; a hole stays whole even when it has line breaks."""
    lines = [""]
    for one in pieces:
        first, *rest = [one] if isinstance(one, Hole) else one.split("\n")
        lines[-1] += first
        lines += rest
    return lines


def _clean(text: str) -> str:
    """NUL ends a Nix file: there is no way to write it, so it is shown as what it is."""
    return text.replace("\0", "\ufffd")
