"""The parser by itself, with a dialect as small as can be."""

import re

import pytest

from ciconv.converters.pratt import (
    MAX_HEIGHT,
    Dialect,
    ParseError,
    Parser,
    Parsing,
    Place,
    Token,
    parse,
)
from ciconv.ir.expression import Binary, Expr, Op, Ref, Semantics, Unary
from ciconv.source import Source


def _atom(parser: Parser, token: Token) -> Expr:
    if token.text == "(":
        inner = parser.nested(token)
        parser.expect(")")
        return inner
    if token.kind != "word":
        parser.unexpected(token)
    return Ref(path=(token.text,), span=parser.span(token.start))


SMALL = Dialect(
    name="small",
    semantics=Semantics.GITLAB,
    tokens=re.compile(r"(?P<space>\s+)|(?P<word>\w+)|(?P<operator>&&|\|\||==|=~|.)"),
    infix={"||": (1, Op.OR), "&&": (2, Op.AND), "==": (3, Op.EQ), "=~": (3, Op.MATCH)},
    prefix={"!": (4, Op.NOT)},
    atom=_atom,
    max_depth=20,
    max_length=1000,
)


def _parse(text: str) -> Parsing:
    return parse(SMALL, Place(text, 0, len(text), Source("f", text).span))


def _shape(expr: Expr | None) -> str:
    """The tree with all its brackets."""
    match expr:
        case Ref():
            return expr.path[0]
        case Unary():
            return f"({expr.op.value}{_shape(expr.operand)})"
        case Binary():
            return f"({_shape(expr.left)}{expr.op.value}{_shape(expr.right)})"
    raise AssertionError(expr)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("a", "a"),
        ("a || b && c", "(a||(b&&c))"),
        ("a && b || c", "((a&&b)||c)"),
        ("a || b || c", "((a||b)||c)"),
        ("a == b == c", "((a==b)==c)"),
        ("a == b && c =~ d || e", "(((a==b)&&(c=~d))||e)"),
        ("!a == b", "((!a)==b)"),
        ("!!a && b", "((!(!a))&&b)"),
        ("a && !(b || c)", "(a&&(!(b||c)))"),
        ("(a || b) && c", "((a||b)&&c)"),
        ("((a))", "a"),
    ],
)
def test_operators_bind_as_the_table_says(text: str, shape: str) -> None:
    parsing = _parse(text)
    assert parsing.errors == ()
    assert _shape(parsing.expr) == shape


@pytest.mark.parametrize(
    ("text", "message", "start", "end"),
    [
        ("", "the expression is empty", 0, 0),
        ("  ", "the expression is empty", 0, 2),
        ("a &&", "the expression ends too early", 0, 4),
        ("(a", "the expression ends too early", 0, 2),
        ("a b", "unexpected 'b'", 2, 3),
        ("a && ) b", "unexpected ')'", 5, 6),
        ("a ?", "unexpected '?'", 2, 3),
        ("&& a", "unexpected '&&'", 0, 2),
    ],
)
def test_an_error_says_what_and_where(text: str, message: str, start: int, end: int) -> None:
    parsing = _parse(text)
    assert parsing.expr is None
    (error,) = parsing.errors
    assert (error.code, error.message) == ("expression-syntax", message)
    assert (error.start, error.end) == (start, end)


def test_spans_cover_what_was_written() -> None:
    expr = _parse("x || (a && !b)").expr
    assert isinstance(expr, Binary)
    assert isinstance(expr.right, Binary)
    assert [one.span.text for one in (expr, expr.right, expr.right.right) if one.span] == [
        "x || (a && !b)",
        "a && !b",
        "!b",
    ]


@pytest.mark.parametrize(
    "text",
    ["(" * 20 + "a" + ")" * 20, "!" * 20 + "a", "a||(" * 10 + "a" + ")" * 10, "(" * 900],
    ids=["brackets", "prefixes", "operators", "unclosed"],
)
def test_too_many_levels_are_an_error(text: str) -> None:
    parsing = _parse(text)
    assert parsing.expr is None
    assert [error.code for error in parsing.errors] == ["expression-depth"]


def test_as_many_levels_as_allowed_are_fine() -> None:
    assert _parse("(" * 19 + "a" + ")" * 19).errors == ()


@pytest.mark.parametrize(("operands", "fine"), [(MAX_HEIGHT, True), (MAX_HEIGHT + 1, False)])
def test_a_chain_may_be_as_high_as_the_tree(operands: int, fine: bool) -> None:
    parsing = _parse("&&".join("a" * operands))
    assert (parsing.expr is not None) is fine
    assert [error.code for error in parsing.errors] == ([] if fine else ["expression-depth"])


def test_a_chain_of_thousands_is_an_error_and_no_crash() -> None:
    text = " && ".join(["a"] * 10_000)
    parsing = _parse(text)
    assert parsing.errors == (
        ParseError("an expression has at most 1000 characters", 0, len(text), "expression-depth"),
    )


def test_only_the_given_stretch_is_read() -> None:
    text = "a b c"
    parsing = parse(SMALL, Place(text, 2, 3, Source("f", text).span))
    assert parsing.expr == Ref(path=("b",))
    assert parsing.expr is not None
    assert parsing.expr.span is not None
    assert parsing.expr.span.start_offset == 2
