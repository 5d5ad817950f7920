"""The language of `rules:if`: variables, texts, null, booleans, comparisons, patterns, `!`,
`&&` and `||`.

https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
"""

import re

from ciconv.converters.pratt import Dialect, Parser, Token
from ciconv.ir.expression import Expr, Literal, Op, Raw, Ref, Semantics

INFIX = {
    "||": (1, Op.OR),
    "&&": (2, Op.AND),
    "==": (3, Op.EQ),
    "!=": (3, Op.NE),
    "=~": (3, Op.MATCH),
    "!~": (3, Op.NOT_MATCH),
}
NATIVE = "gitlab variable"  # the first word of a variable's path before it gets its meaning
PREFIX = {"!": (4, Op.NOT)}
BOOLEANS = {"true": True, "false": False}
PATTERN = "gitlab pattern"  # the format of a Raw with a pattern as it is written

_TOKENS = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<unclosed>["'].*)
    |(?P<pattern>/(?:[^/\\\r\n]|\\.)+/[ismU]*)
    |(?P<operator>&&|\|\||==|!=|=~|!~|[()!])
    |(?P<variable>\$\w+)
    |(?P<word>\w+)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)


def dialect() -> Dialect:
    """Return the language as a table."""
    return Dialect(
        name="gitlab",
        semantics=Semantics.GITLAB,
        tokens=_TOKENS,
        infix=INFIX,
        prefix=PREFIX,
        atom=_atom,
        max_depth=50,
        max_length=20_000,
    )


def _atom(parser: Parser, token: Token) -> Expr:
    if token.text == "(":
        inner = parser.nested(token)
        parser.expect(")")
        return inner
    span = parser.span(token.start)
    match token.kind:
        case "string":
            return Literal(value=token.text[1:-1], span=span)
        case "pattern":
            return Raw(format=PATTERN, text=token.text, span=span)
        case "variable":
            return Ref(path=(NATIVE, token.text.strip("${}")), span=span)
    if token.text == "null":
        return Literal(value=None, span=span)
    if token.text in BOOLEANS:
        return Literal(value=BOOLEANS[token.text], span=span)
    parser.unexpected(token, help=_advice(token))


def _advice(token: Token) -> str:
    if token.text == "$":
        return "a variable is written $NAME here, without braces"
    if token.kind == "unclosed":
        return "the text is not closed"
    if token.kind == "word":
        return "a variable begins with '$', and a text stands in quotes"
    return "a pattern stands between slashes, and a slash in it is written '\\/'"
