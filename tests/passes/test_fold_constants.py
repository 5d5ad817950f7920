"""Conditions without the parts that are known."""

import pytest

import ciconv
from ciconv.ir.expression import Expr, has_status_function
from ciconv.ir.job import Job
from ciconv.passes.fold_constants import without_constants

WORKFLOW = """on: push
jobs:
  first: {runs-on: x, steps: [run: make]}
  second: {needs: first, if: "CONDITION", runs-on: x, steps: [run: make]}
"""


def condition(said: str) -> Expr | None:
    """What the second job asks, without the parts that are known."""
    path = ".github/workflows/ci.yml"
    project = ciconv.read({path: WORKFLOW.replace("CONDITION", said)}).project
    assert project is not None
    job = project.pipelines[0].jobs[1]
    assert isinstance(job, Job)
    return without_constants(job).choices[0].condition


@pytest.mark.parametrize(
    ("said", "same_as"),
    [
        ("github.ref == 'x' && true", "github.ref == 'x'"),
        ("!(false || github.ref == 'x')", "!(github.ref == 'x')"),
        ("always() && (true && github.ref == 'x')", "always() && github.ref == 'x'"),
    ],
)
def test_known_parts_go(said: str, same_as: str) -> None:
    assert condition(said) == condition(same_as)
    assert condition(said) is not None


@pytest.mark.parametrize("said", ["always() && false || github.ref == 'x'", "failure() || true"])
def test_a_question_about_earlier_jobs_stays(said: str) -> None:
    """Without it the job would ask for their success."""
    found = condition(said)
    assert found is not None
    assert has_status_function(found)


def test_what_always_holds_is_not_asked() -> None:
    assert condition("true || github.ref == 'x'") is None
