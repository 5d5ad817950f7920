"""One operator-precedence parser for the expressions of all formats; a dialect is a table.

The tree never holds an operator that its dialect does not list. Errors are values with a place
in the text; what the place is in a file is for the caller to say.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn, TypeAlias

from msgspec import Struct

from ciconv.ir.expression import Binary, Expr, Op, Semantics, Unary, operands
from ciconv.source import Span

MAX_HEIGHT = 200  # levels of a tree, so that nobody who walks down recursively runs out of stack

SYNTAX = "expression-syntax"
DEPTH = "expression-depth"


class Token(Struct, frozen=True, gc=False):
    """A word of an expression; `kind` is the name of the group that matched, `end` the last."""

    kind: str
    text: str
    start: int
    end: int


class ParseError(Struct, frozen=True):
    """What is wrong between two offsets of the text."""

    message: str
    start: int
    end: int
    code: str = SYNTAX
    help: str = ""


class Parsing(Struct, frozen=True):
    """What became of a text: its tree, None when it is no expression, and all that is wrong."""

    expr: Expr | None
    errors: tuple[ParseError, ...] = ()


class Dialect(Struct, frozen=True, kw_only=True):
    """The expression language of one format.

    `tokens` has a named group for each kind of token and matches any text, bit by bit, without
    backtracking; the group `space` is skipped. Tighter operators have a higher power; all bind
    to the left. `atom` is handed the first token of everything that is no operator.
    """

    name: str
    semantics: Semantics
    tokens: re.Pattern[str]
    infix: Mapping[str, tuple[int, Op]]
    prefix: Mapping[str, tuple[int, Op]]
    atom: "Atom"
    max_depth: int = 50
    max_length: int = 100_000


class Place(Struct, frozen=True):
    """A stretch of a text to parse, and how to find its offsets in the source."""

    text: str
    start: int
    end: int
    span_of: Callable[[int, int], Span]


def parse(dialect: Dialect, place: Place) -> Parsing:
    """Return the tree of a text. Time is linear in its length; depth and length are bounded."""
    if place.end - place.start > dialect.max_length:
        too_long = f"an expression has at most {dialect.max_length} characters"
        return Parsing(None, (ParseError(too_long, place.start, place.end, DEPTH),))
    parser = Parser(dialect, place)
    try:
        expr = parser.expression()
        if parser.token.kind != "end":
            parser.unexpected(parser.token)
        parser.check_height(expr)
    except _Failure as failure:
        return Parsing(None, (*parser.errors, failure.error))
    return Parsing(expr, tuple(parser.errors))


class _Failure(Exception):
    def __init__(self, error: ParseError) -> None:
        self.error = error


class Parser:
    """The state of one parse, for the hooks of a dialect: `token` is the next one, not taken."""

    def __init__(self, dialect: Dialect, place: Place) -> None:
        self.dialect = dialect
        self.errors: list[ParseError] = []  # those that leave a tree
        self._place = place
        self._depth = 0
        self._last = place.start  # where the token taken last ends
        self._tokens = self._scan()
        self.token = next(self._tokens)

    def _scan(self) -> Iterator[Token]:
        place = self._place
        for match in self.dialect.tokens.finditer(place.text, place.start, place.end):
            kind = match.lastgroup or ""
            if kind != "space":
                yield Token(kind, match.group(), match.start(), match.end())
        while True:
            yield Token("end", "", place.end, place.end)

    def take(self) -> Token:
        """Return the next token and go past it."""
        taken = self.token
        if taken.kind != "end":
            self._last = taken.end
        self.token = next(self._tokens)
        return taken

    def take_if(self, text: str) -> bool:
        """Go past the next token if it is this one; return whether it was."""
        if self.token.text != text or self.token.kind == "end":
            return False
        self.take()
        return True

    def expect(self, text: str) -> Token:
        """Return the next token, which has to be this one."""
        if self.token.text != text:
            self.unexpected(self.token, help=f"{text!r} is missing")
        return self.take()

    def expression(self, power: int = 0) -> Expr:
        """Return the longest expression of operators above a power."""
        start = self.token.start
        left = self._operand()
        while (infix := self.dialect.infix.get(self.token.text)) and infix[0] > power:
            token = self.take()
            if infix[1] in (Op.AND, Op.OR):  # the other operators cannot nest without brackets
                right = self.nested(token, infix[0])
            else:
                right = self.expression(infix[0])
            left = Binary(
                op=infix[1],
                left=left,
                right=right,
                semantics=self.dialect.semantics,
                span=self.span(start),
            )
        return left

    def _operand(self) -> Expr:
        token = self.take()
        prefix = self.dialect.prefix.get(token.text)
        if prefix is None:
            return self.dialect.atom(self, token)
        operand = self.nested(token, prefix[0])
        return Unary(
            op=prefix[1],
            operand=operand,
            semantics=self.dialect.semantics,
            span=self.span(token.start),
        )

    def nested(self, token: Token, power: int = 0) -> Expr:
        """Return an expression one level further down; `token` is what leads there."""
        self.deeper(token)
        expr = self.expression(power)
        self.higher()
        return expr

    def deeper(self, token: Token) -> None:
        """Go one level down, or fail."""
        self._depth += 1
        if self._depth >= self.dialect.max_depth:
            self.fail(_too_deep(token.start, token.end, self.dialect.max_depth))

    def higher(self, levels: int = 1) -> None:
        """Come back up."""
        self._depth -= levels

    def span(self, start: int) -> Span:
        """Return the place from an offset to the end of the token taken last."""
        return self._place.span_of(start, self._last)

    def unexpected(self, token: Token, help: str = "") -> NoReturn:
        """Fail at a token that cannot stand there."""
        if token.kind == "end":
            empty = self._last == self._place.start
            message = "the expression is empty" if empty else "the expression ends too early"
            self.fail(ParseError(message, self._place.start, self._place.end, help=help))
        self.fail(ParseError(f"unexpected {_shown(token.text)}", token.start, token.end, help=help))

    def fail(self, error: ParseError) -> NoReturn:
        """Give up: there is no tree."""
        raise _Failure(error)

    def check_height(self, expr: Expr) -> None:
        """Fail for a tree of too many levels, such as a long chain of one operator."""
        level = [expr]
        for _ in range(MAX_HEIGHT):
            level = [child for one in level for child in operands(one)]
            if not level:
                return
        self.fail(_too_deep(self._place.start, self._place.end, MAX_HEIGHT))


Atom: TypeAlias = Callable[[Parser, Token], Expr]


def _too_deep(start: int, end: int, limit: int) -> ParseError:
    return ParseError(f"the expression has more than {limit} levels", start, end, DEPTH)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
