"""The report for programs."""

import json

from ciconv.diagnostics import Diagnostic, Fix, Label, Loss, Severity
from ciconv.profile import Feature, Outcome
from ciconv.report.json import render_json
from ciconv.source import Source

SOURCE = Source(".github/workflows/ci.yml", "on: push\njobs:\n")


def test_an_object_has_all_keys_in_a_fixed_order() -> None:
    """The form that programs rely on."""
    one = Diagnostic(
        code="matrix",
        severity=Severity.WARNING,
        message="the matrix is enumerated",
        span=SOURCE.span(9, 15),
        help="list the rows",
        labels=(Label(SOURCE.span(0, 2), "started here"),),
        fix=Fix(SOURCE.span(0, 2), "off", safe=False),
        loss=Loss(Feature.MATRIX, Outcome.LOWERED, "ci", "build", "s1"),
    )
    path = SOURCE.path
    place = {"path": path, "line": 1, "column": 1, "endLine": 1, "endColumn": 3}
    assert json.loads(render_json([one])) == [
        {
            "code": "matrix",
            "severity": "warning",
            "message": "the matrix is enumerated",
            "path": path,
            "line": 2,
            "column": 1,
            "endLine": 3,
            "endColumn": 1,
            "help": "list the rows",
            "labels": [place | {"message": "started here"}],
            "loss": {
                "feature": "matrix",
                "outcome": "lowered",
                "pipeline": "ci",
                "job": "build",
                "step": "s1",
            },
            "fix": place | {"replacement": "off", "safe": False},
        }
    ]


def test_what_is_not_there_is_null() -> None:
    """The keys stay, so that programs need not ask for them."""
    (shown,) = json.loads(render_json([Diagnostic(code="x", severity=Severity.ERROR, message="y")]))
    missing = {key for key, value in shown.items() if value is None}
    assert missing == {"path", "line", "column", "endLine", "endColumn", "loss", "fix"}
    assert shown["labels"] == []


def test_nothing_found_is_an_empty_list() -> None:
    """Not an empty text, which is no JSON."""
    assert json.loads(render_json([])) == []
