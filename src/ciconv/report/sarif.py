"""Diagnostics as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections.abc import Iterable
from typing import Any

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.source import Span
from ciconv.validators.reference import all_codes

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """Return one run; columns count UTF-16 units, as the standard has it by default."""
    found = list(diagnostics)
    codes = sorted({one.code for one in found})
    known = all_codes()
    rules = [_rule(code, known.get(code, code)) for code in codes]
    driver = {"name": "ciconv", "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": [_result(one, codes.index(one.code)) for one in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, summary: str) -> dict[str, Any]:
    return {"id": code, "shortDescription": {"text": summary}}


def _result(one: Diagnostic, number: int) -> dict[str, Any]:
    text = f"{one.message}; {one.help}" if one.help else one.message
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": number,
        "level": _LEVELS[one.severity],
        "message": {"text": text},
        "locations": [] if one.span is None else [_location(one.span)],
    }
    if one.labels:
        result["relatedLocations"] = [
            {**_location(label.span), "message": {"text": label.message}} for label in one.labels
        ]
    if one.fix is not None:
        replacement = {
            "deletedRegion": _region(one.fix.span),
            "insertedContent": {"text": one.fix.replacement},
        }
        change = {
            "artifactLocation": {"uri": _uri(one.fix.span)},
            "replacements": [replacement],
        }
        result["fixes"] = [
            {"description": {"text": one.help or one.message}, "artifactChanges": [change]}
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(span)}}
    if span.source.text:
        place["region"] = _region(span)
    return {"physicalLocation": place}


def _uri(span: Span) -> str:
    from urllib.parse import quote

    return quote(span.source.path)


def _region(span: Span) -> dict[str, int]:
    start, end = span.start, span.end
    return {
        "startLine": start.line,
        "startColumn": _units(span, start.line, start.column),
        "endLine": end.line,
        "endColumn": _units(span, end.line, end.column),
    }


def _units(span: Span, line: int, column: int) -> int:
    """The column in UTF-16 units, from 1."""
    before = span.source.line(line)[: column - 1]
    return column + sum(ord(character) > 0xFFFF for character in before)
