"""Short ways to make parts of a tree that a writer needs."""

from ciconv.source import Comment
from ciconv.syntax.groovy.quote import literal
from ciconv.syntax.groovy.tree import (
    Argument,
    Block,
    Call,
    Closure,
    Constant,
    Expr,
    Expression,
    ListLiteral,
    Name,
    Property,
    Quote,
    Statement,
    String,
    Text,
)


class Script(String, frozen=True, kw_only=True, gc=False):
    """The text of a shell script, which is indented like the code around it where it may be."""


def script(text: str) -> String:
    """Return the text of a shell script; one of a single line is like any other text."""
    if "\n" not in text:
        return literal(text)
    return Script(parts=(Text(value=text),), quote=Quote.TRIPLE_SINGLE)


def value(given: "Expr | str | int | bool") -> Expr:
    """Return a literal; an expression is one already."""
    if isinstance(given, Expr):
        return given
    if isinstance(given, str):
        return literal(given)
    return Constant(value=given, text=str(given).lower() if isinstance(given, bool) else str(given))


def call(
    name: str, /, *arguments: "Expr | str | int | bool", **named: "Expr | str | int | bool"
) -> Call:
    """Return `name(arguments, named: value)`; without parentheses it is `bare` that makes it."""
    given = (
        *(Argument(value=value(one)) for one in arguments),
        *(Argument(value=value(one), name=key) for key, one in named.items()),
    )
    return Call(function=Name(name=name), arguments=given)


def bare(
    name: str, /, *arguments: "Expr | str | int | bool", **named: "Expr | str | int | bool"
) -> Call:
    """Return `name arguments, named: value`, as steps are written."""
    made = call(name, *arguments, **named)
    return Call(function=made.function, arguments=made.arguments, parentheses=False)


def block(
    head: "Call | str", statements: tuple[Statement, ...], trailing: tuple[Comment, ...] = ()
) -> Call:
    """Return `head { statements }`."""
    made = Call(function=Name(name=head), parentheses=False) if isinstance(head, str) else head
    closure = Closure(body=Block(statements=statements, trailing=trailing))
    return Call(
        function=made.function,
        arguments=made.arguments,
        closures=(*made.closures, closure),
        parentheses=bool(made.arguments),
    )


def statement(given: Expr, comments: tuple[Comment, ...] = ()) -> Expression:
    """Return an expression as a statement, with comments above it."""
    return Expression(value=given, comments=comments)


def listed(items: "tuple[Expr | str, ...]") -> ListLiteral:
    """Return `[items]`."""
    return ListLiteral(items=tuple(Argument(value=value(one)) for one in items))


def path(*names: str) -> Expr:
    """Return `a.b.c`."""
    found: Expr = Name(name=names[0])
    for name in names[1:]:
        found = Property(base=found, name=name)
    return found
