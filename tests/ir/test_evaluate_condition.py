"""Conditions: what is left of them is the same wherever they mean the same."""

from itertools import product
from random import Random
from time import process_time
from timeit import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.converters.github.expressions.write import write_expression
from ciconv.ir.evaluate import (
    UNKNOWN,
    Environment,
    EvaluationError,
    Residual,
    condition,
    evaluate,
    simplified,
    truth,
)
from ciconv.ir.expression import Binary, Expr, Literal, Op, Raw, Ref, Semantics, Template, Unary
from github_expressions import Names, parse

RUN = Environment.of(
    {
        ("github", "event_name"): "push",
        ("github", "ref"): "refs/heads/main",
        "needs": {"a": {"result": UNKNOWN}, "b": {"result": UNKNOWN}},
    }
)


def meaning(text: str, environment: Environment = RUN) -> bool | str:
    """What a condition means, written as an expression."""
    found = condition(parse(text), environment)
    return found if isinstance(found, bool) else write_expression(found.expr, Names())


CASES = [
    # known
    ("github.event_name == 'push' && startsWith(github.ref, 'refs/heads/')", True),
    ("github.event_name == 'schedule'", False),
    ("'false'", True),
    ("''", False),
    ("always()", True),
    # constants among what is unknown
    ("inputs.a && false", False),
    ("inputs.a && ''", False),
    ("inputs.a || 'x'", True),
    ("inputs.a && true", "inputs.a"),
    ("inputs.a || false", "inputs.a"),
    ("github.event_name == 'push' && inputs.a", "inputs.a"),
    ("github.event_name != 'push' && inputs.a", False),
    ("inputs.a && github.event_name == 'push'", "inputs.a"),
    ("inputs.a && 'yes' || 'no'", True),
    ("inputs.a && 'yes' || ''", "inputs.a"),
    ("inputs.a && github.event_name", "inputs.a"),
    ("always() && inputs.a", "inputs.a"),
    # logic
    ("!!inputs.a", "inputs.a"),
    ("!(inputs.a && inputs.b)", "!inputs.a || !inputs.b"),
    ("!(inputs.a || !inputs.b)", "!inputs.a && inputs.b"),
    ("inputs.b && inputs.a", "inputs.a && inputs.b"),
    ("inputs.c && (inputs.b && inputs.a)", "inputs.a && inputs.b && inputs.c"),
    ("inputs.a && inputs.a", "inputs.a"),
    ("inputs.a && !inputs.a", False),
    ("inputs.a || !inputs.a", True),
    ("inputs.a || inputs.a && inputs.b", "inputs.a"),
    ("inputs.a && (inputs.a || inputs.b)", "inputs.a"),
    ("inputs.a || !inputs.a && inputs.b", "inputs.a || inputs.b"),
    ("inputs.a && inputs.b || inputs.a && !inputs.b", "inputs.a"),
    ("inputs.a && (inputs.b || inputs.c)", "inputs.a && inputs.b || inputs.a && inputs.c"),
    (
        "inputs.a && inputs.b || !inputs.a && inputs.c || inputs.b && inputs.c",
        "inputs.a && inputs.b || !inputs.a && inputs.c",
    ),
    # comparisons
    ("'x' == inputs.a", "inputs.a == 'x'"),
    ("inputs.a == 'Linux'", "inputs.a == 'linux'"),
    ("inputs.a == 'É'", "inputs.a == 'É'"),
    ("inputs.b == inputs.a", "inputs.a == inputs.b"),
    ("!(inputs.a == 'x')", "inputs.a != 'x'"),
    ("!(inputs.a != 'x')", "inputs.a == 'x'"),
    ("inputs.a != 'x' && inputs.a == 'x'", False),
    ("3 < inputs.a", "inputs.a > 3"),
    ("3 >= inputs.a", "inputs.a <= 3"),
    ("inputs.b > inputs.a", "inputs.a < inputs.b"),
    ("inputs.b >= inputs.a", "inputs.a <= inputs.b"),
    ("!(inputs.a > 3)", "!(inputs.a > 3)"),  # no `<=`: it may be no number
    ("inputs.a > 3 || inputs.a <= 3", "inputs.a <= 3 || inputs.a > 3"),
    # truth values compared
    ("success() == true", "success()"),
    ("success() != true", "!success()"),
    ("failure() == false", "!failure()"),
    ("true == (inputs.a == 'x')", "inputs.a == 'x'"),
    ("(inputs.a == 'x') == 'true'", False),  # 'true' is no number
    ("(inputs.a == 'x') != 2", True),
    ("inputs.a == true", "inputs.a == true"),
    ("contains(inputs.a, 'X') == 1", "contains(inputs.a, 'x')"),
    # what excludes what
    ("inputs.a == 'push' && inputs.a != 'pull'", "inputs.a == 'push'"),
    ("inputs.a == 'push' && inputs.a == 'pull'", False),
    ("inputs.a != 'push' || inputs.a != 'pull'", True),
    ("inputs.a == 'push' || inputs.a != 'pull'", "inputs.a != 'pull'"),
    ("inputs.a == '1' && inputs.a == '1.0'", "inputs.a == '1' && inputs.a == '1.0'"),  # 1
    ("inputs.a == '' && inputs.a == 'x'", False),
    ("inputs.a == 'x' && inputs.a", "inputs.a == 'x'"),
    ("inputs.a == 'v1' && startsWith(inputs.a, 'V')", "inputs.a == 'v1'"),
    ("inputs.a == 'v1' && startsWith(inputs.a, 'w')", False),
    ("inputs.a == 'v1' || startsWith(inputs.a, 'v')", "startsWith(inputs.a, 'v')"),
    ("inputs.a == 'x' && inputs.b == 'y'", "inputs.a == 'x' && inputs.b == 'y'"),
    # lists
    (
        "contains(needs.*.result, 'failure')",
        "needs.a.result == 'failure' || needs.b.result == 'failure'",
    ),
    (
        "!contains(needs.*.result, 'failure')",
        "needs.a.result != 'failure' && needs.b.result != 'failure'",
    ),
    ('contains(fromJSON(\'["a", "B"]\'), inputs.x)', "inputs.x == 'a' || inputs.x == 'b'"),
    # texts
    ("format('a{0}', inputs.a)", True),
    ("format('{0}', inputs.a)", "format('{0}', inputs.a)"),
    ("startsWith(inputs.a, 'REFS/')", "startsWith(inputs.a, 'refs/')"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_conditions(text: str, expected: bool | str) -> None:
    """One form for one meaning, and a truth value where there is only one."""
    assert meaning(text) == expected


SAME = [
    ("a.x == 'b' && a.y", "a.y && 'B' == a.x"),
    ("!(a.x && !a.y)", "a.y || !a.x"),
    ("a.x && (a.y || a.z)", "(a.z && a.x) || (a.x && a.y)"),
    ("(a.x || a.y) && (a.x || a.z)", "a.x || a.y && a.z"),
    (
        "needs.a.result == 'failure' || needs.b.result == 'failure'",
        "contains(needs.*.result, 'failure')",
    ),
    ("a.x != 'b' && a.x != 'c'", '!contains(fromJSON(\'["c","b"]\'), a.x)'),
    ("join(needs.*.result, '') == ''", "'' == format('{0}{1}', needs.a.result, needs.b.result)"),
    ("success() && a.x", "(success() == true) && (a.x && true)"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_meanings_are_equal(one: str, other: str) -> None:
    """Plans of two systems can be compared by `==`."""
    found = condition(parse(one), RUN)
    assert isinstance(found, Residual)
    assert found == condition(parse(other), RUN)


DIFFERENT = [
    ("a.x", "a.y"),
    ("a.x == 'b'", "a.x == 'c'"),
    ("a.x == '1'", "a.x == 1"),
    ("a.x == null", "a.x == 'null'"),
    ("a.x == true", "a.x == 'true'"),
    ("a.x && a.y", "a.x || a.y"),
    ("contains(a.x, 'b')", "startsWith(a.x, 'b')"),
    ("hashFiles('a')", "hashFiles('A')"),
    ("hashFiles('a', 'b')", "hashFiles('a') && hashFiles('b')"),
    ("a.x > 3", "a.x >= 3"),
    ("a['b.c']", "a.b.c"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_meanings_are_different(one: str, other: str) -> None:
    """Nothing is thrown together that is not the same."""
    assert condition(parse(one), RUN) != condition(parse(other), RUN)


NAMES = ("a", "b", "c", "d")


def formulas() -> st.SearchStrategy[Expr]:
    """Logic over four names and some comparisons of one of them."""
    atoms: list[Expr] = [Ref(path=(name,)) for name in NAMES]
    atoms += [parse("e == 'x'"), parse("e != 'y'"), parse("startsWith(e, 'x')"), parse("true")]
    return st.recursive(
        st.sampled_from(atoms),
        lambda inner: (
            st.builds(
                lambda op, left, right: Binary(
                    op=op, left=left, right=right, semantics=Semantics.GITHUB
                ),
                st.sampled_from([Op.AND, Op.OR]),
                inner,
                inner,
            )
            | st.builds(
                lambda one: Unary(op=Op.NOT, operand=one, semantics=Semantics.GITHUB), inner
            )
        ),
        max_leaves=10,
    )


WORLDS = [
    Environment.of({**dict(zip(NAMES, truths, strict=True)), "e": text})
    for truths in product((True, False), repeat=len(NAMES))
    for text in ("x", "y", "xy", "", 0)
]


def table(expr: bool | Expr) -> list[bool]:
    """Whether an expression holds in each world."""
    return [
        expr if isinstance(expr, bool) else truth(evaluate(expr, world))  # type: ignore[arg-type]
        for world in WORLDS
    ]


@given(formulas(), formulas())
def test_the_normal_form_is_that_of_the_meaning(one: Expr, other: Expr) -> None:
    """It means the same, and is equal exactly for formulas that mean the same."""
    here, there = simplified(one), simplified(other)
    assert table(here) == table(one)
    assert (table(one) == table(other)) is (here == there)
    assert here is True or here is False or simplified(here) == here


@given(formulas(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(expr: Expr, random: Random) -> None:
    """Operands changed places, and opposites pushed inwards."""
    assert simplified(_disturbed(expr, random)) == simplified(expr)


def _disturbed(expr: Expr, random: Random) -> Expr:
    if isinstance(expr, Unary):
        return _opposite(_disturbed(expr.operand, random), random)
    if isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR):
        sides = [_disturbed(expr.left, random), _disturbed(expr.right, random)]
        random.shuffle(sides)
        return Binary(op=expr.op, left=sides[0], right=sides[1], semantics=expr.semantics)
    return expr


def _opposite(expr: Expr, random: Random) -> Expr:
    if isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR) and random.random() < 0.5:
        left, right = _opposite(expr.left, random), _opposite(expr.right, random)
        op = Op.OR if expr.op is Op.AND else Op.AND
        return Binary(op=op, left=left, right=right, semantics=expr.semantics)
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB)


def _chain(op: Op, exprs: list[Expr]) -> Expr:
    found = exprs[0]
    for one in exprs[1:]:
        found = Binary(op=op, left=found, right=one, semantics=Semantics.GITHUB)
    return found


def test_what_is_too_large_is_put_in_order_only() -> None:
    """Multiplied out it would have 2 ** 12 terms."""
    pairs = [(parse(f"a.x{n}"), parse(f"b.x{n}")) for n in range(12)]
    either = [_chain(Op.OR, [*pair]) for pair in pairs]
    turned = [_chain(Op.OR, [two, one, two]) for one, two in reversed(pairs)]
    found = simplified(_chain(Op.AND, either))
    assert isinstance(found, Expr)
    assert found == simplified(_chain(Op.AND, turned))


def test_a_long_chain_is_fast() -> None:
    """Hundreds of alternatives, of which many are the same."""
    exprs = [parse(f"steps.s{n % 50}.outcome == 'failure'") for n in range(400)]
    assert isinstance(simplified(_chain(Op.OR, exprs)), Expr)


def test_depth_is_bounded() -> None:
    """An error, no crash."""
    deep: Expr = Ref(path=("a",))
    for _ in range(5_000):
        deep = Unary(op=Op.NOT, operand=deep, semantics=Semantics.GITHUB)
    with pytest.raises(EvaluationError, match="levels"):
        simplified(deep)


@pytest.mark.parametrize(
    "expr",
    [
        Raw(format="github", text="?"),
        Template(parts=(Ref(path=("a",)),)),
        Binary(
            op=Op.MATCH,
            left=Ref(path=("a",)),
            right=Literal(value="X"),
            semantics=Semantics.GITLAB,
        ),
    ],
)
def test_what_nobody_knows_is_left_as_it_is(expr: Expr) -> None:
    """Texts of other systems keep their case; their opposites have an operator."""
    assert condition(expr, RUN) == Residual(expr)
    opposite = simplified(Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITLAB))
    if isinstance(expr, Binary):
        assert opposite == Binary(
            op=Op.NOT_MATCH, left=expr.left, right=expr.right, semantics=expr.semantics
        )
    else:
        assert opposite == Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB)


def test_errors_of_what_is_certainly_evaluated() -> None:
    """But not of what may not be."""
    with pytest.raises(EvaluationError):
        condition(parse("fromJSON('') && a.b"), RUN)
    assert meaning("a.b && fromJSON('')") == "a.b && fromJSON('')"


def test_conditions_are_fast() -> None:
    """Tens of microseconds; the bound leaves room for slow machines."""
    expr = parse("inputs.a == 'x' && github.event_name == 'push' && !cancelled()")
    assert timeit(lambda: condition(expr, RUN), timer=process_time, number=500) < 0.15
