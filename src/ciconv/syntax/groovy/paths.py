"""What hangs on an operand: properties, indexes, calls, closures behind calls."""

from ciconv.syntax.groovy.cursor import MAX_CHAIN, TooDeep, shown
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


class Paths(Operands):
    """Reads paths."""

    def paths(self, value: Expr, start: int) -> Expr:
        """Read what hangs on an operand: `.name`, `[key]`, `(…)`, `{ … }`."""
        for _ in range(MAX_CHAIN):
            token = self.token
            if token.text not in _HANGS and token.kind != "newline":
                return value
            found = self._path(value, start)
            if found is None:
                return value
            value = found
        raise TooDeep(start, self.token.end, "the expression is too long")

    def _path(self, value: Expr, start: int) -> Expr | None:
        token = self.token
        if token.kind == "newline":
            return self._path_on_next_line(value, start)
        if token.kind != "op":
            return None
        if token.text in _DOTS:
            return self._property(value, start)
        if token.text == "[" and not (token.spaced and not is_callable(value)):
            return self._index(value, start)
        if token.text == "(" and (is_callable(value) or isinstance(value, Parentheses)):
            arguments = self.arguments()
            return Call(span=self.span(start), function=value, arguments=arguments)
        if token.text == "{" and _takes_closure(value):
            return self._with_closure(value, start)
        return None

    def _path_on_next_line(self, value: Expr, start: int) -> Expr | None:
        ahead = self.behind_newlines()
        if ahead.kind != "op":
            return None
        if ahead.text in (".", "?.", "*."):
            self.skip_newlines()
            return self._property(value, start)
        if (
            ahead.text == "{"
            and isinstance(value, Name | Property | Call)
            and not _has_closure(value)
        ):
            self.skip_newlines()
            return self._with_closure(value, start)
        return None

    def _property(self, value: Expr, start: int) -> Expr:
        op = self.advance().text
        self.skip_newlines()
        if self.token.kind == "string":
            name: str | String = self.string()
        elif self.token.kind == "name":
            name = self.advance().text
        elif self.is_op("("):
            found = self.parentheses()  # a name that is worked out
            inside = (Interpolation(span=found.span, value=found),)
            name = String(span=found.span, parts=inside, quote=Quote.DOUBLE)
        else:
            self.fail(f"a name has to stand before {shown(self.token)}")
        return Property(span=self.span(start), base=value, name=name, op=op)

    def _index(self, value: Expr, start: int) -> Expr:
        self.advance()
        keys = tuple(item.value for item in self.items("]", "the index"))
        return Index(span=self.span(start), base=value, keys=keys)

    def _with_closure(self, value: Expr, start: int) -> Expr:
        closure = self.closure()
        span = self.span(start)
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
    return isinstance(value, Name | Property | Call | Index)


def _takes_closure(value: Expr) -> bool:
    """Whether a brace on the same line is an argument: of a name, a property or a call."""
    if isinstance(value, Call):
        return value.parentheses or not value.arguments
    return isinstance(value, Name | Property | Index)


def _has_closure(value: Expr) -> bool:
    return isinstance(value, Call) and bool(value.closures)
