"""The expressions inside `<< >>` and behind `when:` and `filters:`.

https://circleci.com/docs/reference/expressions-reference/
"""

import re

from ciconv.converters.circleci.expressions.names import named
from ciconv.converters.pratt import Dialect, ParseError, Parser, Place, Token, parse
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Expr, Literal, Op, Raw, Semantics
from ciconv.ir.node import replace
from ciconv.syntax.node import Scalar

STARTS_WITH, MATCHES = "starts-with", "matches"

# `starts-with` and `matches` have operators of the tree while it is made, which `logic` replaces
_INFIX = {
    "or": (1, Op.OR),
    "and": (2, Op.AND),
    "==": (3, Op.EQ),
    "!=": (3, Op.NE),
    STARTS_WITH: (3, Op.NOT_MATCH),
    MATCHES: (3, Op.MATCH),
    "<": (4, Op.LT),
    "<=": (4, Op.LE),
    ">": (4, Op.GT),
    ">=": (4, Op.GE),
}
_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:[^"\\]++|\\.)*"|'(?:[^'\\]++|\\.)*')
    |(?P<regex>/(?:[^/\\\n]++|\\.)+/)
    |(?P<operator>[!<>=]=|[<>()])
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.-]))
    |(?P<word>[A-Za-z_][\w.-]*)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS = {"true": True, "false": False, "null": None, "nil": None}


def _atom(parser: Parser, token: Token) -> Expr:
    span = parser.span(token.start)
    if token.text == "(" and token.kind == "operator":
        inner = parser.nested(token)
        parser.expect(")")
        return replace(inner, span=parser.span(token.start))
    if token.kind == "string":
        return Literal(value=re.sub(r"\\(.)", r"\1", token.text[1:-1]), span=span)
    if token.kind == "regex":
        return Literal(value=token.text[1:-1], span=span)
    if token.kind == "number":
        return Literal(value=float(token.text), span=span)
    if token.kind == "word" and token.text in _CONSTANTS:
        return Literal(value=_CONSTANTS[token.text], span=span)
    if token.kind == "word":
        if "." not in token.text:
            parser.fail(ParseError(f"there is no value {token.text!r}", token.start, token.end))
        return replace(named(token.text), span=span)
    parser.unexpected(token)


_DIALECT = Dialect(
    name="circleci",
    semantics=Semantics.CIRCLECI,
    tokens=_TOKENS,
    infix=_INFIX,
    prefix={"not": (5, Op.NOT)},
    atom=_atom,
)


def read_expression(scalar: Scalar, start: int, end: int, diagnostics: Diagnostics) -> Expr:
    """Return the tree of `text[start:end]` of a scalar; Raw, and an error, if it is none."""
    parsing = parse(_DIALECT, Place(scalar.text, start, end, scalar.span_of))
    for error in parsing.errors:
        at = scalar.span_of(error.start, max(error.end, error.start))
        diagnostics.error(error.code, error.message, at, error.help)
    if parsing.expr is not None:
        return parsing.expr
    return Raw(format="circleci", text=scalar.text[start:end].strip(), span=scalar.span)
