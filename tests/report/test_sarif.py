"""Reports in SARIF fit the official schema, whatever the findings have: fixes, related places."""

import json

import jsonschema
import pytest

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.report.sarif import render_sarif
from oracles import file
from validators.rule_cases import CASES

PLAIN = Diagnostic(
    code="unreadable-file", severity=Severity.ERROR, message="it cannot be read", span=None
)


@pytest.mark.oracle
def test_reports_fit_the_schema() -> None:
    """One report of everything that is found in the bad cases of a few rules."""
    codes = ("filter-conflict", "deprecated-command", "unknown-key", "needs-cycle", "portability")
    found = [one for case in CASES if case.code in codes and case.is_bad for one in case.found()]
    report = json.loads(render_sarif([*found, PLAIN]))
    results = report["runs"][0]["results"]
    assert any("fixes" in one for one in results)
    assert any("relatedLocations" in one for one in results)
    schema = json.loads(file("sarif-schema-2.1.0.json").read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(report)
