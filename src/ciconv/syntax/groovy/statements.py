"""Statements: what stands on the lines of a script, a closure or a class."""

from collections.abc import Callable

from msgspec.structs import replace

from ciconv.syntax.groovy.cursor import MAX_DEPTH, Fault, TooDeep, shown
from ciconv.syntax.groovy.definitions import Definitions
from ciconv.syntax.groovy.tree import (
    Assert,
    Block,
    Case,
    Catch,
    Expr,
    Expression,
    For,
    ForIn,
    If,
    Jump,
    Label,
    Opaque,
    Parameter,
    Scope,
    Statement,
    Switch,
    Try,
    While,
)

_END_STATEMENT = frozenset((";", "}", ""))


class Statements(Definitions):
    """Reads blocks of statements; a fault costs one statement, not the file."""

    def block_until(self, closing: str) -> Block:
        """Read statements up to a sign, which is not taken, or to the end."""
        start = self.token.start
        found: list[Statement] = []
        while True:
            token = self.token
            while token.kind == "newline" or token.text == ";":
                self.advance()
                token = self.token
            if token.text == closing or token.kind == "end":
                break
            if closing == "case" and (token.text == "}" or self._starts_case()):
                break
            found.append(self._recovering())
        trailing = self.remarks(self.at) if self.remark_at <= self.at else ()
        return Block(span=self.span(start), statements=tuple(found), trailing=trailing)

    def _recovering(self) -> Statement:
        """Read a statement; when that fails, skip to the next one and keep the text."""
        first, depth = self.at, self.depth
        above = self.remarks(first) if self.remark_at <= first else ()
        try:
            statement = self.statement()
            if self.token.text not in _END_STATEMENT and self.token.kind != "newline":
                self._check_end()
        except TooDeep:
            raise
        except Fault as fault:
            if fault.message:
                self.faults.append((fault.start, fault.end, fault.message))
            self.depth = depth
            self._skip_statement(first)
            span = self.span(self.tokens[first].start)
            return Opaque(span=span, text=span.text, comments=above)
        self.depth = depth
        if self.remark_at > self.at and not above:
            return statement
        comments = (*above, *self.remarks(self.at - 1), *self.inline_remarks())
        return replace(statement, comments=comments) if comments else statement

    def _check_end(self) -> None:
        token = self.token
        if self.at and self.tokens[self.at - 1].text == "}":
            return  # `} else …` of nobody, or a block with something behind it
        self.fail(f"a statement ends before {shown(token)}")

    def _skip_statement(self, first: int) -> None:
        """Go to the end of the statement that began with a token, brackets observed."""
        at, level = first, 0
        while True:
            token = self.tokens[at]
            if token.kind == "end":
                break
            if token.kind == "op" and token.text in ("(", "[", "{"):
                level += 1
            elif token.kind == "op" and token.text in (")", "]", "}"):
                if not level and at > first:
                    break
                level -= level > 0
            elif token.kind == "newline" and not level and at > first:
                break
            at += 1
        self.move(max(at, first + 1) if self.tokens[first].kind != "end" else first)

    def statement(self) -> Statement:
        """Read one statement."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep()
        token = self.token
        if token.kind == "name":
            ahead = self.tokens[self.at + 1]
            if token.text in _KEYWORDS and ahead.text not in (".", "=", ","):
                return _KEYWORDS[token.text](self)
            if ahead.text == ":":
                return self._label()
            if self.may_define():
                definition = self.definition()
                if definition is not None:
                    return definition
        elif token.text == "@":
            return self.annotated()
        elif token.text == "(" and self._gives_several():
            return self.unpacking(token.start, ())
        elif token.text == "{" and not self._is_closure():
            body = self.braces()
            return Scope(span=self.span(token.start), body=body)
        value = self.command()
        return Expression(span=value.span, value=value)

    def _gives_several(self) -> bool:
        """Whether `(a, b) =` stands here, which gives values to variables that are there."""
        at = self.at + 1
        while self.tokens[at].kind == "name" and self.tokens[at + 1].text == ",":
            at += 2
        words = [one.text for one in self.tokens[at + 1 : at + 3]]
        return at > self.at + 1 and self.tokens[at].kind == "name" and words == [")", "="]

    def _is_closure(self) -> bool:
        """Whether the brace here opens a closure with parameters."""
        at = self.at
        self.advance()
        has_arrow = self.has_arrow()
        self.move(at)
        return has_arrow

    def _label(self) -> Statement:
        token = self.advance()
        self.advance()
        self.skip_newlines()
        statement = self.statement()
        return Label(span=self.span(token.start), name=token.text, statement=statement)

    def braces(self) -> Block:
        """Read `{ statements }`."""
        token = self.expect("{", "the block")
        body = self.block_until("}")
        if not self.take("}"):
            self.faults.append((token.start, token.end, "the brace is not closed"))
        return Block(
            span=self.span(token.start), statements=body.statements, trailing=body.trailing
        )

    def _body(self) -> Block:
        """Read what follows a condition: a block, or a lone statement."""
        self.skip_newlines()
        if self.comes("{"):
            return self.braces()
        start = self.token.start
        if self.comes(";"):
            return Block(span=self.span(start))
        statement = self._recovering()
        return Block(span=self.span(start), statements=(statement,))

    def _if(self) -> Statement:
        start = self.advance().start
        condition = self._condition()
        then = self._body()
        otherwise = None
        at = self.at
        while self.token.kind == "newline" or self.comes(";"):
            self.advance()
        if self.comes("else"):
            self.advance()
            otherwise = self._body()
        else:
            self.move(at)
        return If(span=self.span(start), condition=condition, then=then, otherwise=otherwise)

    def _condition(self) -> Expr:
        self.skip_newlines()
        self.expect("(", "the condition")
        condition = self.expression()
        self.expect(")", "the condition")
        return condition

    def _while(self) -> Statement:
        start = self.advance().start
        condition = self._condition()
        body = self._body()
        return While(span=self.span(start), condition=condition, body=body)

    def _for(self) -> Statement:
        start = self.advance().start
        self.expect("(", "'for'")
        at = self.at
        each = self._each()
        if each is not None:
            values = self.expression()
            self.expect(")", "'for'")
            body = self._body()
            return ForIn(span=self.span(start), variable=each, values=values, body=body)
        self.move(at)
        return self._counting(start)

    def _each(self) -> Parameter | None:
        """Read `variable in`, None when the loop is of the other kind."""
        try:
            variable = self.parameter()
        except Fault:
            return None
        return variable if self.take("in") or self.take(":") else None

    def _counting(self, start: int) -> Statement:
        first: list[Statement] = []
        while not self.comes(";"):
            first.append(self.statement())
            if not self.take(","):
                break
        self.expect(";", "'for'")
        condition = None if self.comes(";") else self.expression()
        self.expect(";", "'for'")
        step = []
        while not self.comes(")"):
            step.append(self.expression())
            if not self.take(","):
                break
        self.expect(")", "'for'")
        body = self._body()
        return For(
            span=self.span(start),
            start=tuple(first),
            condition=condition,
            step=tuple(step),
            body=body,
        )

    def _try(self) -> Statement:
        start = self.advance().start
        self.skip_newlines()
        body = self.braces()
        catches = []
        finally_ = None
        while self.behind_newlines().text in ("catch", "finally"):
            self.skip_newlines()
            if self.take("finally"):
                self.skip_newlines()
                finally_ = self.braces()
                break
            catches.append(self._catch())
        span = self.span(start)
        return Try(span=span, body=body, catches=tuple(catches), finally_=finally_)

    def _catch(self) -> Catch:
        start = self.advance().start
        self.expect("(", "'catch'")
        self.take("final")
        types = []
        if self.peek().text != ")":
            types.append(self.type_name())
            while self.take("|"):
                types.append(self.type_name())
        name = self.advance().text
        self.expect(")", "'catch'")
        self.skip_newlines()
        body = self.braces()
        return Catch(span=self.span(start), name=name, types=tuple(types), body=body)

    def _switch(self) -> Statement:
        start = self.advance().start
        subject = self._condition()
        self.skip_newlines()
        self.expect("{", "'switch'")
        cases = []
        self.skip_newlines()
        while self._starts_case():
            cases.append(self._case())
        self.skip_newlines()
        self.expect("}", "'switch'")
        return Switch(span=self.span(start), subject=subject, cases=tuple(cases))

    def _starts_case(self) -> bool:
        default = self.comes("default") and self.peek().text == ":"
        return default or self.comes("case")

    def _case(self) -> Case:
        word = self.advance()
        value = None if word.text == "default" else self.expression()
        self.expect(":", "'case'")
        body = self.block_until("case")
        return Case(span=self.span(word.start), value=value, body=body)

    def _jump(self) -> Statement:
        word = self.advance()
        nothing = self.token.kind in ("newline", "end") or self.token.text in (";", "}")
        value = None if nothing else self.command()
        return Jump(span=self.span(word.start), word=word.text, value=value)

    def _assert(self) -> Statement:
        start = self.advance().start
        condition = self.expression()
        message = None
        if self.take(":") or self.take(","):
            message = self.expression()
        return Assert(span=self.span(start), condition=condition, message=message)

    def _guarded(self) -> Statement:
        """Read `static { }` or `synchronized (x) { }`; anything else is a declaration."""
        word = self.token
        if word.text == "static" and self.peek().text != "{":
            found = self.definition()
            return found if found is not None else self.fail("a declaration is incomplete")
        self.advance()
        if self.comes("("):
            self._condition()
        body = self._body()
        return Scope(span=self.span(word.start), body=body, word=word.text)


_KEYWORDS: dict[str, Callable[[Statements], Statement]] = {
    "if": Statements._if,
    "while": Statements._while,
    "for": Statements._for,
    "try": Statements._try,
    "switch": Statements._switch,
    "return": Statements._jump,
    "throw": Statements._jump,
    "break": Statements._jump,
    "continue": Statements._jump,
    "assert": Statements._assert,
    "static": Statements._guarded,
    "synchronized": Statements._guarded,
    "import": Statements.imported,
    "package": Statements.imported,
}
