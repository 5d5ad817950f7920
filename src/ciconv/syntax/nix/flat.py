"""Nix expressions on one line, where they fit there."""

from collections.abc import Callable, Iterable, Iterator

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
        if id(expr) not in self._texts:
            self._fill(expr)
        text = self._texts[id(expr)]
        return f"({text})" if text is not None and strength(expr) > level else text

    def pieces(self, expr: Str) -> Pieces | None:
        """Return the parts of a text, None if one of its expressions needs several lines."""
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
        waiting = [root]
        while waiting:
            expr = waiting[-1]
            inner = [one for one in _children(expr) if id(one) not in self._texts]
            if inner:
                waiting += inner
            else:
                waiting.pop()
                self._texts[id(expr)] = self._make(expr)

    def _make(self, expr: Expr) -> str | None:
        text = self._compound(expr) if isinstance(expr, BREAKABLE) else self._simple(expr)
        # what is too long anywhere is not worth keeping, unless it can have no other form
        too_long = text is not None and len(text) > WIDTH and isinstance(expr, BREAKABLE)
        return None if too_long else text

    def _compound(self, expr: Expr) -> str | None:
        match expr:
            case List():
                return _joined("[ ", (self._item(one) for one in expr.items), " ", " ]")
            case Attrs():
                return self._attrs(expr)
            case Apply():
                parts = ((expr.function, APPLY), *((one, ATOM) for one in expr.arguments))
                return _joined("", (self.text(*one) for one in parts), " ", "")
            case Operation():
                return _joined("", (self.text(*one) for one in operands(expr)), f" {expr.op} ", "")
            case Lambda():
                texts = (self.parameter(expr.parameter), self.text(expr.body))
                return _joined("", texts, ": ", "")
            case If():
                words = zip(
                    ("if", "then", "else"), (expr.condition, expr.yes, expr.no), strict=True
                )
                return _joined("", (one for w, e in words for one in (w, self.text(e))), " ", "")
        return None

    def _simple(self, expr: Expr) -> str | None:
        match expr:
            case Str():
                pieces = self.pieces(expr)
                return None if pieces is None or is_block(pieces) else line_string(pieces)
            case Select():
                base = self.text(expr.base, ATOM)
                return None if base is None else base + self.steps(expr)
            case Int():
                return str(expr.value)
            case Bool():
                return "true" if expr.value else "false"
            case Null():
                return "null"
            case Path():
                return expr.text
            case Name():
                return expr.name
        raise TypeError(f"{type(expr).__name__} is not an expression")

    def steps(self, expr: Select) -> str:
        """Return the names behind the base of a selection, each with its dot."""
        return "".join(
            f".{attribute(one)}" if isinstance(one, str) else f".{quoted(self.pieces(one) or ())}"
            for one in expr.path
        )

    def _item(self, item: Expr) -> str | None:
        return None if item.comments else self.text(item, ATOM)

    def _attrs(self, expr: Attrs) -> str | None:
        """Only up to three plain values: more of them, or sets in sets, read better apart."""
        nested = any(
            isinstance(one, Binding) and isinstance(one.value, Attrs) and one.value.bindings
            for one in expr.bindings
        )
        if nested or len(expr.bindings) > 3:
            return None
        start = "rec { " if expr.recursive else "{ "
        return _joined(start, (self.binding(one) for one in expr.bindings), " ", " }")


BREAKABLE = (List, Attrs, Apply, Operation, Lambda, If, Let)  # what can take several lines


def _children(expr: Expr) -> Iterable[Expr]:
    match expr:
        case List():
            return expr.items
        case Attrs():
            return _bound(expr.bindings)
        case Let():
            return (*_bound(expr.bindings), expr.body)
        case Apply():
            return (expr.function, *expr.arguments)
        case Operation():
            return (expr.left, expr.right)
        case If():
            return (expr.condition, expr.yes, expr.no)
        case Lambda():
            formals = () if isinstance(expr.parameter, str) else expr.parameter.formals
            return (*(one.default for one in formals if one.default is not None), expr.body)
        case Str():
            return tuple(one for one in expr.parts if isinstance(one, Expr))
        case Select():
            return (expr.base, *(one for one in expr.path if isinstance(one, Expr)))
    return ()


def _bound(bindings: Bindings) -> tuple[Expr, ...]:
    values = (one.value if isinstance(one, Binding) else one.source for one in bindings)
    return tuple(one for one in values if one is not None)


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
    match expr:
        case Apply():
            return APPLY
        case Operation():
            return OPERATORS[expr.op][0]
        case Lambda() | Let() | If():
            return ANY
        case Int() if expr.value < 0:
            return APPLY + 1
        case _:
            return ATOM


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
    return ".".join(attribute(name) for name in path)


def _joined(start: str, parts: Iterable[str | None], between: str, end: str) -> str | None:
    texts: list[str] = []
    for part in parts:
        if part is None:
            return None
        texts.append(part)
    return f"{start}{between.join(texts)}{end}" if texts else f"{start.strip()} {end.strip()}"
