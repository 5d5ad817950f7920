"""Where each character of a scalar's text stands in the source."""

import re
from bisect import bisect_left, bisect_right
from typing import TypeAlias

Offsets: TypeAlias = tuple[tuple[int, int], ...]

_PROPERTIES = re.compile(r"(?:[&!][^ \t\r\n]*[ \t\r\n]*(?:#[^\r\n]*[ \t\r\n]*)*)*")
_FOLD = r"[ \t]*(?:\r\n?|\n)[ \t\r\n]*"
_PLAIN = re.compile(_FOLD)
_SINGLE = re.compile(f"''|{_FOLD}")
_DOUBLE = re.compile(r"\\(?:(?:\r\n?|\n)[ \t\r\n]*|x..|u.{4}|U.{8}|.)|" + _FOLD, re.DOTALL)
_IRREGULAR = {"'": _SINGLE, '"': _DOUBLE}
_BREAK = re.compile(r"\r\n?|\n")


def content_start(source: str, start: int, end: int) -> int:
    """Return where a scalar goes on behind its anchor and its tag."""
    found = _PROPERTIES.match(source, start, end)
    return found.end() if found else start


def flow_offsets(source: str, start: int, end: int) -> Offsets:
    """Return the places of a plain or quoted scalar; a quote at `start` tells which it is."""
    pattern = _IRREGULAR.get(source[start : start + 1], _PLAIN)
    if pattern is not _PLAIN:
        start, end = start + 1, end - 1
    pairs = [(0, start)]
    shift = start  # offset in the source minus index in the text
    for found in pattern.finditer(source, start, end):
        at, after = found.span()
        index = at - shift + (1 if source[at] == "'" else _length(found.group()))
        pairs.append((index, after))
        shift = after - index
    return tuple(pairs)


def _length(irregular: str) -> int:
    """How many characters of text an escape or a folded line break gives."""
    breaks = len(_BREAK.findall(irregular)) if "\r" in irregular else irregular.count("\n")
    if irregular[0] == "\\":
        return breaks - 1 if breaks else 1
    return max(breaks - 1, 1)


def block_lines(source: str, starts: list[int], start: int, end: int) -> list[tuple[int, int]]:
    """Return start and end of a block scalar's header line and of each line below it.

    `starts` are those of all lines of the source, `start` is where the indicator stands.
    """
    first = bisect_right(starts, start) - 1
    stop = bisect_left(starts, end, first + 1)
    following = starts[first + 1 : stop + 1]
    if stop >= len(starts):
        following.append(len(source) + 1)
    lines = [(a, b - 1) for a, b in zip(starts[first:stop], following, strict=True)]
    if "\r" in source[start:end]:
        return [(a, b - (source[b - 1 : b + 1] == "\r\n")) for a, b in lines]
    return lines


def content_end(source: str, lines: list[tuple[int, int]], indicator: int) -> int:
    """Return the end of the last line below the header that is not blank, else the indicator's."""
    for start, end in reversed(lines[1:]):
        if source[start:end].strip(" "):
            return end
    return indicator


def literal_offsets(text: str, lines: list[tuple[int, int]]) -> Offsets:
    """Return the places of a literal scalar, one for each of its lines."""
    pairs = []
    index = 0
    # What the text lacks at the start of a line is the indentation.
    for line, (_, end) in zip(text.split("\n"), lines[1:], strict=False):
        pairs.append((index, end - len(line)))
        index += len(line) + 1
    return tuple(pairs)


def folded_offsets(source: str, text: str, lines: list[tuple[int, int]]) -> Offsets:
    """Return the places of a folded scalar, one for each of its lines with content."""
    indent = _folded_indent(source, text, lines)
    pairs = [(0, lines[0][1])] if text.startswith("\n") else []
    index = 0
    for start, end in lines[1:]:
        content = source[start + indent : end]
        if not content:
            continue
        separators = "\n" if content[0] in " \t" else " \n"
        while index < len(text) and text[index] in separators:
            index += 1
        pairs.append((index, start + indent))
        index += len(content)
    return tuple(pairs)


def _folded_indent(source: str, text: str, lines: list[tuple[int, int]]) -> int:
    """How many blanks the lines lost: the first one with content tells."""
    for start, end in lines[1:]:
        content = source[start:end].lstrip(" ")
        if content:
            before = text[: len(text) - len(text.lstrip(" \n"))]
            kept = len(before) - before.rfind("\n") - 1
            return end - start - len(content) - kept
    return 0
