"""Scanning scripts for Python (`shell: python`).

https://docs.python.org/3/reference/lexical_analysis.html
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ciconv.syntax.shell.stand import HOLE, Edit, Quoting, Stand

IN_CODE = "it stands in the code itself, where its text would be read as Python"
IN_BYTES = "it stands in a bytes literal"
IN_FIELD = "it stands in an expression of an f-string"
AFTER_BACKSLASH = "a backslash stands before it"

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<prefix>(?:(?<!\w)[rRbBuUfF]{1,2})?)(?P<quote>'''|\"\"\"|'|\")
    |(?P<word>\w+)""",
    re.VERBOSE,
)
_INSIDE = {
    quote: re.compile(rf"(?:[^\\{quote[0]}]++|\\.|{quote[0]}(?!{quote[1:]}))*", re.DOTALL)
    for quote in ("'''", '"""')
} | {quote: re.compile(rf"(?:[^\\{quote}\n]++|\\.)*", re.DOTALL) for quote in ("'", '"')}
_BRACES = re.compile(r"(\\N\{[^}]*\})|[{}]")
_FIELDS = re.compile(r"\{\{|\}\}|[{}]")


def scan(text: str, offsets: Sequence[int]) -> list[Stand]:
    """Return where each hole stands. Linear in the length of the text.

    A literal with a hole becomes an f-string, its braces doubled: unlike a sum it can stand
    wherever the literal could.
    """
    code = _variable('"', Quoting.BARE)
    stands = [replace(code, problem=IN_CODE)] * len(offsets)
    for match in _tokens(text):
        first, last = (bisect_left(offsets, at) for at in match)
        if first == last:
            continue
        opening = _TOKEN.match(text, match[0])
        if opening is None or opening.lastgroup == "comment":
            stands[first:last] = [Stand(quoting=Quoting.COMMENT)] * (last - first)
        else:
            holes = offsets[first:last]
            stands[first:last] = _in_literal(text, opening, match[1], holes)
    return stands


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """The beginnings and ends of comments and literals, quotes included."""
    at = 0
    while match := _TOKEN.search(text, at):
        at = match.end()
        if match.lastgroup == "quote":
            quote = match.group("quote")
            inside = _INSIDE[quote].match(text, at)
            end = inside.end() if inside else len(text)
            at = min(len(text), end + len(quote)) if text.startswith(quote, end) else end
        if match.lastgroup != "word":
            yield match.start(), at


def _variable(quote: str, quoting: Quoting) -> Stand:
    """A look-up that needs no import before it, with quotes that its surroundings do not have."""
    name = f"__import__({quote}os{quote}).environ[{quote}"
    return Stand(quoting=quoting, opening=name, closing=f"{quote}]")


def _in_literal(text: str, opening: re.Match[str], end: int, holes: Sequence[int]) -> list[Stand]:
    prefix, quote = opening.group("prefix").lower(), opening.group("quote")
    quoting = Quoting.DOUBLE if quote[0] == '"' else Quoting.SINGLE
    stand = _variable("'" if quote[0] == '"' else '"', quoting)
    stand = replace(stand, opening="{" + stand.opening, closing=stand.closing + "}")
    if "b" in prefix:
        return [replace(stand, problem=IN_BYTES)] * len(holes)
    if "f" in prefix:
        fields = set(_holes_in_fields(text, opening.end(), end, holes))
        return [
            _problem(replace(stand, problem=IN_FIELD if at in fields else ""), text, at, prefix)
            for at in holes
        ]
    edits = [Edit(opening.start(), opening.start() + len(prefix), "f" + prefix.replace("u", ""))]
    for match in _BRACES.finditer(text, opening.end(), end):
        if "r" in prefix or match.group(1) is None:
            edits += [
                Edit(at, at, text[at])
                for at in range(match.start(), match.end())
                if text[at] in "{}"
            ]
    stand = replace(stand, edits=tuple(edits))
    return [_problem(stand, text, at, prefix) for at in holes]


def _problem(stand: Stand, text: str, at: int, prefix: str) -> Stand:
    start = at
    while "r" not in prefix and text[start - 1] == "\\":
        start -= 1
    return replace(stand, problem=AFTER_BACKSLASH) if (at - start) % 2 else stand


def _holes_in_fields(text: str, start: int, end: int, holes: Sequence[int]) -> Iterator[int]:
    """The holes inside of `{ }` of an f-string."""
    marks = [(match.start(), match.group()) for match in _FIELDS.finditer(text, start, end)]
    depth = 0
    for at, mark in sorted([*marks, *((hole, HOLE) for hole in holes)]):
        if mark == HOLE and depth:
            yield at
        depth = max(0, depth + {"{": 1, "}": -1}.get(mark, 0))
