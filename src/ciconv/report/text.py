"""Diagnostics for people: place, message, the line with a caret, related places, advice."""

import os
from collections.abc import Iterable, Iterator
from typing import TextIO
from unicodedata import combining, east_asian_width

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.profile import Outcome
from ciconv.source import Span

MAX_WIDTH = 100  # of the shown source line, in columns of a terminal
MAX_READ = 4 * MAX_WIDTH  # of a source line on each side of the caret: lines may have megabytes
TAB_WIDTH = 4

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_PLURALS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.NOTE: "notes"}


def wants_colour(stream: TextIO) -> bool:
    """Return whether colours may be written to the stream (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def render_text(diagnostics: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """Return the report: a block for each diagnostic, then one line that counts them."""
    shown = _distinct(diagnostics)
    blocks = ["\n".join(_block(one, colour)) for one in shown]
    return "\n\n".join((*blocks, summary(shown))) + "\n"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the counts in words: faults by severity, then losses by outcome."""
    shown = tuple(diagnostics)
    counts = [_count_faults(shown, severity) for severity in Severity]
    losses = [one.loss.outcome for one in shown if one.loss is not None]
    counts += [f"{losses.count(one)} {one}" for one in Outcome if one in losses]
    return ", ".join(filter(None, counts)) or "nothing lost"


def _distinct(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What is said of several jobs at one place, once."""
    found = {(one.code, one.message, one.span, one.severity): one for one in diagnostics}
    return tuple(found.values())


def _count_faults(diagnostics: tuple[Diagnostic, ...], severity: Severity) -> str:
    count = sum(one.loss is None and one.severity is severity for one in diagnostics)
    return f"{count} {_PLURALS[severity] if count > 1 else severity}" if count else ""


def _block(diagnostic: Diagnostic, colour: bool) -> Iterator[str]:
    severity = diagnostic.severity
    kind = _paint(f"{severity}[{diagnostic.code}]", f"1;{_COLOURS[severity]}", colour)
    outcome = f" ({diagnostic.loss.outcome})" if diagnostic.loss is not None else ""
    yield f"{_place(diagnostic.span)}{kind} {printable(diagnostic.message)}{outcome}"
    if diagnostic.span is not None and diagnostic.span.source.text:
        yield from _snippet(diagnostic.span, _COLOURS[severity], colour)
    for label in diagnostic.labels:
        yield f"  {_place(label.span)}{printable(label.message)}"
    if diagnostic.help:
        yield f"  {_paint('help:', '1', colour)} {printable(diagnostic.help)}"


def _place(span: Span | None) -> str:
    if span is None or not span.source.path:
        return ""
    return f"{printable(str(span) if span.source.text else span.source.path)}: "


def _snippet(span: Span, shade: str, colour: bool) -> Iterator[str]:
    """The line the span begins at, and carets below what the span covers of it."""
    start, end = span.start, span.end
    line = span.source.line(start.line)
    first = min(start.column - 1, len(line))
    last = len(line) if end.line > start.line else min(end.column - 1, len(line))
    before, marked, after = _shorten(
        printable(line[max(0, first - MAX_READ) : first]),
        printable(line[first : min(last, first + MAX_READ)]),
        printable(line[last : last + MAX_READ]),
    )
    number = f"{start.line:>5}"
    yield f"{number} | {before}{marked}{after}".rstrip()
    carets = _paint("^" * max(1, _columns(marked)), f"1;{shade}", colour)
    yield f"{'':>5} | {' ' * _columns(before)}{carets}"


def _shorten(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """Cut a long line down to what stands around the carets."""
    if _columns(before + marked + after) <= MAX_WIDTH:
        return before, marked, after
    if len(marked) > MAX_WIDTH // 2:
        marked, after = marked[: MAX_WIDTH // 2], "…"
    room = MAX_WIDTH - len(marked)
    kept_before = min(len(before), max(room // 2, room - len(after)))
    if kept_before < len(before):
        before = f"…{before[len(before) - kept_before + 1 :]}"
    kept_after = room - kept_before
    if kept_after < len(after):
        after = f"{after[: max(0, kept_after - 1)]}…"
    return before, marked, after


def printable(text: str) -> str:
    """Return the text without what would move the cursor, colour the terminal or reorder it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return " " * TAB_WIDTH
    if character < " ":
        return chr(0x2400 + ord(character))  # the picture of a control character
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(
        2 if east_asian_width(character) in "WF" else not combining(character) for character in text
    )


def _paint(text: str, shade: str, colour: bool) -> str:
    return f"\N{ESCAPE}[{shade}m{text}\N{ESCAPE}[0m" if colour else text
