"""Writing expressions, with no more brackets and braces than it takes."""

import re
from collections.abc import Callable, Sequence
from math import isinf, isnan
from typing import TypeAlias

from ciconv.converters.github.expressions.grammar import IDENTIFIER, POWERS, Names
from ciconv.converters.github.expressions.read import OPENING, joined
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Index,
    Literal,
    Op,
    Raw,
    Ref,
    Star,
    Template,
    Unary,
    written,
)

ESCAPED = "${{ '${{' }}"  # the opening of an expression, as a text
_TIGHTEST = 6  # what a property can be asked of without brackets
_PLAIN_PATH = re.compile(
    r"[a-zA-Z_][a-zA-Z0-9_-]*(?:\.[a-zA-Z_][a-zA-Z0-9_-]*|\['(?:[^']++|'')*'\])*"
)


def write_expression(expr: Expr, names: Names) -> str:
    """Return an expression in GitHub's words, with no more brackets than it takes.

    ValueError for what GitHub cannot say, which a pass has to replace before.
    """
    return put_together(expr, lambda one, power: _pieces(one, power, names))


Piece: TypeAlias = str | tuple[Expr, int]  # text, or an expression and the power it stands under


def put_together(expr: Expr, pieces: Callable[[Expr, int], Sequence[Piece]]) -> str:
    """Return the text of an expression, of which `pieces` gives one level."""
    found: list[str] = []
    waiting: list[Piece] = [(expr, 0)]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            found.append(piece)
        else:
            waiting.extend(reversed(pieces(*piece)))
    return "".join(found)


def _pieces(expr: Expr, power: int, names: Names) -> Sequence[Piece]:
    match expr:
        case Literal():
            return (_literal(expr.value),)
        case Ref():
            return (_name(expr.path, power, names),)
        case Index():
            return _index(expr)
        case Unary():
            return _grouped((expr.op.value, (expr.operand, POWERS[expr.op] - 1)), expr.op, power)
        case Binary():
            return _binary(expr, power)
        case Call():
            return listed(expr.function, expr.arguments)
        case Template():
            return _formatted(expr)
        case Raw(format="github"):
            return (f"({expr.text})" if power else expr.text,)
    raise ValueError(f"GitHub has no expression for {expr!r}")


def _literal(value: Constant) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(path: tuple[str, ...], power: int, names: Names) -> str:
    native = names.native_name("github", path)
    if native is None:
        return path[0] + "".join(_accessor(part) for part in path[1:])
    return native if not power or _PLAIN_PATH.fullmatch(native) else f"({native})"


def _accessor(part: str) -> str:
    return f".{part}" if IDENTIFIER.fullmatch(part) else f"[{_quoted(part)}]"


def _index(expr: Index) -> Sequence[Piece]:
    base, key = expr.base, expr.key
    text = key.value if isinstance(key, Literal) and isinstance(key.value, str) else None
    # a property of a bare name would be read as part of the name
    bare = isinstance(base, Index | Call) or (isinstance(base, Ref) and text is None)
    pieces: tuple[Piece, ...] = ((base, _TIGHTEST),) if bare else ("(", (base, 0), ")")
    if isinstance(key, Star):
        return (*pieces, ".*")
    if text is not None:
        return (*pieces, _accessor(text))
    return (*pieces, "[", (key, 0), "]")


def _binary(expr: Binary, power: int) -> Sequence[Piece]:
    if expr.op not in POWERS:
        raise ValueError(f"GitHub has no operator {expr.op.value!r}")
    own = POWERS[expr.op]
    pieces = ((expr.left, own - 1), f" {expr.op.value} ", (expr.right, own))
    return _grouped(pieces, expr.op, power)


def _grouped(pieces: Sequence[Piece], op: Op, power: int) -> Sequence[Piece]:
    return pieces if POWERS[op] > power else ("(", *pieces, ")")


def listed(function: str, arguments: Sequence[Expr]) -> Sequence[Piece]:
    """Return the pieces of a call."""
    pieces: list[Piece] = [f"{function}("]
    for number, argument in enumerate(arguments):
        pieces += [", ", (argument, 0)] if number else [(argument, 0)]
    return (*pieces, ")")


def _formatted(template: Template) -> Sequence[Piece]:
    """A text inside of an expression: there is `format` for that."""
    pattern = ""
    arguments: list[Expr] = []
    for part in template.parts:
        if isinstance(part, Literal):
            pattern += written(part.value).replace("{", "{{").replace("}", "}}")
        else:
            pattern += f"{{{len(arguments)}}}"
            arguments.append(part)
    if arguments:
        return listed("format", (Literal(value=pattern), *arguments))
    return (_quoted("".join(written(p.value) for p in template.parts if isinstance(p, Literal))),)


def write_template(template: Template, names: Names) -> str:
    """Return a text with its expressions in `${{ }}`, as it stands in a workflow."""
    texts = []
    for part in joined(template.parts):
        if isinstance(part, Literal):
            texts.append(written(part.value).replace(OPENING, ESCAPED))
        else:
            texts.append(f"${{{{ {write_expression(part, names)} }}}}")
    return "".join(texts)


def write_condition(expr: Expr, names: Names) -> str:
    """Return what to write behind `if:`, without `${{ }}` where GitHub does without.

    YAML would take a leading `!` for a tag, so that gets its braces.
    """
    if isinstance(expr, Template) and len(expr.parts) > 1:
        return write_template(expr, names)
    bare = write_expression(expr, names)
    return f"${{{{ {bare} }}}}" if bare.startswith("!") or OPENING in bare else bare
