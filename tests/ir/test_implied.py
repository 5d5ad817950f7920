"""What follows from conditions: only what is certain."""

import pytest

from ciconv.ir.expression import Binary, Expr, Literal, Matches, Op, Ref, Semantics, Unary
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.implied import implied, is_within

BRANCH = Ref(path=("ref", "branch"))


def only(*texts: str) -> Filter:
    """Names, or regular expressions between slashes; those behind `!` are kept out."""
    return Filter(patterns=tuple(map(_pattern, texts)))


def ignore(*texts: str) -> Filter:
    """All but these."""
    return Filter(patterns=tuple(map(_pattern, texts)), ignore=True)


def _pattern(said: str) -> Pattern:
    text = said.removeprefix("!")
    is_regex = text.startswith("/")
    syntax = PatternSyntax.JAVA if is_regex else PatternSyntax.EXACT
    return Pattern(text=text.strip("/"), syntax=syntax, negated=said != text)


def both(op: Op, left: Expr, right: Expr) -> Binary:
    """Two conditions, or a comparison, as CircleCI has them."""
    return Binary(op=op, left=left, right=right, semantics=Semantics.CIRCLECI)


MAIN = both(Op.EQ, BRANCH, Literal(value="main"))
OTHER = both(Op.NE, BRANCH, Literal(value="main"))
RELEASES = Matches(value=BRANCH, filter=only("/release.*/"))
NO_DOCS = Matches(value=BRANCH, filter=ignore("/docs/.*/"))
EITHER = both(Op.OR, MAIN, RELEASES)
NEITHER = Unary(op=Op.NOT, operand=EITHER, semantics=Semantics.CIRCLECI)
GITHUBS = Binary(op=Op.EQ, left=BRANCH, right=Literal(value="main"), semantics=Semantics.GITHUB)


@pytest.mark.parametrize(
    ("given", "asked", "expected"),
    [
        (MAIN, MAIN, True),
        (MAIN, EITHER, True),
        (EITHER, MAIN, False),
        (EITHER, NO_DOCS, True),
        (EITHER, Matches(value=BRANCH, filter=only("main", "/rel.*/", "!/docs.*/")), True),
        (EITHER, Matches(value=BRANCH, filter=only("main", "/release.*/", "!/.*x/")), False),
        (NO_DOCS, Matches(value=BRANCH, filter=ignore("docs/a")), True),
        (Matches(value=BRANCH, filter=ignore("docs/a")), NO_DOCS, False),
        (MAIN, Unary(op=Op.NOT, operand=RELEASES, semantics=Semantics.CIRCLECI), True),
        (NEITHER, Unary(op=Op.NOT, operand=RELEASES, semantics=Semantics.CIRCLECI), True),
        (NEITHER, RELEASES, False),
        (OTHER, Matches(value=BRANCH, filter=ignore("main")), False),  # there may be no branch
        (Matches(value=BRANCH, filter=ignore("main")), OTHER, True),
        (GITHUBS, EITHER, False),  # `MAIN` would do for it
        (MAIN, both(Op.EQ, Ref(path=("ref", "tag")), Literal(value="main")), False),
    ],
)
def test_implied(given: Expr, asked: Expr, expected: bool) -> None:
    """A condition that holds wherever another one does."""
    assert implied(asked, (given,)) is expected


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        (only("main"), only("/m.*/", "dev"), True),
        (only("/m.*/"), only("main"), False),
        (only("/.*e2e.*/", "!/docs.*/"), ignore("/docs-.*/"), True),
        (only("/.*e2e.*/"), ignore("/docs-.*/"), False),
        (ignore("main", "dev"), ignore("dev"), True),
        (ignore("dev"), ignore("main", "dev"), False),
        (ignore("dev"), only("main"), False),
    ],
)
def test_within(inner: Filter, outer: Filter, expected: bool) -> None:
    """A filter that lets in all that another one does."""
    assert is_within(inner, outer) is expected
