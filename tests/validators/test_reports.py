"""The forms of a report: each says the same, in the words of its readers."""

import json
from importlib import import_module
from xml.etree import ElementTree

import ciconv

FILE = """on: push
jobs:
  build:
    runs-on: ubuntu-lastest
    steps:
      - run: "echo 'a, b: 100%' ${{ github.event.issue.title }}"
        timeout-minutes: 0
"""
FOUND = list(ciconv.validate({".github/workflows/ci.yml": FILE}, format="github"))


def render(form: str) -> str:
    """The report in one form."""
    return str(getattr(import_module(f"ciconv.report.{form}"), f"render_{form}")(FOUND))


def test_sarif() -> None:
    """Rules are listed once, and results have regions."""
    (run,) = json.loads(render("sarif"))["runs"]
    assert [one["ruleId"] for one in run["results"]] == [one.code for one in FOUND]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 14, "endLine": 4, "endColumn": 28}


def test_annotations_are_escaped() -> None:
    """A comma or a colon in a property would end it."""
    first, *_ = render("github").splitlines()
    assert first.startswith("::error title=unknown-runner,file=.github/workflows/ci.yml,line=4,")
    assert "::no machine of GitHub has the label 'ubuntu-lastest'%0A" in first


def test_junit_counts() -> None:
    """One test for each finding."""
    root = ElementTree.fromstring(render("junit"))
    assert root.attrib["failures"] == str(len(FOUND))
    assert len(root.findall(".//failure")) == len(FOUND)


def test_code_quality_has_fingerprints() -> None:
    """Each is different, and none knows the line."""
    found = json.loads(render("codequality"))
    assert len({one["fingerprint"] for one in found}) == len(FOUND)
    assert found[0]["location"] == {
        "path": ".github/workflows/ci.yml",
        "lines": {"begin": 4, "end": 4},
    }
