"""Diagnostics for programs: a JSON list of objects whose keys do not change."""

import json
from collections.abc import Iterable
from typing import TypeAlias

from ciconv.diagnostics import Diagnostic, Fix, Label, Loss
from ciconv.source import Span

Json: TypeAlias = str | int | bool | None | list["Json"] | dict[str, "Json"]


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the list as text, one key a line.

    Lines and columns count from 1, columns in characters; the end is exclusive. Of something
    that has no place, `path` and the four numbers are null; so are `loss` and `fix` where there
    is none.
    """
    return json.dumps([as_object(one) for one in diagnostics], indent=2) + "\n"


def as_object(diagnostic: Diagnostic) -> dict[str, Json]:
    """Return one diagnostic as data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "help": diagnostic.help,
        "labels": [_label(one) for one in diagnostic.labels],
        "loss": None if diagnostic.loss is None else _loss(diagnostic.loss),
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
    }


def _place(span: Span | None) -> dict[str, Json]:
    if span is None or not span.source.path:
        return dict.fromkeys(("path", "line", "column", "endLine", "endColumn"))
    start, end = span.start, span.end
    return {
        "path": span.source.path,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _label(label: Label) -> Json:
    return {**_place(label.span), "message": label.message}


def _loss(loss: Loss) -> Json:
    return {
        "feature": loss.feature.value,
        "outcome": loss.outcome.value,
        "pipeline": loss.pipeline,
        "job": loss.job,
        "step": loss.step,
    }


def _fix(fix: Fix) -> Json:
    return {**_place(fix.span), "replacement": fix.replacement, "safe": fix.safe}
