"""The tree of Groovy as Jenkinsfiles use it. One made by a writer stands NOWHERE."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from msgspec import Struct

from ciconv.source import NOWHERE, Comment, Source, Span


# gc=False: what is frozen is never part of a cycle, so the collector need not look at it
class Node(Struct, frozen=True, kw_only=True, gc=False):
    """Anything with a place in the text."""

    span: Span = NOWHERE


class Expr(Node, frozen=True, kw_only=True, gc=False):
    """Anything that has a value."""


class Quote(StrEnum):
    """How a text is written; the value is what opens it."""

    SINGLE = "'"
    DOUBLE = '"'
    TRIPLE_SINGLE = "'''"
    TRIPLE_DOUBLE = '"""'
    SLASHY = "/"
    DOLLAR_SLASHY = "$/"

    @property
    def interpolates(self) -> bool:
        """Whether `$name` and `${…}` are replaced in it."""
        return self not in (Quote.SINGLE, Quote.TRIPLE_SINGLE)


class Text(Node, frozen=True, kw_only=True, gc=False):
    """A constant piece of a text, escapes already read."""

    value: str


class Interpolation(Node, frozen=True, kw_only=True, gc=False):
    """`${value}`, or `$name.name` without braces. The span covers the sign and the braces."""

    value: Expr
    braces: bool = True


class String(Expr, frozen=True, kw_only=True, gc=False):
    """A text of any kind. A GString when it has interpolations; Texts never touch twice."""

    parts: tuple[Text | Interpolation, ...] = ()
    quote: Quote = Quote.SINGLE

    @property
    def constant(self) -> str | None:
        """The text when nothing is interpolated, else None."""
        found = [part.value for part in self.parts if isinstance(part, Text)]
        return "".join(found) if len(found) == len(self.parts) else None


Value: TypeAlias = int | float | bool | None


class Constant(Expr, frozen=True, kw_only=True, gc=False):
    """A number, `true`, `false` or `null`. `text` is how it is written: `0x1F`, `10L`."""

    value: Value
    text: str = ""


class Name(Expr, frozen=True, kw_only=True, gc=False):
    """A variable, or the name of a step that is called; also `this` and `super`."""

    name: str


class Property(Expr, frozen=True, kw_only=True, gc=False):
    """`base.name`. The operator is one of `.`, `?.`, `*.`, `.&`, `.@`; a String is `a."b"`."""

    base: Expr
    name: str | String
    op: str = "."


class Index(Expr, frozen=True, kw_only=True, gc=False):
    """`base[key]`; several keys are possible."""

    base: Expr
    keys: tuple[Expr, ...]


class Argument(Node, frozen=True, kw_only=True, gc=False):
    """One argument of a call: positional, or `name: value`; `spread` is `*value` or `*: value`.

    `key`: how the name is written where it is no plain word: `'a-b': 1`; without a name: `(x): 1`.
    """

    value: Expr
    name: str | None = None
    key: Expr | None = None
    spread: bool = False
    comments: tuple[Comment, ...] = ()


class Call(Expr, frozen=True, kw_only=True, gc=False):
    """`function(arguments) { closures }`, also without parentheses: `sh 'make'`, `steps { }`.

    A closure behind the parentheses is in `closures`, in order; one among them is an argument.
    """

    function: Expr
    arguments: tuple[Argument, ...] = ()
    closures: "tuple[Closure, ...]" = ()
    parentheses: bool = True

    @property
    def name(self) -> str:
        """The name of a plain call, else empty: `sh 'x'` has it, `docker.build('x')` not."""
        return self.function.name if isinstance(self.function, Name) else ""

    @property
    def positional(self) -> tuple[Expr, ...]:
        """The values without a name, trailing closures last."""
        given = (one.value for one in self.arguments if one.name is None and one.key is None)
        return (*given, *self.closures)

    def named(self, name: str) -> Expr | None:
        """Return the value of a named argument, None when it is not given."""
        for one in self.arguments:
            if one.name == name:
                return one.value
        return None


