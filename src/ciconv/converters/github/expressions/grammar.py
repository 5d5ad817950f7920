"""The grammar of GitHub's expressions: operators, functions, contexts, and how names are written.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Protocol

from msgspec import Struct

from ciconv.converters.pratt import Dialect, ParseError, Parser, Token
from ciconv.ir.expression import Call, Constant, Expr, Index, Literal, Op, Ref, Semantics, Star


class Names(Protocol):
    """What every format calls what all of them know; the catalog is one."""

    def canonical_name(self, format: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the canonical path of a format's name, None when there is none."""

    def native_name(self, format: str, canonical: tuple[str, ...]) -> str | None:
        """Return how a format writes a canonical path, None when it is no canonical one."""


class Function(Struct, frozen=True):
    """A function and how many arguments it takes."""

    name: str
    least: int
    most: int = 255


FUNCTIONS = {
    function.name.lower(): function
    for function in (
        Function("always", 0, 0),
        Function("cancelled", 0, 0),
        Function("case", 3),  # condition, value, ... and what else: an odd number
        Function("contains", 2, 2),
        Function("endsWith", 2, 2),
        Function("failure", 0),  # names of jobs, in the condition of a job
        Function("format", 1),
        Function("fromJSON", 1, 1),
        Function("hashFiles", 1),
        Function("join", 1, 2),
        Function("startsWith", 2, 2),
        Function("success", 0),
        Function("toJSON", 1, 1),
    )
}

# Every context, and which parts of a path below it are names the user chose (x): these stay as
# written, all others (.) ignore case and become lower case. The last mark counts for the rest.
# https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
_CASES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("github", "event", "inputs"), "...x"),
    (("github", "event", "client_payload"), "...x"),
    (("github",), "."),
    (("env",), ".x"),
    (("vars",), ".x"),
    (("secrets",), ".x"),
    (("inputs",), ".x"),
    (("matrix",), ".x"),
    (("steps",), ".x.x"),
    (("needs",), ".x.x"),
    (("jobs",), ".x.x"),
    (("job", "services"), "..x."),
    (("job",), "."),
    (("runner",), "."),
    (("strategy",), "."),
)
CONTEXTS = tuple(sorted({prefix[0] for prefix, _ in _CASES}))

INFIX = {
    "||": (1, Op.OR),
    "&&": (2, Op.AND),
    "==": (3, Op.EQ),
    "!=": (3, Op.NE),
    "<": (4, Op.LT),
    "<=": (4, Op.LE),
    ">": (4, Op.GT),
    ">=": (4, Op.GE),
}
PREFIX = {"!": (5, Op.NOT)}
POWERS = {op: power for power, op in (*INFIX.values(), *PREFIX.values())}

# Quotes and stars do not end a word or a number: `a'b'` is one word, and a wrong one.
_TOKENS = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>'(?:[^']++|'')*'(?!'))
    |(?P<unclosed>'.*)
    |(?P<number>[-+0-9][^()\[\],!<>=&|\s]*)
    |(?P<operator>&&|\|\||[!<>=]=|[!<>()\[\],.*])
    |(?P<word>[^()\[\],.!<>=&|\s]+)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?Infinity")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]*")
_CONSTANTS: dict[str, Constant] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}


def dialect(names: Names) -> Dialect:
    """Return the language as a table; its bounds are those of GitHub's own parser."""
    return Dialect(
        name="github",
        semantics=Semantics.GITHUB,
        tokens=_TOKENS,
        infix=INFIX,
        prefix=PREFIX,
        atom=partial(_atom, names),
        max_depth=50,
        max_length=21_000,
    )


def _atom(names: Names, parser: Parser, token: Token) -> Expr:
    if token.text == "(":
        inner = parser.nested(token)
        parser.expect(")")
        return _accessed(parser, inner, token.start, names)
    if token.kind == "string":
        value = token.text[1:-1].replace("''", "'")
        return Literal(value=value, span=parser.span(token.start))
    if token.kind == "number" or (token.text == "." and parser.token.kind == "number"):
        return _number(parser, token)
    if token.kind != "word" or not IDENTIFIER.fullmatch(token.text):
        parser.unexpected(token, help=_quoting(token))
    if parser.token.text == "(":
        call = _call(parser, token)
        return _accessed(parser, call, token.start, names)
    if token.text in _CONSTANTS:
        return Literal(value=_CONSTANTS[token.text], span=parser.span(token.start))
    return _context(parser, token, names)


def _quoting(token: Token) -> str:
    if token.kind == "unclosed":
        return "the text is not closed; a single quote inside of it is written twice"
    return "a text stands in single quotes" if token.text.startswith('"') else ""


