"""Text → parser events: what libyaml must not see is replaced, what it refuses is explained."""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any

import yaml
from msgspec import Struct

from ciconv.diagnostics import Diagnostics, Label
from ciconv.source import Source, Span

try:
    from yaml import CSafeLoader as _Parser
except ImportError:  # a build without libyaml: the same events, fifteen times slower
    from yaml import SafeLoader as _Parser  # type: ignore[assignment]

# https://yaml.org/spec/1.2.2/#51-character-set
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Line breaks to YAML 1.1 and libyaml, plain characters to YAML 1.2 and everybody's editor.
_FORMER_BREAKS = "\x85\u2028\u2029"


class Rejected(Exception):
    """The text is not accepted; the reason is among the diagnostics."""


class Prepared(Struct, frozen=True):
    """The text as the parser gets it, with every offset as in the source."""

    text: str
    restore: dict[int, str] | None = None  # how to translate the parser's scalars back


def prepare(source: Source) -> Prepared:
    """Return the text for the parser."""
    text = source.text
    if text.startswith("\ufeff"):
        text = "\n" + text[1:]  # removing it would shift every offset
    if text.isascii() or not any(character in text for character in _FORMER_BREAKS):
        return Prepared(text)
    stand_ins = _unused_characters(text, len(_FORMER_BREAKS))
    text = text.translate(dict(zip(map(ord, _FORMER_BREAKS), stand_ins, strict=True)))
    return Prepared(text, dict(zip(map(ord, stand_ins), _FORMER_BREAKS, strict=True)))


def _unused_characters(text: str, count: int) -> list[str]:
    """Private characters that occur neither as such nor as an escape."""
    lower = text.lower()
    free = (code for code in range(0xE000, 0xF8FF) if chr(code) not in lower)
    return list(islice((chr(code) for code in free if f"{code:x}" not in lower), count))


def open_events(prepared: Prepared) -> Callable[[], Any]:
    """Return the function that gives the next event; it raises `yaml.YAMLError`."""
    next_event: Callable[[], Any] = _Parser(prepared.text).get_event
    restore = prepared.restore
    if restore is None:
        return next_event

    def restored() -> Any:
        event = next_event()
        if isinstance(event, yaml.ScalarEvent):
            event.value = event.value.translate(restore)
        return event

    return restored


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
        return
    if broken is not None and _report_broken(source, broken, diagnostics):
        return
    if not isinstance(error, yaml.MarkedYAMLError):
        diagnostics.error("yaml-syntax", str(error), source.span(0, 0))
        return
    problem, context = error.problem or "", error.context or ""
    at = _offset(error.problem_mark, source)
    opening = _offset(error.context_mark, source) if error.context_mark else at
    if _is_unclosed(problem, context):
        at = opening
    message, help = _words(problem, context, source.text[at : at + 1])
    labels: tuple[Label, ...] = ()
    if opening != at:
        labels = (Label(source.span(opening, opening + 1), context),)
    diagnostics.error("yaml-syntax", message, source.span(at, _after(source, at)), help, *labels)


def _report_character(source: Source, diagnostics: Diagnostics) -> None:
    # The parser knows the place in its own encoding, or not at all.
    found = _FORBIDDEN.search(source.text)
    offset = found.start() if found else 0
    code = ord(source.text[offset])
    what = "half a surrogate pair" if 0xD800 <= code <= 0xDFFF else "a control character"
    diagnostics.error(
        "yaml-character",
        f"character U+{code:04X} is {what}, which YAML forbids",
        source.span(offset, offset + 1),
        "remove it, or write it as an escape in double quotes",
    )


def _offset(mark: Any, source: Source) -> int:
    return 0 if mark is None else min(int(mark.index), len(source.text))


def _after(source: Source, at: int) -> int:
    return at if source.text[at : at + 1] in ("", "\r", "\n") else at + 1


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


def _is_unclosed(problem: str, context: str) -> bool:
    return "end of stream" in problem and "quoted scalar" in context


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
