"""The tree of the part of the Nix language that ciconv writes."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct


class Expr(Struct, frozen=True, kw_only=True, gc=False):
    """Any expression. `comments` are the lines above an item of a list; elsewhere unused."""

    comments: tuple[str, ...] = ()


class Str(Expr, frozen=True):
    """A text: pieces of plain text and interpolated expressions. NUL cannot stand in Nix."""

    parts: tuple[str | Expr, ...]


class Int(Expr, frozen=True):
    """A whole number."""

    value: int


class Bool(Expr, frozen=True):
    """`true` or `false`."""

    value: bool


class Null(Expr, frozen=True):
    """`null`."""


class Path(Expr, frozen=True):
    """A path literal, written as it is: `./ciconv-lib.nix`."""

    text: str


class Name(Expr, frozen=True):
    """A variable."""

    name: str


class Select(Expr, frozen=True):
    """`base.a."b.c"."x${y}"`: the names on the way; a Str is one made at evaluation."""

    base: Expr
    path: tuple[str | Str, ...]


class List(Expr, frozen=True):
    """`[ a b ]`."""

    items: tuple[Expr, ...]


class Binding(Struct, frozen=True, gc=False):
    """`a.b = value;` with comment lines above it and one comment behind its first line."""

    path: tuple[str, ...]
    value: Expr
    comments: tuple[str, ...] = ()
    inline: str | None = None


class Inherit(Struct, frozen=True):
    """`inherit a b;` or `inherit (source) a b;`."""

    names: tuple[str, ...]
    source: Expr | None = None
    comments: tuple[str, ...] = ()


Bindings: TypeAlias = tuple[Binding | Inherit, ...]


class Attrs(Expr, frozen=True):
    """`{ a = 1; inherit b; }`, `rec { … }` if recursive."""

    bindings: Bindings
    recursive: bool = False


class Apply(Expr, frozen=True):
    """`function argument argument`."""

    function: Expr
    arguments: tuple[Expr, ...]


class Formal(Struct, frozen=True):
    """`name` or `name ? default` between the braces of a function's parameter."""

    name: str
    default: Expr | None = None


class Formals(Struct, frozen=True):
    """`{ a, b ? 1, ... }` as the parameter of a function."""

    formals: tuple[Formal, ...]
    ellipsis: bool = False


class Lambda(Expr, frozen=True):
    """`x: body` or `{ a, b }: body`."""

    parameter: str | Formals
    body: Expr


class Let(Expr, frozen=True):
    """`let … in body`."""

    bindings: Bindings
    body: Expr


class Operation(Expr, frozen=True):
    """`left op right` for an operator of OPERATORS."""

    op: str
    left: Expr
    right: Expr


class If(Expr, frozen=True):
    """`if condition then yes else no`."""

    condition: Expr
    yes: Expr
    no: Expr


# operator → (binding strength, the side on which a chain needs no parentheses)
OPERATORS = {
    "++": (5, "right"),
    "+": (7, "left"),
    "//": (9, "right"),
    "==": (11, ""),
    "!=": (11, ""),
    "&&": (12, "left"),
    "||": (13, "left"),
}


def string(text: str) -> Str:
    """Return a plain text."""
    return Str((text,) if text else ())


def names(*path: str) -> Expr:
    """Return a variable or a selection from it: `names("pkgs", "git")` is `pkgs.git`."""
    return Select(Name(path[0]), path[1:]) if len(path) > 1 else Name(path[0])


def attrs(values: Mapping[str, Expr]) -> Attrs:
    """Return a set; `x = x` becomes `inherit x`, all such names together and first."""
    same = tuple(name for name, value in values.items() if value == Name(name))
    rest = (Binding((name,), value) for name, value in values.items() if name not in same)
    return Attrs((*((Inherit(same),) if same else ()), *rest))
