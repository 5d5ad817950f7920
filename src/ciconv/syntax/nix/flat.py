"""Nix expressions on one line, where they fit there."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ciconv.syntax.nix.text import Hole, Pieces, attribute, is_block, line_string, quoted
from ciconv.syntax.nix.tree import (
    OPERATORS,
    Apply,
    Attrs,
    Binding,
    Bindings,
    Bool,
    Expr,
    Formals,
    If,
    Inherit,
    Int,
    Lambda,
    Let,
    List,
    Name,
    Null,
    Operation,
    Path,
    Select,
    Str,
)

WIDTH = 100
ATOM, APPLY, ANY = 1, 2, 99  # what may stand without parentheses: only this strong, or stronger


class Flat:
    """The one-line texts of a tree's expressions; each is made once, the inner ones first."""

    def __init__(self) -> None:
        self._texts: dict[int, str | None] = {}

    def text(self, expr: Expr, level: int = ANY) -> str | None:
        """Return the expression on one line, None where it needs several."""
        key = id(expr)
        if key not in self._texts:
            self._fill(expr)
        text = self._texts[key]
        is_bare = text is None or level == ANY or strength(expr) <= level
        return text if is_bare else f"({text})"

    def pieces(self, expr: Str) -> Pieces | None:
        """Return the parts of a text, None if one of its expressions needs several lines."""
        if len(expr.parts) == 1 and isinstance(expr.parts[0], str):
            return (expr.parts[0],)
        found = [one if isinstance(one, str) else self.text(one) for one in expr.parts]
        if any(one is None for one in found):
            return None
        texts = (one or "" for one in found)
        return merged(zip(expr.parts, texts, strict=True))

    def binding(self, binding: Binding | Inherit) -> str | None:
        """Return `a = 1;` on one line."""
        if binding.comments:
            return None
        if isinstance(binding, Inherit):
            source = "" if binding.source is None else self.text(binding.source)
            return None if source is None else inherit(binding, source)
        value = self.text(binding.value)
        return None if value is None or binding.inline else f"{dotted(binding.path)} = {value};"

    def parameter(self, parameter: str | Formals) -> str | None:
        """Return `x` or `{ a, b ? 1 }`."""
        if isinstance(parameter, str):
            return parameter
        defaults = (one.default for one in parameter.formals if one.default is not None)
        if any(self.text(one) is None for one in defaults):
            return None
        return f"{{ {', '.join(formals(parameter, lambda one: self.text(one) or ''))} }}"

    def _fill(self, root: Expr) -> None:
        found, waiting = [], [root]
        while waiting:
            expr = waiting.pop()
            found.append(expr)
            inner = _INNER.get(type(expr))
            if inner is not None:
                waiting += inner(expr)
        for expr in reversed(found):
            if id(expr) not in self._texts:
                self._texts[id(expr)] = self._make(expr)

    def _make(self, expr: Expr) -> str | None:
        text = _MAKERS[type(expr)](self, expr)
        # what is too long anywhere is not worth keeping, unless it can have no other form
        too_long = text is not None and len(text) > WIDTH and type(expr) in BREAKABLE
        return None if too_long else text

    def _string(self, expr: Str) -> str | None:
        pieces = self.pieces(expr)
        return None if pieces is None or is_block(pieces) else line_string(pieces)

    def _select(self, expr: Select) -> str | None:
        base = self.text(expr.base, ATOM)
        return None if base is None else base + self.steps(expr)

    def steps(self, expr: Select) -> str:
        """Return the names behind the base of a selection, each with its dot."""
        return "".join(
            f".{attribute(one)}" if isinstance(one, str) else f".{quoted(self.pieces(one) or ())}"
            for one in expr.path
        )

    def _list(self, expr: List) -> str | None:
        items = (None if one.comments else self.text(one, ATOM) for one in expr.items)
        return _joined("[ ", items, " ", " ]")

    def _apply(self, expr: Apply) -> str | None:
        arguments = (self.text(one, ATOM) for one in expr.arguments)
        return _joined("", (self.text(expr.function, APPLY), *arguments), " ", "")

    def _operation(self, expr: Operation) -> str | None:
        return _joined("", (self.text(*one) for one in operands(expr)), f" {expr.op} ", "")

    def _lambda(self, expr: Lambda) -> str | None:
        return _joined("", (self.parameter(expr.parameter), self.text(expr.body)), ": ", "")

    def _if(self, expr: If) -> str | None:
        condition, yes, no = (self.text(one) for one in (expr.condition, expr.yes, expr.no))
        return _joined("", ("if", condition, "then", yes, "else", no), " ", "")

    def _attrs(self, expr: Attrs) -> str | None:
        """Only up to three plain values: more of them, or sets in sets, read better apart."""
        if len(expr.bindings) > 3 or any(map(_holds_set, expr.bindings)):
            return None
        start = "rec { " if expr.recursive else "{ "
        return _joined(start, map(self.binding, expr.bindings), " ", " }")


