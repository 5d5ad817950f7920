"""Diagnostics as workflow commands, which GitHub shows beside the lines.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterable

from ciconv.diagnostics import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a line for each diagnostic."""
    return "".join(f"{_command(one)}\n" for one in diagnostics)


def _command(one: Diagnostic) -> str:
    properties = {"title": one.code}
    if one.span is not None and one.span.source.path:
        start, end = one.span.start, one.span.end
        properties |= {"file": one.span.source.path, "line": str(start.line)}
        properties |= {"endLine": str(end.line), "col": str(start.column)}
        if end.line == start.line:
            properties["endColumn"] = str(end.column)
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = f"{one.message}\n{one.help}" if one.help else one.message
    return f"::{_COMMANDS[one.severity]} {written}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