def _number(parser: Parser, token: Token) -> Literal:
    text = token.text
    if text == "." and parser.token.start == token.end:
        text += parser.take().text
    span = parser.span(token.start)
    if _NUMBER.fullmatch(text):
        return Literal(value=float(text), span=span)
    for digits, base in ((_HEXADECIMAL, 16), (_OCTAL, 8)):
        if digits.fullmatch(text):
            return Literal(value=_float_of(int(text, base)), span=span)
    return parser.unexpected(Token("number", text, token.start, token.start + len(text)))


def _float_of(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _call(parser: Parser, token: Token) -> Call:
    opening = parser.take()
    arguments: list[Expr] = []
    if not parser.take_if(")"):
        arguments.append(parser.nested(opening))
        while parser.take_if(","):
            arguments.append(parser.nested(opening))
        parser.expect(")")
    function = FUNCTIONS.get(token.text.lower())
    if function is None:
        parser.errors.append(_unknown(token, "function", [f.name for f in FUNCTIONS.values()]))
    elif problem := _wrong_count(function, len(arguments)):
        parser.errors.append(ParseError(problem, token.start, token.end, "function-arity"))
    name = token.text if function is None else function.name
    return Call(function=name, arguments=tuple(arguments), span=parser.span(token.start))


def _unknown(token: Token, what: str, known: Sequence[str]) -> ParseError:
    from difflib import get_close_matches  # loaded when something is wrong, not before

    close = get_close_matches(token.text.lower(), [name.lower() for name in known], 1)
    names = {name.lower(): name for name in known}
    help = f"did you mean {names[close[0]]!r}?" if close else f"there are {', '.join(known)}"
    message = f"{token.text!r} is not a {what} of GitHub's expressions"
    return ParseError(message, token.start, token.end, f"unknown-{what}", help)


def _wrong_count(function: Function, count: int) -> str:
    wanted = f"{function.least} to {function.most} arguments"
    if function.least == function.most:
        wanted = f"{function.least} argument{'' if function.least == 1 else 's'}"
    elif count < function.least:
        wanted = f"at least {function.least} argument{'' if function.least == 1 else 's'}"
    if not function.least <= count <= function.most:
        return f"{function.name!r} takes {wanted}, not {count}"
    if function.name == "case" and count % 2 == 0:
        return f"'case' takes an odd number of arguments, not {count}"
    return ""


def _context(parser: Parser, token: Token, names: Names) -> Expr:
    if token.text.lower() not in CONTEXTS:
        parser.errors.append(_unknown(token, "context", CONTEXTS))
    native = Ref(path=(token.text,), span=parser.span(token.start))
    return _accessed(parser, native, token.start, names, native=True)


def _accessed(parser: Parser, base: Expr, start: int, names: Names, native: bool = False) -> Expr:
    """What the properties after a value lead to. `native`: it is a path with GitHub's names."""
    levels = 0
    while parser.token.text in (".", "["):
        opening = parser.take()
        key = _property(parser) if opening.text == "." else _subscript(parser, opening)
        parser.deeper(opening)
        levels += 1
        span = parser.span(start)
        name = key.value if isinstance(key, Literal) else None
        if native and isinstance(base, Ref) and isinstance(name, str):
            base = Ref(path=(*base.path, name), span=span)
            continue
        base = Index(base=_canonical(base, names) if native else base, key=key, span=span)
        native = False
    parser.higher(levels)
    return _canonical(base, names) if native else base


def _property(parser: Parser) -> Expr:
    token = parser.token
    if token.text == "*":
        parser.take()
        return Star(span=parser.span(token.start))
    if not IDENTIFIER.fullmatch(token.text):
        parser.unexpected(token, help="after '.' stands the name of a property, or '*'")
    parser.take()
    return Literal(value=token.text, span=parser.span(token.start))


def _subscript(parser: Parser, opening: Token) -> Expr:
    if parser.token.text == "*":
        token = parser.take()
        key: Expr = Star(span=parser.span(token.start))
    else:
        key = parser.nested(opening)
    parser.expect("]")
    return key


def _canonical(base: Expr, names: Names) -> Expr:
    if not isinstance(base, Ref):
        return base
    path = _folded(base.path)
    return Ref(path=names.canonical_name("github", path) or path, span=base.span)


@lru_cache(maxsize=1000)
def _folded(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path in lower case, but for the names that users chose."""
    lower = tuple(part.lower() for part in path)
    for prefix, marks in _CASES:
        if lower[: len(prefix)] == prefix:
            marks = marks.ljust(len(path), marks[-1])
            return tuple(
                part if mark == "x" else small
                for part, small, mark in zip(path, lower, marks, strict=False)
            )
    return path