def _holds_set(one: Binding | Inherit) -> bool:
    return isinstance(one, Binding) and isinstance(one.value, Attrs) and one.value.bindings != ()


# what can take several lines
BREAKABLE = frozenset((List, Attrs, Apply, Operation, Lambda, If, Let))


_MAKERS: dict[type[Expr], Callable[[Flat, Any], str | None]] = {
    Apply: Flat._apply,
    Attrs: Flat._attrs,
    Bool: lambda _, expr: "true" if expr.value else "false",
    If: Flat._if,
    Int: lambda _, expr: str(expr.value),
    Lambda: Flat._lambda,
    Let: lambda *_: None,
    List: Flat._list,
    Name: lambda _, expr: expr.name,
    Null: lambda *_: "null",
    Operation: Flat._operation,
    Path: lambda _, expr: expr.text,
    Select: Flat._select,
    Str: Flat._string,
}


def _bound(bindings: Bindings) -> list[Expr]:
    values = (one.value if isinstance(one, Binding) else one.source for one in bindings)
    return [one for one in values if one is not None]


def _defaults(parameter: str | Formals) -> list[Expr]:
    formals = () if isinstance(parameter, str) else parameter.formals
    return [one.default for one in formals if one.default is not None]


# the expressions directly inside of one
_INNER: dict[type[Expr], Callable[[Any], Iterable[Expr]]] = {
    Apply: lambda expr: (expr.function, *expr.arguments),
    Attrs: lambda expr: _bound(expr.bindings),
    If: lambda expr: (expr.condition, expr.yes, expr.no),
    Lambda: lambda expr: (*_defaults(expr.parameter), expr.body),
    Let: lambda expr: (*_bound(expr.bindings), expr.body),
    List: lambda expr: expr.items,
    Operation: lambda expr: (expr.left, expr.right),
    Select: lambda expr: (expr.base, *(one for one in expr.path if isinstance(one, Str))),
    Str: lambda expr: [one for one in expr.parts if isinstance(one, Expr)],
}


def merged(parts: Iterable[tuple[str | Expr, str]]) -> Pieces:
    """Return parts as texts: plain ones that touch become one, as an escape may need both."""
    found: list[str] = []
    for part, text in parts:
        if isinstance(part, Expr):
            found.append(Hole(text))
        elif found and not isinstance(found[-1], Hole):
            found[-1] += text
        else:
            found.append(text)
    return tuple(found)


def strength(expr: Expr) -> int:
    """Return how strongly an expression holds together: ATOM, APPLY, an operator's, ANY."""
    fixed = _STRENGTHS.get(type(expr))
    if fixed is not None:
        return fixed
    if isinstance(expr, Operation):
        return OPERATORS[expr.op][0]
    return APPLY + 1 if isinstance(expr, Int) and expr.value < 0 else ATOM


_STRENGTHS: dict[type[Expr], int] = {
    **dict.fromkeys((Attrs, Bool, List, Name, Null, Path, Select, Str), ATOM),
    **dict.fromkeys((If, Lambda, Let), ANY),
    Apply: APPLY,
}


def operands(expr: Operation) -> list[tuple[Expr, int]]:
    """Return the operands of a chain of one operator, and the level each may stand bare at."""
    level, side = OPERATORS[expr.op]
    found: list[tuple[Expr, int]] = []
    rest: Expr = expr
    while isinstance(rest, Operation) and rest.op == expr.op and (side or rest is expr):
        near, rest = (rest.right, rest.left) if side == "left" else (rest.left, rest.right)
        found.append((near, level - 1))
    found.append((rest, level - 1))
    return found[::-1] if side == "left" else found


def formals(parameter: Formals, text: Callable[[Expr], str]) -> Iterator[str]:
    """Yield what stands between the braces of a parameter; `text` writes the defaults."""
    for one in parameter.formals:
        yield one.name if one.default is None else f"{one.name} ? {text(one.default)}"
    if parameter.ellipsis:
        yield "..."


def inherit(binding: Inherit, source: str) -> str:
    """Return `inherit (source) a b;`, without the source where it is empty."""
    listed = " ".join(attribute(name) for name in binding.names)
    return f"inherit ({source}) {listed};" if source else f"inherit {listed};"


def dotted(path: tuple[str, ...]) -> str:
    """Return the name of a binding: `a."b c"`."""
    return attribute(path[0]) if len(path) == 1 else ".".join(map(attribute, path))


def _joined(start: str, parts: Iterable[str | None], between: str, end: str) -> str | None:
    texts: list[str] = []
    for part in parts:
        if part is None:
            return None
        texts.append(part)
    return f"{start}{between.join(texts)}{end}" if texts else f"{start.strip()} {end.strip()}"
