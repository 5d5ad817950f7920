"""Patterns between slashes, as GitLab writes them, and as RE2 reads them.

https://docs.gitlab.com/ci/jobs/job_rules/#compare-a-variable-to-a-regular-expression
"""

import re

from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.source import Span

_WRITTEN = re.compile(r"/(?P<text>.+)/(?P<flags>[ismU]*)", re.DOTALL)


def read_pattern(written: str, span: Span | None) -> Pattern | None:
    """Return the pattern of a text with slashes around it, None for any other text."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    text = found["text"].replace("\\/", "/")
    flags = "".join(sorted(set(found["flags"])))
    return Pattern(text=f"(?{flags}){text}" if flags else text, syntax=PatternSyntax.RE2, span=span)


def filter_of(pattern: Pattern) -> Filter:
    """Return the filter that one pattern makes."""
    return Filter(patterns=(pattern,), span=pattern.span)


def literal_pattern(text: str, span: Span | None) -> Pattern:
    """Return a pattern that finds a text as it stands."""
    return Pattern(text=re.escape(text), syntax=PatternSyntax.RE2, span=span)
