"""What the parser refuses: where it is wrong, why, and what to do about it."""

import re
from typing import Any

import yaml
from msgspec import Struct

from ciconv.diagnostics import Diagnostics, Label
from ciconv.source import Source, Span

MAX_DEPTH = 256

# https://yaml.org/spec/1.2.2/#51-character-set
_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


class Rejected(Exception):
    """The text is not accepted; the reason is among the diagnostics."""


class Broken(Struct, frozen=True):
    """The block scalar that had just ended when the parser gave up."""

    span: Span
    name: str  # its key; empty for an item


def report(
    error: Exception, source: Source, broken: Broken | None, diagnostics: Diagnostics
) -> None:
    """Say where and why the parser gave up, and what to do."""
    if isinstance(error, (yaml.reader.ReaderError, UnicodeEncodeError)):
        _report_character(source, diagnostics)
    elif broken is not None and _report_broken(source, broken, diagnostics):
        return
    elif isinstance(error, yaml.MarkedYAMLError):
        _report_syntax(error, source, diagnostics)
    else:
        diagnostics.error("yaml-syntax", str(error), source.span(0, 0))


def report_depth(at: int, source: Source, diagnostics: Diagnostics) -> None:
    """Say that what begins at an offset is nested too deep."""
    diagnostics.error(
        "yaml-depth",
        f"nested more than {MAX_DEPTH} levels deep",
        source.span(at, at + 1),
        "take the inner parts out of the file",
    )


def _report_character(source: Source, diagnostics: Diagnostics) -> None:
    # The parser knows the place in its own encoding, or not at all.
    found = re.search(_FORBIDDEN, source.text)
    offset = found.start() if found else 0
    code = ord(source.text[offset])
    what = "half a surrogate pair" if 0xD800 <= code <= 0xDFFF else "a control character"
    diagnostics.error(
        "yaml-character",
        f"character U+{code:04X} is {what}, which YAML forbids",
        source.span(offset, offset + 1),
        "remove it, or write it as an escape in double quotes",
    )


_NOT_BODY = re.compile(r"(?:[\w.'\"-]+[ \t]*:|-|\?)(?:\s|\Z)|#|---|\.\.\.|[]}]")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n?|\n))*[ \t]*")


def _report_broken(source: Source, broken: Broken, diagnostics: Diagnostics) -> bool:
    """Whether a line that belongs into a block scalar stands too far left, and was reported."""
    blank = _BLANK_LINES.match(source.text, broken.span.end_offset)
    at = blank.end() if blank else broken.span.end_offset
    if at >= len(source.text) or _NOT_BODY.match(source.text, at):
        return False
    place = source.position(at)
    block = f"block scalar {broken.name!r}" if broken.name else "block scalar"
    diagnostics.error(
        "yaml-syntax",
        f"line at column {place.column} ends the {block}, and is not a key itself",
        source.span(at, at + len(source.line(place.line)) - place.column + 1),
        "indent the line like the others of the block scalar, "
        "or use a here-document that strips the indentation",
        Label(broken.span, "the block scalar that was left"),
    )
    return True


def _report_syntax(error: yaml.MarkedYAMLError, source: Source, diagnostics: Diagnostics) -> None:
    problem, context = error.problem or "", error.context or ""
    at = _offset(error.problem_mark, source)
    if "maximum nesting depth" in problem:  # libyaml 0.2.6 counts brackets before it gives events
        report_depth(at, source, diagnostics)
        return
    opening = _offset(error.context_mark, source) if error.context_mark else at
    if _is_about_opening(problem, context):
        at = opening
    labels: tuple[Label, ...] = ()
    if opening != at:
        labels = (Label(source.span(opening, opening + 1), f"{context} that begins here"),)
    place = source.position(at)
    before = source.line(place.line)[: place.column - 1].rstrip()[-1:]
    word = _WORD.match(source.text, at)
    span = source.span(at, word.end() if word else at)
    if before and before in _CLOSING and any(one in problem for one in _EXPECTED):
        message, help = f"text stands behind the closing {before!r}", _QUOTE_ALL
    else:
        message, help = _words(problem, context, source.text[at : at + 1])
    diagnostics.error("yaml-syntax", message, span, help, *labels)


_WORD = re.compile(r"\S*")
_CLOSING = "'\"]}"
_EXPECTED = ("expected key", "<block end>", "document start", "'-' indicator")
_QUOTE_ALL = "put quotes around all of it; inside of single quotes, write a single quote twice"


def _offset(mark: Any, source: Source) -> int:
    return 0 if mark is None else min(int(mark.index), len(source.text))


def _is_about_opening(problem: str, context: str) -> bool:
    """Whether the fault is where the parser began with what it could not finish."""
    return ("end of stream" in problem and "quoted scalar" in context) or "expected ':'" in problem


# (words of the parser's problem, words of its context, what we say, what we advise)
_EXPLANATIONS = (
    ("end of stream", "quoted scalar", "quoted text is never closed", "add the closing quote"),
    (
        "mapping values are not allowed",
        "",
        "':' starts a value where none can stand",
        "put the text in quotes if the ':' belongs to it; else check the indentation",
    ),
    (
        "could not find expected ':'",
        "",
        "line is neither 'key: value' nor part of the text above",
        "add the ':' after the key, or indent the line like the text it belongs to",
    ),
    (
        "block sequence entries are not allowed",
        "",
        "'- ' starts an item where none can stand",
        "put it on a line of its own, indented like the other items",
    ),
    ("alphabetic or numeric", "alias", "'*' starts no alias here", "put the text in quotes"),
    ("alphabetic or numeric", "anchor", "'&' starts no anchor here", "put the text in quotes"),
    ("escape character", "", "escape is not known", "double the backslash, or use single quotes"),
    (
        "expected key",
        "block mapping",
        "line does not continue the mapping above",
        "indent it like the other keys, or put it in quotes if it is text",
    ),
    (
        "expected '-' indicator",
        "block collection",
        "line does not continue the list above",
        "start it with '- ', or check its indentation",
    ),
    (
        "<block end>",
        "",
        "line does not continue the block above",
        "indent it like the lines above that it belongs to",
    ),
    (
        "document start",
        "",
        "text stands behind the end of the document",
        "check the indentation of this line",
    ),
    ("',' or ']'", "", "list in brackets is not closed here", "add the missing ',' or ']'"),
    ("',' or '}'", "", "mapping in braces is not closed here", "add the missing ',' or '}'"),
)


def _words(problem: str, context: str, character: str) -> tuple[str, str]:
    """Return message and help for a problem as libyaml or PyYAML words it."""
    if "cannot start any token" in problem:
        if character == "\t":
            return "a tab cannot indent", "indent with blanks"
        return f"plain text cannot start with {character!r}", "put the text in quotes"
    for word, around, message, help in _EXPLANATIONS:
        if word in problem and around in context:
            return message, help
    return problem or context, ""
