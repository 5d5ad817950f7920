"""What hangs on an operand: properties, indexes, calls, closures behind calls."""

from ciconv.source import Span
from ciconv.syntax.groovy.cursor import MAX_CHAIN, TooDeep, shown
from ciconv.syntax.groovy.lexer import Token
from ciconv.syntax.groovy.operands import Operands
from ciconv.syntax.groovy.tree import (
    Call,
    Expr,
    Index,
    Interpolation,
    Name,
    Parentheses,
    Property,
    Quote,
    String,
)

_DOTS = frozenset((".", "?.", "*.", ".&", ".@"))
_HANGS = _DOTS | {"[", "(", "{"}
_ON_NEXT_LINE = frozenset((".", "?.", "*.", "{"))
_CALLABLE = (Name, Property, Call, Index)
_BEFORE_BRACE = (Name, Property, Call)


class Paths(Operands):
    """Reads paths."""

    def paths(self, value: Expr, start: int) -> Expr:
        """Read what hangs on an operand: `.name`, `[key]`, `(…)`, `{ … }`."""
        length = 0
        while length < MAX_CHAIN:
            token = self.token
            if token.text in _HANGS:
                found = self._path(value, start, token)
            elif token.kind == "newline" and self.peek().text in _ON_NEXT_LINE:
                found = self._path_on_next_line(value, start)
            else:
                return value
            if found is None:
                return value
            value = found
            length += 1
        raise TooDeep(start, self.token.end, "the expression is too long")

    def _path(self, value: Expr, start: int, token: Token) -> Expr | None:
        sign = token.text
        if sign == "{":
            return self._with_closure(value, start) if _takes_closure(value) else None
        if sign == "(":
            if not isinstance(value, _CALLABLE) and not isinstance(value, Parentheses):
                return None
            arguments = self.arguments()
            span = Span(self.source, start, self.end)
            return Call(span=span, function=value, arguments=arguments)
        if sign == "[":
            apart = self.is_apart() and not isinstance(value, _CALLABLE)
            return None if apart else self._index(value, start)
        return self._property(value, start)

    def _path_on_next_line(self, value: Expr, start: int) -> Expr | None:
        if self.peek().text != "{":
            self.skip_newlines()
            return self._property(value, start)
        if isinstance(value, _BEFORE_BRACE) and not _has_closure(value):
            self.skip_newlines()
            return self._with_closure(value, start)
        return None

    def _property(self, value: Expr, start: int) -> Expr:
        op = self.advance().text
        self.skip_newlines()
        if self.token.kind == "name":
            name: str | String = self.advance().text
        elif self.token.kind == "string":
            name = self.string()
        elif self.comes("("):
            found = self.parentheses()  # a name that is worked out
            inside = (Interpolation(span=found.span, value=found),)
            name = String(span=found.span, parts=inside, quote=Quote.DOUBLE)
        else:
            self.fail(f"a name has to stand before {shown(self.token)}")
        return Property(span=Span(self.source, start, self.end), base=value, name=name, op=op)

    def _index(self, value: Expr, start: int) -> Expr:
        self.advance()
        keys = tuple(item.value for item in self.items("]", "the index"))
        return Index(span=self.span(start), base=value, keys=keys)

    def _with_closure(self, value: Expr, start: int) -> Expr:
        closure = self.closure()
        span = Span(self.source, start, self.end)
        if isinstance(value, Call):
            closures = (*value.closures, closure)
            return Call(
                span=span,
                function=value.function,
                arguments=value.arguments,
                closures=closures,
                parentheses=value.parentheses,
            )
        return Call(span=span, function=value, closures=(closure,), parentheses=False)


def is_callable(value: Expr) -> bool:
    """Return whether arguments may follow a value."""
    return isinstance(value, _CALLABLE)


def _takes_closure(value: Expr) -> bool:
    """Whether a brace on the same line is an argument: of a name, a property or a call."""
    if isinstance(value, Call):
        return value.parentheses or not value.arguments
    return isinstance(value, _CALLABLE)


def _has_closure(value: Expr) -> bool:
    return isinstance(value, Call) and bool(value.closures)
