"""Findings that the user allows in place: `# ciconv: allow[code] reason`.

The comment stands behind what is found, or on the line above it.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import Source, Span

_COMMENT = re.compile(r"(?:#|//)[ \t]*ciconv:[ \t]*allow\[([^\]\n]*)\][ \t]*([^\n\r]*)")
_MARK = "ciconv:"


class Allowance(Struct, frozen=True):
    """One code that one comment allows, on these lines."""

    code: str
    lines: tuple[int, ...]
    span: Span
    reason: str


def without_allowed(found: Iterable[Diagnostic], sources: Iterable[Source]) -> list[Diagnostic]:
    """Return the findings that no comment allows, and what is wrong with the comments."""
    allowed = {
        source.path: tuple(_allowances(source)) for source in sources if _MARK in source.text
    }
    kept, used = [], set()
    for one in found:
        by = _allowing(one, allowed)
        if by is None:
            kept.append(one)
        else:
            used.add(by)
    for comments in allowed.values():
        kept += [one for comment in comments for one in _complaints(comment, used)]
    return kept


def _allowing(one: Diagnostic, allowed: dict[str, tuple[Allowance, ...]]) -> Allowance | None:
    if one.span is None or one.span.source.path not in allowed:
        return None
    line = one.span.start.line
    comments = allowed[one.span.source.path]
    return next((it for it in comments if it.code == one.code and line in it.lines), None)


def _allowances(source: Source) -> Iterator[Allowance]:
    for match in _COMMENT.finditer(source.text):
        span = source.span(match.start(), match.end())
        line = span.start.line
        alone = not source.line(line)[: span.start.column - 1].strip()
        lines = (line, _next_line(source, line)) if alone else (line,)
        for code in match[1].split(","):
            yield Allowance(code.strip(), lines, span, match[2].strip())


def _next_line(source: Source, line: int) -> int:
    """The first line below that is no comment."""
    last = len(source.line_starts)
    line += 1
    while line < last and source.line(line).lstrip().startswith(("#", "//")):
        line += 1
    return line


def _complaints(one: Allowance, used: set[Allowance]) -> Iterator[Diagnostic]:
    if one not in used:
        said = f"nothing is found here that {one.code!r} would allow"
        yield _warning("unused-allowance", said, one, "take the comment out")
    elif not one.reason:
        said = f"the comment allows {one.code!r} without a reason"
        yield _warning("allowance-without-reason", said, one, "say why behind the bracket")


def _warning(code: str, message: str, at: Allowance, help: str) -> Diagnostic:
    return Diagnostic(
        code=code, severity=Severity.WARNING, message=message, span=at.span, help=help
    )
