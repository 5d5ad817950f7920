"""Expressions: one tree for the conditions and interpolations of all systems."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import reduce
from math import isfinite
from typing import TypeAlias

from ciconv.ir.filter import Filter
from ciconv.ir.node import Node, replace
from ciconv.source import Span

Constant: TypeAlias = str | float | bool | None


class Semantics(StrEnum):
    """Whose coercions and comparisons an operator follows."""

    GITHUB = "github"  # loose equality, text without case; && and || give an operand
    GITLAB = "gitlab"  # undefined is null, text with case, RE2 search
    CIRCLECI = "circleci"  # typed, with case, decided when the configuration is compiled
    GROOVY = "groovy"


class Op(StrEnum):
    """Operators of all dialects."""

    OR = "||"
    AND = "&&"
    NOT = "!"
    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    MATCH = "=~"
    NOT_MATCH = "!~"


class Expr(Node, frozen=True, kw_only=True, eq=False):
    """Something that has a value when, or before, the pipeline runs."""


class Literal(Expr, frozen=True, kw_only=True, eq=False):
    """A constant; numbers are floats, as in all four systems."""

    value: Constant
    spelling: str | None = None  # as written, where that is not how the value is usually written


class Ref(Expr, frozen=True, kw_only=True, eq=False):
    """A name known to the system: canonical where catalog/names.toml has one, else native.

    `("ref", "full")`, `("matrix", "os")`, `("steps", "build", "outputs", "x")`,
    `("github", "event", "action")`.
    """

    path: tuple[str, ...]


class Star(Expr, frozen=True, kw_only=True, eq=False):
    """The `*` of a filter: as the key of an Index, all values of an object or a list."""


class Index(Expr, frozen=True, kw_only=True, eq=False):
    """A property of a value that is no plain name: `fromJSON(x).y`, `a[b]`, `labels.*.name`."""

    base: Expr
    key: Expr


class Unary(Expr, frozen=True, kw_only=True, eq=False):
    """A prefix operator."""

    op: Op
    operand: Expr
    semantics: Semantics


class Binary(Expr, frozen=True, kw_only=True, eq=False):
    """An infix operator."""

    op: Op
    left: Expr
    right: Expr
    semantics: Semantics


class Call(Expr, frozen=True, kw_only=True, eq=False):
    """A function call; the name is canonical (GitHub's spelling where several have it)."""

    function: str
    arguments: tuple[Expr, ...] = ()


class Matches(Expr, frozen=True, kw_only=True, eq=False):
    """Whether a text passes a filter; one that is not there (null) passes none."""

    value: Expr
    filter: Filter


class Changes(Expr, frozen=True, kw_only=True, eq=False):
    """Whether any file that was changed passes a filter."""

    filter: Filter


class Exists(Expr, frozen=True, kw_only=True, eq=False):
    """Whether the repository has a file that passes a filter."""

    filter: Filter


class Raw(Expr, frozen=True, kw_only=True, eq=False):
    """Text nobody understood: exact on the way back to its format, a placeholder elsewhere."""

    format: str
    text: str


class Template(Expr, frozen=True, kw_only=True, eq=False):
    """Text with expressions in it. Constant text is a Literal part; parts never touch twice."""

    parts: tuple[Expr, ...] = ()


def text(value: str, *, of: Node | None = None) -> Template:
    """Return a template of constant text, standing where `of` stands."""
    span = None if of is None else of.span
    return Template(parts=(Literal(value=value, span=span),) if value else (), span=span)


def operation(op: Op, left: Expr, right: Expr, span: Span | None = None) -> Binary:
    """Return an operation of GitHub's, standing where its first side with a place is."""
    at = span or left.span or right.span
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB, span=at)


def both(left: Expr, right: Expr, span: Span | None = None) -> Binary:
    """Return whether two conditions hold."""
    return operation(Op.AND, left, right, span)


def either(left: Expr, right: Expr, span: Span | None = None) -> Binary:
    """Return whether one of two conditions holds, or the first of two values that is one."""
    return operation(Op.OR, left, right, span)


def together(*conditions: Expr | None) -> Expr | None:
    """Return the condition that all have to hold; None, as one of them or for all, always does."""
    found = [one for one in conditions if one is not None]
    return reduce(both, found) if found else None


def opposite(expr: Expr) -> Unary:
    """Return whether a condition does not hold."""
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB, span=expr.span)


def constant(template: Expr | None) -> str | None:
    """Return the text of a template without expressions, None when it has some."""
    if isinstance(template, Literal):
        return written(template.value)
    if not isinstance(template, Template):
        return None
    found = [written(part.value) for part in template.parts if isinstance(part, Literal)]
    return "".join(found) if len(found) == len(template.parts) else None


