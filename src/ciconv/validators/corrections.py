"""Fixes for misspelt names: what a finding asks about, put in the place of what it points at."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Fix
from ciconv.source import Span

_ASKED = re.compile(r"did you mean '([^'\n]+)'\?")
_STRUCTURE = ("unknown-key", "wrong-value")  # who finds these knows where a fix would do harm
_QUOTES = ("'", '"')


def with_corrections(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the findings, with a fix where one says which name was probably meant."""
    for one in found:
        given = one.fix is not None or one.code in _STRUCTURE or one.span is None
        asked = None if given else _ASKED.match(one.help)
        at = None if asked is None or one.span is None else _word(one.span)
        if at is not None and asked is not None and f"'{at.text}'" in one.message:
            yield replace(one, fix=Fix(at, asked[1], safe=False))
        else:
            yield one


def _word(span: Span) -> Span | None:
    """The name that a span holds, without quotes around it; None for more than a name."""
    text = span.text
    if len(text) > 2 and text[0] in _QUOTES and text[-1] == text[0]:
        return span.source.span(span.start_offset + 1, span.end_offset - 1)
    return span if text and not re.search(r"[\s:#\[\]{},&*!|>]", text) else None
