"""Diagnostics as GitLab's code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import json
from collections.abc import Iterable
from hashlib import sha256

from ciconv.diagnostics import Diagnostic, Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_codequality(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the list of those findings that have a place; GitLab wants one for each."""
    seen: dict[str, int] = {}
    found = [one for one in diagnostics if one.span is not None and one.span.source.path]
    return json.dumps([_entry(one, seen) for one in found], indent=2) + "\n"


def _entry(one: Diagnostic, seen: dict[str, int]) -> dict[str, object]:
    assert one.span is not None
    start, end = one.span.start, one.span.end
    text = f"{one.message}; {one.help}" if one.help else one.message
    return {
        "description": text,
        "check_name": one.code,
        "fingerprint": _fingerprint(one, seen),
        "severity": _SEVERITIES[one.severity],
        "location": {
            "path": one.span.source.path,
            "lines": {"begin": start.line, "end": end.line},
        },
    }


def _fingerprint(one: Diagnostic, seen: dict[str, int]) -> str:
    """The same as long as the finding is, wherever its line moves to."""
    assert one.span is not None
    key = f"{one.span.source.path}\n{one.code}\n{one.message}"
    seen[key] = seen.get(key, 0) + 1
    return sha256(f"{key}\n{seen[key]}".encode()).hexdigest()[:32]
