"""Expressions of `rules:if`, one row for each statement of GitLab's documentation.

https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
https://docs.gitlab.com/ci/variables/#cicd-variable-precedence
"""

import pytest

import ciconv
from ciconv.ir.trigger import EventKind
from ciconv.simulation.event import Event

PATH = ".gitlab-ci.yml"
MAIN = Event(kind=EventKind.PUSH, branch="main")
TAG = Event(kind=EventKind.PUSH, tag="v1.2")
MERGE = Event(kind=EventKind.PULL_REQUEST, branch="topic", base_branch="main")
JOB = """\
a:
  variables: {A: content-x, EMPTY: "", B: $A, DOLLAR: $$A, NUMBER: 1, YES: "true",
    PATTERN: /^content/}
  script: [s]
  rules: [{if: '%s'}]
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # a variable alone: is it there, and not empty
        ("$A", True),
        ("$EMPTY", False),
        ("$CI_COMMIT_TAG", False),
        ("$CI_COMMIT_REF_PROTECTED", True),  # `true` or `false`, but there
        ("$CI_PIPELINE_SOURCE", True),
        # equal: texts, letters by their case; a number is a text
        ('$A == "content-x"', True),
        ('$A == "Content-x"', False),
        ('$A != "content-y"', True),
        ('$NUMBER == "1"', True),
        ('"content-x" == $A', True),
        ("$A == $A", True),
        # null: not there at all; empty is another thing
        ("$CI_COMMIT_TAG == null", True),
        ("$CI_COMMIT_TAG != null", False),
        ('$CI_COMMIT_TAG == ""', False),
        ('$CI_COMMIT_TAG != "v1"', True),
        ("$EMPTY == null", False),
        ('$EMPTY == ""', True),
        ("$CI_COMMIT_BRANCH == null", False),
        # variables inside of variables are not expanded here
        ('$B == "content-x"', False),
        ('$B == "$A"', True),
        # patterns of RE2: somewhere in the text, by case unless `i` says otherwise
        ("$A =~ /tent/", True),
        ("$A =~ /^tent/", False),
        ("$A =~ /TENT/", False),
        ("$A =~ /TENT/i", True),
        ("$A !~ /other/", True),
        (r"$A =~ /t\-x$/", True),
        (r"$A =~ /^content.x$/", True),
        (r"$A =~ /^(content|other)-[xyz]$/", True),
        (r"$CI_COMMIT_TAG =~ /.*/", False),  # nothing matches what is not there
        (r"$CI_COMMIT_TAG !~ /^v/", True),
        ("$A =~ $PATTERN", True),  # a pattern may stand in a variable
        ("$EMPTY =~ /^$/", True),
        # `&&` before `||`, brackets before both
        ("$A || $A && $EMPTY", True),
        ("($A || $A) && $EMPTY", False),
        ('$A && ($EMPTY || $NUMBER == "1")', True),
        ('$CI_COMMIT_BRANCH == "main" && $A =~ /x$/', True),
        # `!` before all of them
        ("!$EMPTY", True),
        ("!$CI_COMMIT_TAG && $CI_COMMIT_BRANCH", True),
        ('!($A == "content-x" || $EMPTY)', False),
        ("!!$A", True),
        ('!$A == "content-x"', False),  # `(!$A) == …`
        ('!$CI_COMMIT_TAG == "true"', True),
        # booleans; beside a text they are texts
        ("true", True),
        ("false || !true", False),
        ("$YES == true", True),
        ("$YES != false", True),
        ("$A == true", False),
        ("$A != true", True),
        ("$CI_COMMIT_TAG == false", False),  # null is neither
        ("false == !$A", True),
        ('($A == "content-x") == ($NUMBER == "1")', True),
    ],
)
def test_conditions(condition: str, expected: bool) -> None:
    """Whether the job of a push to main takes part."""
    assert bool(_jobs(JOB % condition.replace("'", "''"), MAIN)) is expected


@pytest.mark.parametrize(
    ("condition", "on_branch", "on_tag", "on_merge"),
    [
        ("$CI_COMMIT_BRANCH", True, False, False),
        ("$CI_COMMIT_TAG", False, True, False),
        ("$CI_MERGE_REQUEST_IID", False, False, True),
        ('$CI_COMMIT_REF_NAME == "main"', True, False, False),
        ('$CI_COMMIT_REF_NAME == "topic"', False, False, True),
        ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", True, False, False),
        ('$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"', False, False, True),
        ('$CI_PIPELINE_SOURCE == "push"', True, True, False),
        ('$CI_PIPELINE_SOURCE == "merge_request_event"', False, False, True),
        ("$CI_PIPELINE_SOURCE =~ /^(push|web)$/", True, True, False),
        ('$CI_PIPELINE_SOURCE != "merge_request_event"', True, True, False),
    ],
)
def test_predefined(condition: str, on_branch: bool, on_tag: bool, on_merge: bool) -> None:
    """Which pipelines have which variables."""
    text = JOB % condition
    found = tuple(bool(_jobs(text, event)) for event in (MAIN, TAG, MERGE))
    assert found == (on_branch, on_tag, on_merge)


PRECEDENCE = """\
variables: {A: global, B: global, C: global, D: global}
workflow:
  rules:
    - if: $CI_COMMIT_BRANCH
      variables: {B: workflow, C: workflow, D: workflow}
a:
  variables: {C: job, D: job}
  script: [s]
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
      variables: {D: rule}
b:
  inherit: {variables: [A]}
  script: [s]
c:
  inherit: {variables: false}
  script: [s]
"""


def test_precedence_of_variables() -> None:
    """The nearest one wins: rules, job, workflow, the whole file; `inherit` keeps some out."""
    found = _jobs(PRECEDENCE, MAIN)
    assert found["a"] == {"A": "global", "B": "workflow", "C": "job", "D": "rule"}
    assert found["b"] == {"A": "global"}
    assert found["c"] == {}


REFUSED = (
    *("/(?=a)/", r"/(a)\1/", "/(?<!a)b/", "/[/", "/(a/", "/(?P<n/", "/(?P<1>a)/", "/(?z)a/"),
    *("/(?P<n>a)(?P<n>b)/", "/a{1001}/", "/(?i:a/", "/(?U)a**/"),
)


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_re2_does_not_know(pattern: str) -> None:
    """Look-around and references back are refused, as broken patterns are."""
    found = ciconv.validate({PATH: JOB % f"$A =~ {pattern}"}, format="gitlab")
    assert "contradictory-rule" in {one.code for one in found if one.severity == "error"}


@pytest.mark.parametrize("pattern", ["/(?P<n>a)|(?<m>b)/", "/(?i-s)x/", r"/\pN{2,}/", "/(?U:a+)/"])
def test_what_re2_knows(pattern: str) -> None:
    found = ciconv.validate({PATH: JOB % f"$CI_COMMIT_BRANCH =~ {pattern}"}, format="gitlab")
    assert [one.message for one in found if one.severity == "error"] == []


def _jobs(text: str, event: Event) -> dict[str, dict[str, str]]:
    """The jobs that run, with their variables."""
    found = ciconv.simulate({PATH: text}, event, format="gitlab")
    jobs = (one for pipeline in found.pipelines if pipeline.starts for one in pipeline.jobs)
    return {one.id: dict(one.env) for one in jobs if one.runs}
