"""Operands: names, texts, lists, maps, closures, what is in parentheses."""

from ciconv.source import Span
from ciconv.syntax.groovy.cursor import Cursor, shown
from ciconv.syntax.groovy.lexer import Token, tokenize
from ciconv.syntax.groovy.texts import WORDS, read_string
from ciconv.syntax.groovy.tree import (
    Argument,
    Block,
    Closure,
    Constant,
    Expr,
    Expression,
    ListLiteral,
    MapLiteral,
    Name,
    New,
    Parameter,
    Parentheses,
    String,
)

# words that no value begins with
NO_OPERAND = frozenset(
    (
        *("in", "instanceof", "as", "else", "catch", "finally", "case", "default"),
        *("extends", "implements"),
    )
)
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
PRIMITIVES = frozenset(
    ("boolean", "byte", "char", "double", "float", "int", "long", "short", "void")
)


class Operands(Cursor):
    """Reads operands; expressions and statements inside them are read by subclasses."""

    def block_until(self, closing: str) -> Block:
        """Read statements up to a sign, which is not taken."""
        raise NotImplementedError

    def expression(self) -> Expr:
        """Read an expression."""
        raise NotImplementedError

    def command(self) -> Expr:
        """Read an expression that may be a call without parentheses, or assign one."""
        raise NotImplementedError

    def type_name(self) -> str:
        """Read a type: `a.b.C<D>[]`, as text."""
        start = self.token.start
        if self.token.kind != "name":
            self.fail(f"a type has to stand before {shown(self.token)}")
        self.advance()
        while self.comes(".") and self.peek().kind == "name":
            self.advance()
            self.advance()
        if self.comes("<"):
            self.type_arguments()
        while self.comes("[") and self.peek().text == "]":
            self.advance()
            self.advance()
        return self.source.text[start : self.end]

    def type_arguments(self) -> None:
        level = 0
        while True:
            if self.comes("<"):
                level += 1
            elif self.comes(">"):
                level -= 1
            elif self.token.kind != "name" and self.token.text not in (",", ".", "?", "[", "]"):
                self.fail(f"a type cannot hold {shown(self.token)}")
            self.advance()
            if not level:
                return

    def primary(self) -> Expr:
        token = self.token
        kind = token.kind
        if kind == "name":
            return self._word()
        if kind == "string":
            return read_string(self.source, self.advance(), self._code)
        if kind == "number":
            self.advance()
            return Constant(span=self.span(token.start), value=_number(token.text), text=token.text)
        if token.text == "(":
            return self.parentheses()
        if token.text == "[":
            return self._literal()
        if token.text == "{":
            return self.closure()
        self.fail(f"a value has to stand before {shown(token)}")

    def string(self) -> String:
        """Read a text."""
        return read_string(self.source, self.advance(), self._code)

    def _code(self, start: int, end: int) -> Expr:
        """Read what stands between `${` and `}`."""
        inside = type(self)(self.source, tokenize(self.source.text, start, end, 1), self.depth)
        if inside.comes("->"):
            inside.advance()
        body = inside.block_until("")
        self.faults += inside.faults
        if len(body.statements) == 1 and isinstance(body.statements[0], Expression):
            return body.statements[0].value
        span = self.source.span(start, end)
        return Closure(span=span, body=body) if body.statements else Constant(span=span, value=None)

    def _word(self) -> Expr:
        token = self.advance()
        word = token.text
        if word not in WORDS:
            return Name(span=Span(self.source, token.start, token.end), name=word)
        if token.text in CONSTANTS:
            span = self.span(token.start)
            return Constant(span=span, value=CONSTANTS[token.text], text=token.text)
        if token.text == "new":
            return self._new(token)
        if token.text in NO_OPERAND:
            self.fail(f"a value has to stand before {shown(token)}", token)
        return Name(span=self.span(token.start), name=token.text)

    def _new(self, token: Token) -> Expr:
        type_ = self.type_name()
        arguments: tuple[Argument, ...] = ()
        body = None
        if self.comes("("):
            arguments = self.arguments()
        elif self.comes("["):
            sizes = []
            while self.take("["):
                sizes.append(Argument(value=self.expression()))
                self.expect("]", "the size of an array")
            arguments = tuple(sizes)
        if self.comes("{") and not type_.endswith("]"):
            body = self.closure().body
        return New(span=self.span(token.start), type=type_, arguments=arguments, body=body)

    def parentheses(self) -> Expr:
        token = self.advance()
        value = self.command()
        self.expect(")", "the parenthesis")
        return Parentheses(span=self.span(token.start), value=value)

    def _literal(self) -> Expr:
        token = self.advance()
        if self.comes(":") and self.peek().text == "]":
            self.advance()
            self.advance()
            return MapLiteral(span=self.span(token.start))
        items = self.items("]", "the list")
        span = self.span(token.start)
        if items and all(_is_entry(item) for item in items):
            return MapLiteral(span=span, entries=items)
        return ListLiteral(span=span, items=items)

    def items(self, closing: str, what: str) -> tuple[Argument, ...]:
        """Read items between commas up to the closing sign, which is taken."""
        found = []
        while self.token.text != closing:
            found.append(self.argument())
            if self.token.text != ",":
                break
            while self.take(","):  # Groovy 2.4 reads over commas that divide nothing
                pass
        if self.token.text != closing:
            self.fail(f"{what} needs ',' or {closing!r} before {shown(self.token)}")
        self.advance()
        return tuple(found)

    def argument(self) -> Argument:
        """Read one argument, item or entry."""
        token = self.token
        if token.text == "*" and self.take("*"):
            if self.take(":"):
                value = self.expression()
                return Argument(span=self.span(token.start), value=value, spread=True, key=value)
            return Argument(value=self.expression(), span=self.span(token.start), spread=True)
        if self.tokens[self.at + 1].text == ":" and token.kind in ("name", "number"):
            self.advance()
            self.advance()
            self.skip_newlines()
            value = self.expression()
            span = Span(self.source, token.start, self.end)
            return Argument(span=span, value=value, name=token.text)
        key = self.expression()
        if self.token.text != ":":
            return Argument(span=key.span, value=key)
        self.advance()
        self.skip_newlines()
        name = key.constant if isinstance(key, String) else None
        value = self.expression()
        return Argument(span=self.span(token.start), value=value, name=name, key=key)

    def arguments(self) -> tuple[Argument, ...]:
        """Read `(…)` behind what is called."""
        self.expect("(", "a call")
        return distinct(self.items(")", "the call"), self.faults)

    def closure(self) -> Closure:
        """Read `{ parameters -> statements }`."""
        token = self.advance()
        parameters = self._closure_parameters() if self.arrows else None
        body = self.block_until("}")
        if not self.take("}"):
            self.faults.append((token.start, token.end, "the brace is not closed"))
        span = Span(self.source, token.start, self.end)
        return Closure(span=span, body=body, parameters=parameters)

    def _closure_parameters(self) -> tuple[Parameter, ...] | None:
        """Read what stands before an arrow; None, and nothing read, when there is none."""
        if not self.has_arrow():
            return None
        self.skip_newlines()
        found = []
        while not self.comes("->"):
            found.append(self.parameter())
            self.skip_newlines()
            if not self.take(","):
                break
            self.skip_newlines()
        self.skip_newlines()
        self.expect("->", "the parameters of a closure")
        return tuple(found)

    def has_arrow(self) -> bool:
        level, at = 0, self.at
        while True:
            token = self.tokens[at]
            if token.kind == "op":
                if token.text == "->":
                    return level == 0
                level += (token.text in ("(", "[")) - (token.text in (")", "]"))
                if token.text in ("{", "}", ";") or level < 0:
                    return False
            elif token.kind in ("end", "wrong") or (token.kind == "newline" and at > self.at):
                return False
            at += 1

    def parameter(self) -> Parameter:
        """Read one parameter: `name`, `Type name`, `def name = value`."""
        start = self.token.start
        while self.token.text in ("final", "def") and self.peek().kind == "name":
            self.advance()
        type_ = ""
        ahead = self.peek()
        if (ahead.kind == "name" and ahead.text != "in") or ahead.text in ("<", ".", "[", "..."):
            type_ = self.type_name()
            if self.take("..."):
                type_ += "..."
        if self.token.kind != "name":
            self.fail(f"a name has to stand before {shown(self.token)}")
        name = self.advance().text
        default = self.expression() if self.take("=") else None
        return Parameter(span=self.span(start), name=name, type=type_, default=default)


def distinct(
    arguments: tuple[Argument, ...], faults: list[tuple[int, int, str]]
) -> tuple[Argument, ...]:
    """Return the arguments, and note those named like an earlier one: Groovy takes no such call."""
    if len(arguments) < 2:
        return arguments
    seen: set[str] = set()
    for one in arguments:
        if one.name is not None and one.name in seen:
            span = one.span
            message = f"the argument {one.name!r} is given twice"
            faults.append((span.start_offset, span.end_offset, message))
        seen.add(one.name or "")
    return arguments


def _is_entry(item: Argument) -> bool:
    return item.name is not None or item.key is not None


def _number(text: str) -> int | float:
    digits = text.replace("_", "").rstrip("LlGgIi")[:400]  # more digits than anybody writes
    if digits[:2] in ("0x", "0X"):
        return int(digits, 16)
    if digits[:2] in ("0b", "0B"):
        return int(digits, 2)
    digits = digits.rstrip("FfDd")
    if digits.isdigit():
        octal = len(digits) > 1 and digits[0] == "0" and not set(digits) & {"8", "9"}
        return int(digits, 8) if octal else int(digits)
    return float(digits)
