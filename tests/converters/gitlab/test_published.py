"""Conversions to GitLab that others publish wrong, and what is right."""

from typing import Any

import pytest
import yaml

import ciconv

STEPS = "    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"


def converted(text: str, format: str = "github") -> dict[str, Any]:
    """The written file as data."""
    path = {"github": ".github/workflows/ci.yml", "circleci": ".circleci/config.yml"}[format]
    found = ciconv.convert({path: text}, to="gitlab", format=format)
    data: dict[str, Any] = yaml.safe_load(found.files[".gitlab-ci.yml"])
    return data


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # not `== 'staging'`, which is never true: it is a part of the ref
        ("contains(github.ref, 'staging')", "$CI_COMMIT_BRANCH =~ /staging/"),
        # not `$CI_COMMIT_REF_NAME == 'refs/heads/main'`, which is never true
        ("github.ref == 'refs/heads/main'", '$CI_COMMIT_BRANCH == "main"'),
    ],
)
def test_a_ref_is_a_branch_or_a_tag(condition: str, expected: str) -> None:
    """GitLab has no variable with `refs/heads/`."""
    found = converted(f"on: push\njobs:\n  a:\n    if: {condition}\n{STEPS}")
    (rule,) = found["a"]["rules"]
    assert expected in rule["if"]


def test_what_starts_it_is_there() -> None:
    """Not "not applicable"."""
    found = converted(f"on:\n  push: {{branches: [main]}}\njobs:\n  a:\n{STEPS}")
    push = '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "main"'
    assert found["workflow"]["rules"] == [{"if": push}]


def test_a_machine_is_no_image_of_its_name() -> None:
    """`image: ubuntu-latest` does not exist; one with tools does, and that it differs is told."""
    text = f"on: push\njobs:\n  a:\n{STEPS}"
    found = ciconv.convert({".github/workflows/ci.yml": text}, to="gitlab", format="github")
    assert "image: ubuntu" not in found.files[".gitlab-ci.yml"]
    assert any(one.code == "container" for one in found.diagnostics)


def test_a_matrix_is_a_list_of_maps_with_one_name_on_both_sides() -> None:
    """Not the text '[ubuntu, debian]', nor `$node` where the variable is NODE."""
    found = converted(
        "on: push\njobs:\n  a:\n    strategy: {matrix: {node: [20, 22]}}\n"
        "    runs-on: ubuntu-latest\n    steps: [{run: 'npm i node@${{ matrix.node }}'}]\n"
    )
    assert found["a"]["parallel"] == {"matrix": [{"node": ["20", "22"]}]}
    assert found["a"]["script"] == ["npm i node@$node"]


def test_an_approval_blocks() -> None:
    """A job that has `when: manual` alone does not: what comes after it would go on."""
    found = converted(
        "version: 2.1\njobs:\n  a: {docker: [{image: 'alpine:3'}], steps: [{run: make}]}\n"
        "workflows:\n  w:\n    jobs:\n      - hold: {type: approval}\n"
        "      - a: {requires: [hold]}\n",
        "circleci",
    )
    assert found["a"]["needs"] in (["hold"], [{"job": "hold", "optional": True}])
    hold = found["hold"]
    rules = hold.get("rules", [])
    assert "when" not in hold
    assert [one.get("when") for one in rules] == ["manual"]
    assert not any(one.get("allow_failure") for one in rules)


def test_an_unknown_step_fails() -> None:
    """It is no `echo` that succeeds."""
    found = converted(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{uses: nobody/knows@v1}]\n"
    )
    assert "exit 1" in found["a"]["script"][0]