def constant_text(template: Expr | None, unknown: str = "") -> str:
    """Return the text of a template, with `unknown` in the place of each expression."""
    parts = () if template is None else parts_of(template)
    return "".join(written(one.value) if isinstance(one, Literal) else unknown for one in parts)


def written(value: Constant) -> str:
    """Return a constant as GitHub writes it into text: null is empty, 3.0 is 3."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    return value


def _number(value: float) -> str:
    """GitHub writes a number as .NET's format G15 does, and both zeros alike."""
    if isfinite(value):
        return f"{value or 0.0:.15g}".replace("e", "E")
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def parts_of(expr: Expr) -> tuple[Expr, ...]:
    """Return the parts of a template; any other expression is its own only part."""
    return expr.parts if isinstance(expr, Template) else (expr,)


def expressions(template: Expr) -> tuple[Expr, ...]:
    """Return the parts of a template that are no constant text."""
    return tuple(part for part in parts_of(template) if not isinstance(part, Literal))


def join_texts(parts: Iterable[Expr]) -> tuple[Expr, ...]:
    """Return parts of a text without templates in them, and with neighbouring constants made one.

    A constant of several stands from the first to the last, or where the first stands.
    """
    found: list[Expr] = []
    for one in (inner for part in parts for inner in parts_of(part)):
        last = found[-1] if found else None
        if isinstance(one, Literal) and isinstance(last, Literal):
            value = written(last.value) + written(one.value)
            found[-1] = Literal(value=value, span=_of_both(last.span, one.span))
        else:
            found.append(one)
    return tuple(found)


def _of_both(first: Span | None, second: Span | None) -> Span | None:
    if first is None or second is None or first.source is not second.source:
        return first
    return first.to(second) if first.end_offset <= second.start_offset else first


def operands(expr: Expr) -> tuple[Expr, ...]:
    """Return the direct children of an expression, in the order they are written."""
    match expr:
        case Unary():
            return (expr.operand,)
        case Binary():
            return (expr.left, expr.right)
        case Index():
            return (expr.base, expr.key)
        case Call():
            return expr.arguments
        case Template():
            return expr.parts
        case Matches():
            return (expr.value,)
    return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and all below it, each before its children."""
    waiting = [expr]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(operands(one)))


def conjuncts(expr: Expr | None) -> tuple[Expr, ...]:
    """Return the conditions that all have to hold for an expression; without it there are none."""
    return _flattened(expr, Op.AND)


def disjuncts(expr: Expr | None) -> tuple[Expr, ...]:
    """Return the conditions one of which has to hold for an expression."""
    return _flattened(expr, Op.OR)


def _flattened(expr: Expr | None, op: Op) -> tuple[Expr, ...]:
    found = []
    waiting = [] if expr is None else [expr]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Binary) and one.op is op:
            waiting += [one.right, one.left]
        else:
            found.append(one)
    return tuple(found)


_CONNECTIVES = frozenset({Op.AND, Op.OR})
_ASKING = frozenset({"contains", "startsWith", "endsWith"})


def as_boolean(expr: Expr) -> Expr:
    """Return a condition whose value is true or false, as `case` wants it, and not a text."""
    if is_boolean(expr):
        return expr
    if isinstance(expr, Binary) and expr.op in _CONNECTIVES:
        left, right = as_boolean(expr.left), as_boolean(expr.right)
        return replace(expr, left=left, right=right)
    return opposite(opposite(expr))


def is_boolean(expr: Expr) -> bool:
    """Return whether the value of an expression is true or false, and no text."""
    if isinstance(expr, Binary) and expr.op in _CONNECTIVES:  # which give one of their sides
        return is_boolean(expr.left) and is_boolean(expr.right)
    if isinstance(expr, Literal):
        return isinstance(expr.value, bool)
    if isinstance(expr, Call):
        return expr.function in STATUS_FUNCTIONS | _ASKING
    return isinstance(expr, Binary | Unary | Matches | Changes | Exists)


def json_value(expr: Expr | None) -> object:
    """Return what `fromJSON` of a constant gives, None for anything else."""
    if not isinstance(expr, Call) or expr.function != "fromJSON" or len(expr.arguments) != 1:
        return None
    import json  # rare, and not to be paid for by every start

    text = constant(expr.arguments[0])
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return None


def json_texts(expr: Expr) -> tuple[str, ...] | None:
    """Return the items of `fromJSON('["a", "b"]')`, None for all but a constant list of texts."""
    found = json_value(expr)
    is_texts = isinstance(found, list) and all(isinstance(one, str) for one in found)
    return tuple(found) if isinstance(found, list) and is_texts else None


STATUS_FUNCTIONS = frozenset({"success", "failure", "always", "cancelled"})


def has_status_function(expr: Expr) -> bool:
    """Whether a condition decides for itself what earlier failures mean."""
    return any(isinstance(one, Call) and one.function in STATUS_FUNCTIONS for one in walk(expr))
