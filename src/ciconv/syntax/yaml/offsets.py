"""Where each character of a scalar's text stands in the source."""

import re
from itertools import islice
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


def block_lines(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return start and end of a block scalar's header, from its indicator on, and of its lines."""
    written = source[start:end]
    if "\r" in written:
        breaks = [found.span() for found in _BREAK.finditer(source, start, end)]
        stops = [*(stop for stop, _ in breaks), end]
        lines = list(zip([start, *(after for _, after in breaks)], stops, strict=True))
    else:
        lines = []
        for line in written.split("\n"):
            lines.append((start, start + len(line)))
            start += len(line) + 1
    if len(lines) > 1 and lines[-1][0] >= end:  # nothing stands behind the last line break
        lines.pop()
    return lines


def content_end(source: str, lines: list[tuple[int, int]], indicator: int) -> int:
    """Return the end of the last line below the header that is not blank, else the indicator's."""
    for start, end in islice(reversed(lines), len(lines) - 1):
        if source[start:end].strip(" "):
            return end
    return indicator


def literal_offsets(text: str, lines: list[tuple[int, int]]) -> Offsets:
    """Return the places of a literal scalar, one for each of its lines."""
    pairs = []
    index = 0
    # What the text lacks at the start of a line is the indentation.
    for line, (_, end) in zip(text.split("\n"), islice(lines, 1, None), strict=False):
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
