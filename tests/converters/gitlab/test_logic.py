"""Conditions of `rules:if` without what their other parts decide."""

import pytest

from ciconv.converters.gitlab.expressions.logic import Logic, both, comparison, either, implies

BRANCH, TAG, SOURCE = "$CI_COMMIT_BRANCH", "$CI_COMMIT_TAG", "$CI_PIPELINE_SOURCE"
MAIN, MERGE, PUSH = (
    f'{BRANCH} == "main"',
    f'{SOURCE} == "merge_request_event"',
    f'{SOURCE} == "push"',
)
SEVERAL = rf"{BRANCH} =~ /^(main|release\/.*)$/"


def shown(logic: Logic) -> str | bool:
    """The text of a condition."""
    return logic if isinstance(logic, bool) else logic.text


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((SEVERAL, MAIN), MAIN),
        ((MAIN, SEVERAL, PUSH), f"{MAIN} && {PUSH}"),
        ((MAIN, f'{BRANCH} == "dev"'), False),
        ((MAIN, f'{BRANCH} != "dev"'), MAIN),
        ((MAIN, BRANCH), MAIN),
        ((MAIN, f"{BRANCH} == null"), False),
        ((MAIN, f"{BRANCH} =~ /^MAIN$/i"), MAIN),
        ((MAIN, f"{BRANCH} !~ /^m/"), False),
        ((MAIN, f"{TAG} =~ /^v/"), False),
        ((MAIN, f"{TAG} == null"), MAIN),
        ((MERGE, MAIN), False),
        ((MERGE, f'{TAG} != "v1"'), MERGE),
        ((PUSH, '$CI_MERGE_REQUEST_IID == "1"'), False),
        ((f"{BRANCH} =~ /^x/", BRANCH), f"{BRANCH} =~ /^x/"),
        ((f"{BRANCH} =~ /x?/", BRANCH), f"{BRANCH} =~ /x?/ && {BRANCH}"),
        # a child of a merge request's pipeline has its variables
        (
            (f'{SOURCE} == "parent_pipeline"', "$CI_MERGE_REQUEST_IID"),
            f'{SOURCE} == "parent_pipeline" && $CI_MERGE_REQUEST_IID',
        ),
        ((MAIN, "$A == $B"), f"{MAIN} && $A == $B"),
        ((MAIN, f"{BRANCH} == $CI_DEFAULT_BRANCH"), f"{MAIN} && {BRANCH} == $CI_DEFAULT_BRANCH"),
    ],
)
def test_all_parts(parts: tuple[str, ...], expected: str | bool) -> None:
    """A value that is known answers what else is asked of the variable, and of kinds of runs."""
    assert shown(both(*map(comparison, parts))) == expected


def test_alternatives_inside() -> None:
    """What cannot hold beside the other parts is no alternative."""
    ways = either(comparison(f"{TAG} =~ /^v/"), comparison(f'{BRANCH} == "dev"'))
    assert both(comparison(MAIN), ways) is False
    ways = either(comparison(f"{TAG} =~ /^v/"), comparison('$X == "1"'))
    assert shown(both(comparison(MAIN), ways)) == f'{MAIN} && $X == "1"'


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((MAIN, SEVERAL), SEVERAL),
        ((SEVERAL, MAIN), SEVERAL),
        ((MAIN, f'{BRANCH} == "dev"'), f'{MAIN} || {BRANCH} == "dev"'),
        ((MAIN, MAIN), MAIN),
    ],
)
def test_one_of_several(parts: tuple[str, ...], expected: str) -> None:
    """An alternative that holds only where another one does is left out."""
    assert shown(either(*map(comparison, parts))) == expected


def test_more_specific_conditions_imply_others() -> None:
    """All that is asked is asked there, too."""
    narrow = both(comparison(PUSH), comparison(MAIN))
    assert not isinstance(narrow, bool)
    assert implies(narrow, comparison(MAIN))
    assert implies(narrow, both(comparison(PUSH), comparison(SEVERAL)))
    assert implies(narrow, True)
    assert not implies(comparison(MAIN), narrow)
    assert not implies(comparison(MAIN), False)


def test_values_are_put_between_brackets_only_where_needed() -> None:
    """`&&` binds more than `||`."""
    inner = either(comparison("$A"), comparison("$B"))
    assert shown(both(comparison("$C"), inner)) == "$C && ($A || $B)"
    assert shown(either(comparison("$C"), both(comparison("$A"), comparison("$B")))) == (
        "$C || $A && $B"
    )