class Parameter(Node, frozen=True, kw_only=True, gc=False):
    """A parameter of a closure or a method; `type` is as written, empty for none or `def`."""

    name: str
    type: str = ""
    default: Expr | None = None


class Closure(Expr, frozen=True, kw_only=True, gc=False):
    """`{ a, b -> body }`. `parameters` None: without an arrow, so `it` is there."""

    body: "Block"
    parameters: tuple[Parameter, ...] | None = None


class ListLiteral(Expr, frozen=True, kw_only=True, gc=False):
    """`[a, b]`; an item with `spread` is `*a`."""

    items: tuple[Argument, ...] = ()
    trailing: tuple[Comment, ...] = ()  # before the closing bracket


class MapLiteral(Expr, frozen=True, kw_only=True, gc=False):
    """`[a: 1]` or `[:]`."""

    entries: tuple[Argument, ...] = ()
    trailing: tuple[Comment, ...] = ()


class Unary(Expr, frozen=True, kw_only=True, gc=False):
    """`!a`, `-a`, `~a`, `++a`; `postfix`: `a++`."""

    op: str
    operand: Expr
    postfix: bool = False


class Binary(Expr, frozen=True, kw_only=True, gc=False):
    """`left op right`, ranges (`..`, `..<`) and `in` included; not assignments."""

    op: str
    left: Expr
    right: Expr


class Ternary(Expr, frozen=True, kw_only=True, gc=False):
    """`condition ? yes : no`; `yes` None: `condition ?: no`."""

    condition: Expr
    yes: Expr | None
    no: Expr


class Assignment(Expr, frozen=True, kw_only=True, gc=False):
    """`target = value` or with `+=` and its like."""

    target: Expr
    value: Expr
    op: str = "="


class Cast(Expr, frozen=True, kw_only=True, gc=False):
    """`(type) value`, `value as type`, `value instanceof type`: `op` is `()` or the word."""

    value: Expr
    type: str
    op: str = "as"


class New(Expr, frozen=True, kw_only=True, gc=False):
    """`new Type(arguments) { body }`; arrays have their sizes as arguments."""

    type: str
    arguments: tuple[Argument, ...] = ()
    body: "Block | None" = None


class Parentheses(Expr, frozen=True, kw_only=True, gc=False):
    """`(value)`. A renderer adds those that are needed by itself."""

    value: Expr


class Statement(Node, frozen=True, kw_only=True, gc=False):
    """Anything that stands on a line. `comments`: those above it, and those behind its end."""

    comments: tuple[Comment, ...] = ()


class Block(Node, frozen=True, kw_only=True, gc=False):
    """What stands between braces. `trailing`: comments behind the last statement."""

    statements: tuple[Statement, ...] = ()
    trailing: tuple[Comment, ...] = ()


class Expression(Statement, frozen=True, kw_only=True, gc=False):
    """An expression as a statement: a call most of the time."""

    value: Expr


class Annotation(Node, frozen=True, kw_only=True, gc=False):
    """`@Name(arguments)`."""

    name: str
    arguments: tuple[Argument, ...] = ()


class Declaration(Statement, frozen=True, kw_only=True, gc=False):
    """`def a = 1`, `String a`, `def (a, b) = list`: several targets share one value."""

    targets: tuple[Parameter, ...]
    value: Expr | None = None
    type: str = ""  # as written; empty for `def`
    modifiers: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    unpacks: bool = False  # `def (a, b) = …`


class If(Statement, frozen=True, kw_only=True, gc=False):
    """`if (condition) yes else no`; branches are blocks, `otherwise` may hold one If."""

    condition: Expr
    then: Block
    otherwise: Block | None = None


class While(Statement, frozen=True, kw_only=True, gc=False):
    """`while (condition) body`."""

    condition: Expr
    body: Block


