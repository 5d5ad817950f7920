"""Diagnostics as a JUnit report: a test for each finding, a suite for each file."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from ciconv.diagnostics import Diagnostic, Severity

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the report; notes are passed tests, as they ask for nothing."""
    files: dict[str, list[Diagnostic]] = {}
    for one in diagnostics:
        path = "" if one.span is None else one.span.source.path
        files.setdefault(path, []).append(one)
    suites = "".join(_suite(path, found) for path, found in files.items())
    total = sum(map(len, files.values()))
    failed = sum(map(_failures, files.values()))
    head = f'<testsuites name="ciconv validate" tests="{total}" failures="{failed}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{suites}</testsuites>\n'


def _failures(found: list[Diagnostic]) -> int:
    return sum(one.severity is not Severity.NOTE for one in found)


def _suite(path: str, found: list[Diagnostic]) -> str:
    cases = "".join(map(_case, found))
    head = f"<testsuite name={_attribute(path)} tests={_attribute(str(len(found)))}"
    return f"  {head} failures={_attribute(str(_failures(found)))}>\n{cases}  </testsuite>\n"


def _case(one: Diagnostic) -> str:
    place = "" if one.span is None else str(one.span)
    name = f"{place} {one.code}".strip()
    head = f"    <testcase classname={_attribute(one.code)} name={_attribute(name)}"
    if one.severity is Severity.NOTE:
        return f"{head}/>\n"
    text = f"{place}: {one.message}\n{one.help}".strip()
    kind = _attribute(one.severity.value)
    failure = f"<failure type={kind} message={_attribute(one.message)}>{_text(text)}</failure>"
    return f"{head}>{failure}</testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))
