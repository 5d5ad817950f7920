"""Heredocs of POSIX shells: their delimiters, where their bodies end, how they lose their quotes.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_07_04
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from ciconv.syntax.shell.stand import Edit, Quoting, Stand

KEPT_QUOTES = "the heredoc's delimiter cannot be written without quotes"

_HERE = re.compile(
    r"<<(-?)[ \t]*((?:'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.|[^\s'\"\\;&|()<>`]++)+)", re.S
)
_QUOTED_PIECE = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)", re.DOTALL)
_PLAIN_DELIMITER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_EXPANDED = re.compile(r"[$`\\]")


class Here(Struct, frozen=True):
    """A heredoc whose body has not come yet."""

    start: int  # of the delimiter, as written
    end: int
    delimiter: str
    tabs: bool  # leading tabs do not count
    quoted: bool


def read_operator(text: str, at: int, limit: int) -> tuple[Here, int] | None:
    """Return the heredoc that `<<` begins, and where the script goes on; None without a word."""
    match = _HERE.match(text, at, limit)
    if match is None:
        return None
    written = match.group(2)
    delimiter = _QUOTED_PIECE.sub(_unquoted, written)
    tabs, quoted = match.group(1) == "-", delimiter != written
    return Here(*match.span(2), delimiter, tabs, quoted), match.end()


def _unquoted(match: re.Match[str]) -> str:
    single, double, escaped = match.groups()
    if double is not None:
        return re.sub(r"\\([$`\"\\])", r"\1", double)
    return single if single is not None else escaped


def find_body(here: Here, text: str, at: int, limit: int, closers: str) -> tuple[int, int]:
    """Return where the body that begins at an offset ends, and where the script goes on.

    `closers` of substitutions around it may stand behind the delimiter.
    """
    closed = f"|(?=[{closers}])" if closers else ""
    tabs = r"\t*" if here.tabs else ""
    line = re.compile(rf"^{tabs}{re.escape(here.delimiter)}(?:\n|\Z{closed})", re.MULTILINE)
    from_here = at
    while match := line.search(text, from_here, limit):
        if here.quoted or not _is_continued(text, at, match.start() - 1):
            return match.start(), match.end()
        from_here = match.end()
    return limit, limit


def _is_continued(text: str, first: int, newline: int) -> bool:
    """Whether a line goes on behind its end: an odd number of backslashes stands there."""
    start = newline
    while start > first and text[start - 1] == "\\":
        start -= 1
    return (newline - start) % 2 == 1


def unquote(here: Here, text: str, start: int, end: int) -> Stand:
    """Return how a variable stands in a body in which nothing is expanded.

    The delimiter loses its quotes; what would then be special in the body gets a backslash.
    """
    stand = Stand(quoting=Quoting.HEREDOC_QUOTED, opening="${", closing="}")
    if not _PLAIN_DELIMITER.fullmatch(here.delimiter):
        return replace(stand, problem=KEPT_QUOTES)
    special = _EXPANDED.finditer(text, start, end)
    escapes = (Edit(match.start(), match.start(), "\\") for match in special)
    return replace(stand, edits=(Edit(here.start, here.end, here.delimiter), *escapes))
