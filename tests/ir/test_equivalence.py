"""Whether two conditions hold in the same cases."""

from functools import reduce
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.ir.evaluate import Environment, condition, equivalent
from ciconv.ir.evaluate.environment import Path
from ciconv.ir.expression import Expr, Literal, Op, Ref, Semantics, Unary, operation
from github_expressions import parse

_NAMES = ("a", "b", "c")
_atoms = st.sampled_from(_NAMES).map(lambda name: Ref(path=("vars", name)))


def _negated(expr: Expr) -> Expr:
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB)


formulas: st.SearchStrategy[Expr] = st.recursive(
    _atoms | st.booleans().map(lambda value: Literal(value=value)),
    lambda inner: st.one_of(
        inner.map(_negated),
        st.builds(operation, st.sampled_from((Op.AND, Op.OR)), inner, inner),
    ),
    max_leaves=8,
)


@given(formulas, formulas)
def test_it_is_what_a_table_of_all_cases_says(one: Expr, other: Expr) -> None:
    """For each way to choose the names."""
    cases = (
        Environment.of({("vars", name): value for name, value in zip(_NAMES, row, strict=True)})
        for row in product((True, False), repeat=len(_NAMES))
    )
    expected = all(condition(one, case) == condition(other, case) for case in cases)
    assert equivalent(one, other) is expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("vars.X == 'a' && vars.X == 'b'", "false", True),
        ("vars.X == 'a' && vars.X != 'b'", "vars.X == 'a'", True),
        ("vars.X == 'a' || vars.X == 'b'", "vars.X != 'c'", False),
        ("failure() && !cancelled()", "failure()", False),
        ("success() || failure()", "success() || failure() && !success()", True),
    ],
)
def test_names_have_one_value(one: str, other: str, same: bool) -> None:
    """No case in which a name has two counts."""
    assert equivalent(parse(one), parse(other)) is same


def test_names_may_stand_for_conditions() -> None:
    """Each may speak of those before it."""
    one, other = parse("vars.a && vars.b"), parse("vars.a")
    either = operation(Op.OR, Ref(path=("x",)), other)
    meanings: dict[Path, Expr] = {("x",): one, ("y",): either}
    assert equivalent(Ref(path=("y",)), parse("vars.a"), meanings) is True
    assert equivalent(Ref(path=("x",)), parse("vars.a"), meanings) is False


def _all_of(number: int) -> Expr:
    names: list[Expr] = [Ref(path=("vars", f"v{n}")) for n in range(number)]
    return reduce(lambda a, b: operation(Op.AND, a, b), names)


def test_many_names_are_quick_and_too_many_unknown() -> None:
    """Conditions of jobs ask all jobs before them."""
    some, many = _all_of(300), _all_of(500)
    assert equivalent(some, some) is True
    assert equivalent(_negated(some), some) is False
    assert equivalent(many, many) is None
