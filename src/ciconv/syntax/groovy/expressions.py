"""Expressions: a Pratt parser.

https://groovy-lang.org/operators.html#_operator_precedence
"""

from ciconv.source import Span
from ciconv.syntax.groovy.cursor import MAX_CHAIN, Fault, TooDeep
from ciconv.syntax.groovy.operands import NO_OPERAND, PRIMITIVES, distinct
from ciconv.syntax.groovy.paths import Paths, is_callable
from ciconv.syntax.groovy.texts import WORDS
from ciconv.syntax.groovy.tree import (
    Argument,
    Assignment,
    Binary,
    Call,
    Cast,
    Expr,
    Index,
    ListLiteral,
    Name,
    Property,
    Ternary,
    Unary,
    plain,
)

# how strongly infix operators bind
_STRENGTH = {
    "||": 3,
    "&&": 4,
    "|": 5,
    "^": 6,
    "&": 7,
    "=~": 8,
    "==~": 8,
    "==": 9,
    "!=": 9,
    "===": 9,
    "!==": 9,
    "<=>": 9,
    "<": 10,
    "<=": 10,
    ">": 10,
    ">=": 10,
    "in": 10,
    "instanceof": 10,
    "as": 10,
    "<<": 11,
    ">>": 11,
    ">>>": 11,
    "..": 11,
    "..<": 11,
    "+": 12,
    "-": 12,
    "*": 13,
    "/": 13,
    "%": 13,
    "**": 15,
}
_ASSIGNMENT, _CONDITIONAL, _UNARY = 1, 2, 14
_ASSIGNMENTS = frozenset(
    ("=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=")
)
_INFIX = _ASSIGNMENTS | _STRENGTH.keys() | {"?", "?:"}
_PREFIXES = frozenset(("!", "-", "+", "~", "++", "--"))
_BEGINS_ARGUMENT = frozenset(("!", "~", "[", "*:", "("))
_ASSIGNABLE = (Name, Property, Index, ListLiteral)
_ALONE = frozenset(("name", "string", "number"))  # operands of one token
_END_STATEMENT = frozenset((";", "}", ")", ""))
_ON_NEXT_LINE = frozenset((".", "?.", "*.", "{", "?", "?:"))  # what goes on there
_ENDS = frozenset((")", ",", "]", "}", ":", ";", ""))  # what no expression goes on with