class ForIn(Statement, frozen=True, kw_only=True, gc=False):
    """`for (variable in values) body`, also with `:`."""

    variable: Parameter
    values: Expr
    body: Block


class For(Statement, frozen=True, kw_only=True, gc=False):
    """`for (start; condition; step) body`."""

    start: tuple[Statement, ...]
    condition: Expr | None
    step: tuple[Expr, ...]
    body: Block


class Catch(Node, frozen=True, kw_only=True, gc=False):
    """One `catch (types name) body`."""

    name: str
    types: tuple[str, ...]
    body: Block


class Try(Statement, frozen=True, kw_only=True, gc=False):
    """`try body catch … finally …`."""

    body: Block
    catches: tuple[Catch, ...] = ()
    finally_: Block | None = None


class Case(Node, frozen=True, kw_only=True, gc=False):
    """`case value: body`; `value` None: `default`."""

    value: Expr | None
    body: Block


class Switch(Statement, frozen=True, kw_only=True, gc=False):
    """`switch (subject) { cases }`."""

    subject: Expr
    cases: tuple[Case, ...] = ()


class Jump(Statement, frozen=True, kw_only=True, gc=False):
    """`return value`, `throw value`, `break`, `continue`: `word` says which."""

    word: str
    value: Expr | None = None


class Assert(Statement, frozen=True, kw_only=True, gc=False):
    """`assert condition : message`."""

    condition: Expr
    message: Expr | None = None


class Scope(Statement, frozen=True, kw_only=True, gc=False):
    """A block of its own, with the word before it: empty, `static`, or `synchronized`."""

    body: Block
    word: str = ""


class Label(Statement, frozen=True, kw_only=True, gc=False):
    """`name: statement`."""

    name: str
    statement: Statement


class Method(Statement, frozen=True, kw_only=True, gc=False):
    """`def name(parameters) { body }`; `type` is empty for `def`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    type: str = ""
    modifiers: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()


class TypeDefinition(Statement, frozen=True, kw_only=True, gc=False):
    """A class, interface, trait or enum; `heading` is what stands before its brace."""

    word: str
    name: str
    heading: str
    body: Block
    annotations: tuple[Annotation, ...] = ()


class Import(Statement, frozen=True, kw_only=True, gc=False):
    """`import static a.b.* as c`, or `package a.b`: `word` says which."""

    path: str
    word: str = "import"
    static: bool = False
    alias: str | None = None
    annotations: tuple[Annotation, ...] = ()


class Opaque(Statement, frozen=True, kw_only=True, gc=False):
    """Text that was not understood, which an error said; it reaches to the next statement."""

    text: str


class Script(Struct, frozen=True, kw_only=True):
    """A whole file."""

    source: Source
    body: Block
    shebang: str = ""  # the first line, when it begins with `#!`


def plain(expr: Expr) -> Expr:
    """Return an expression without the parentheses around it."""
    while isinstance(expr, Parentheses):
        expr = expr.value
    return expr


def string(value: str, *, quote: Quote = Quote.SINGLE, span: Span = NOWHERE) -> String:
    """Return a constant text."""
    parts = (Text(value=value, span=span),) if value else ()
    return String(parts=parts, quote=quote, span=span)


_PLAIN = (str, str | None, bool, Quote)  # kinds of values that are no nodes


@cache
def _fields(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a class that may hold nodes."""
    kinds: dict[str, object] = {}
    for base in reversed(kind.__mro__):
        kinds |= vars(base).get("__annotations__", {})
    names = (name for name in kind.__struct_fields__ if name not in ("span", "comments"))
    return tuple(name for name in names if kinds[name] not in _PLAIN)


def children(node: Node) -> list[Node]:
    """Return the nodes directly below one, in the order of its fields."""
    found: list[Node] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        if type(value) is tuple:
            if value:
                found += [one for one in value if isinstance(one, Node)]
        elif isinstance(value, Node):
            found.append(value)
    return found


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, each before its children."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(children(one))