class Expressions(Paths):
    """Reads expressions; what stands between braces is read by a subclass."""

    def expression(self, strength: int = _ASSIGNMENT) -> Expr:
        """Read an expression whose operators bind at least so strongly."""
        token = self.token
        if token.kind in _ALONE:  # as most are
            after = self.tokens[self.at + 1]
            if after.kind == "newline":
                after = self.tokens[self.at + 2]
                if after.text not in _ON_NEXT_LINE:
                    return self.primary()
            elif after.text in _ENDS:
                return self.primary()
        self.enter()
        left = self._operators(self._prefix(), token.start, strength)
        self.depth -= 1
        return left

    def _operators(self, left: Expr, start: int, strength: int) -> Expr:
        """Read what operators put behind an operand."""
        length = 0
        while length < MAX_CHAIN:
            token = self.token
            if token.text in _INFIX:
                found = self._infix(left, start, strength)
            elif token.kind == "newline" and strength <= _CONDITIONAL:
                found = self._conditional_on_next_line(left, start)
            else:
                return left
            if found is None:
                return left
            left = found
            length += 1
        raise TooDeep(start, self.token.end, "the expression is too long")

    def command(self) -> Expr:
        """Read an expression that may be a call without parentheses, or assign one."""
        token = self.token
        start = token.start
        if token.kind == "name" and token.text not in WORDS:  # as nearly all do
            name = self._word()
            if self.token.kind == "string":
                return self._given_text(name, start)
            self.enter()
            left = self._operators(self._hanging(name, start), start, _ASSIGNMENT)
            self.depth -= 1
        else:
            left = self.expression()
        if self.token.text in _END_STATEMENT or self.token.kind == "newline":
            return left
        if isinstance(left, Assignment) and self.starts_argument():
            value = self._command_calls(left.value)
            return Assignment(span=self.span(start), target=left.target, value=value, op=left.op)
        return self._command_calls(left)

    def _given_text(self, name: Expr, start: int) -> Expr:
        """Read `name 'text'` and what follows, as most steps are."""
        arguments = self._arguments_on_line()
        span = Span(self.source, start, self.end)
        call = Call(span=span, function=name, arguments=arguments, parentheses=False)
        token = self.token
        if token.kind == "newline" and self.tokens[self.at + 1].text not in _ON_NEXT_LINE:
            return call
        return self._command_calls(self.paths(call, start))

    def _command_calls(self, function: Expr) -> Expr:
        """Read arguments without parentheses behind a name, again and again: `a b c d`."""
        length = 0
        while length < MAX_CHAIN:
            length += 1
            if not (is_callable(function) and self.starts_argument()):
                return function
            start = function.span.start_offset
            if isinstance(function, Call):
                name = self.advance()
                function = Property(span=self.span(start), base=function, name=name.text)
                function = self.paths(function, start)
                continue
            arguments = self._arguments_on_line()
            span = Span(self.source, start, self.end)
            function = Call(span=span, function=function, arguments=arguments, parentheses=False)
            function = self.paths(function, start)
        raise TooDeep(self.token.start, self.token.end, "the expression is too long")

    def starts_argument(self) -> bool:
        """Whether the next token begins an argument of a call without parentheses."""
        kind = self.token.kind
        if kind == "name":
            return self.token.text not in NO_OPERAND
        if kind == "string" or kind == "number":
            return True
        return self.token.text in _BEGINS_ARGUMENT and self.is_apart()

    def _arguments_on_line(self) -> tuple[Argument, ...]:
        first = self.argument()
        if self.token.text != ",":
            return (first,)
        found = [first]
        while self.token.text == ",":
            self.advance()
            self.skip_newlines()
            found.append(self.argument())
        return distinct(tuple(found), self.faults)

    def _infix(self, left: Expr, start: int, strength: int) -> Expr | None:
        sign = self.token.text
        if sign in _ASSIGNMENTS:
            return self._assignment(left, start) if strength <= _ASSIGNMENT else None
        if sign in ("?", "?:"):
            return self._conditional(left, start) if strength <= _CONDITIONAL else None
        return self._binary(left, start, strength)

    def _conditional_on_next_line(self, left: Expr, start: int) -> Expr | None:
        if self.peek().text not in ("?", "?:"):
            return None
        self.skip_newlines()
        return self._conditional(left, start)

    def _conditional(self, left: Expr, start: int) -> Expr:
        elvis = self.advance().text == "?:"
        self.skip_newlines()
        yes = None
        if not elvis:
            yes = self.expression()
            self.skip_newlines()
            self.expect(":", "the choice behind '?'")
            self.skip_newlines()
        no = self.expression(_CONDITIONAL)
        return Ternary(span=self.span(start), condition=left, yes=yes, no=no)

    def _assignment(self, left: Expr, start: int) -> Expr:
        if not isinstance(plain(left), _ASSIGNABLE):
            span = left.span
            message = f"{span.text!r} is no variable, so nothing can be assigned to it"
            raise Fault(span.start_offset, span.end_offset, message)
        op = self.advance().text
        self.skip_newlines()
        value = self.expression()
        return Assignment(span=Span(self.source, start, self.end), target=left, value=value, op=op)

    def _binary(self, left: Expr, start: int, strength: int) -> Expr | None:
        op = self.token.text if self.token.text != ">" else self._shift()
        bound = _STRENGTH.get(op, 0)
        if bound < max(strength, 3):
            return None
        for _ in range(op.count(">") if op in (">>", ">>>") else 1):
            self.advance()
        self.skip_newlines()
        if op in ("as", "instanceof"):
            type_ = self.type_name()
            return Cast(span=self.span(start), value=left, type=type_, op=op)
        right = self.expression(bound + 1)
        return Binary(span=self.span(start), op=op, left=left, right=right)

    def _shift(self) -> str:
        """The operator here: `>>` comes as single signs, which may also end types."""
        op, at = ">", 1
        while self.peek(at).text == ">" and not self.is_apart(at) and at < 3:
            op, at = op + ">", at + 1
        return op

    def _prefix(self) -> Expr:
        token = self.token
        if token.kind == "op":
            if token.text in _PREFIXES:
                self.advance()
                operand = self.expression(_UNARY)
                return Unary(span=self.span(token.start), op=token.text, operand=operand)
            if token.text == "(" and (cast := self._cast()) is not None:
                return cast
        return self._hanging(self.primary(), token.start)

    def _hanging(self, value: Expr, start: int) -> Expr:
        """Read what hangs on an operand, a sign behind it included."""
        value = self.paths(value, start)
        if self.token.text in ("++", "--"):
            op = self.advance().text
            return Unary(span=self.span(start), op=op, operand=value, postfix=True)
        return value

    def _cast(self) -> Expr | None:
        """Read `(type) value`, None when it is no cast."""
        at, start = self.at, self.token.start
        self.advance()
        word = self.token
        if word.kind == "name" and (word.text in PRIMITIVES or word.text[:1].isupper()):
            type_ = self._type_in_parentheses()
            if type_ and self._starts_operand():
                value = self.expression(_UNARY)
                return Cast(span=self.span(start), value=value, type=type_, op="()")
        self.move(at)
        return None

    def _type_in_parentheses(self) -> str:
        try:
            type_ = self.type_name()
        except Fault:
            return ""
        return type_ if self.take(")") else ""

    def _starts_operand(self) -> bool:
        if self.token.kind == "op":
            return self.token.text in ("(", "[")
        return self.token.kind != "newline" and self.token.text not in (*NO_OPERAND, "")
