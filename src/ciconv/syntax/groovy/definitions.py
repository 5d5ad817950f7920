"""Declarations of variables, methods and classes; imports and annotations."""

from ciconv.syntax.groovy.cursor import Fault, shown
from ciconv.syntax.groovy.expressions import Expressions
from ciconv.syntax.groovy.lexer import Token
from ciconv.syntax.groovy.operands import PRIMITIVES
from ciconv.syntax.groovy.tree import (
    Annotation,
    Argument,
    Block,
    Declaration,
    Expr,
    Expression,
    Import,
    Method,
    Name,
    Parameter,
    Statement,
    TypeDefinition,
)

MODIFIERS = frozenset(
    (
        "def", "final", "static", "public", "private", "protected", "abstract", "transient",
        "volatile", "synchronized", "native", "strictfp", "var",
    )
)  # fmt: skip
_TYPE_WORDS = frozenset(("class", "interface", "trait", "enum"))
_BEGINS = MODIFIERS | _TYPE_WORDS | PRIMITIVES
_BEHIND_TYPE = frozenset(("<", "[", "("))  # besides the name of what has this type


class Definitions(Expressions):
    """Reads what begins with a type, a modifier or an annotation."""

    def braces(self) -> Block:
        """Read `{ statements }`."""
        raise NotImplementedError

    def statement(self) -> Statement:
        """Read one statement."""
        raise NotImplementedError

    def may_define(self) -> bool:
        """Whether a declaration can begin with the word here: most words are those of steps."""
        word, ahead = self.token.text, self.tokens[self.at + 1]
        if word in _BEGINS or ahead.text == ".":
            return True
        return not word[0].islower() and (ahead.kind == "name" or ahead.text in _BEHIND_TYPE)

    def definition(
        self, annotations: tuple[Annotation, ...] = (), begin: Token | None = None
    ) -> Statement | None:
        """Read a declaration, None when none begins here."""
        at, start = self.at, (begin or self.token).start
        modifiers, further = self._modifiers()
        annotations = (*annotations, *further)
        if self.token.text in _TYPE_WORDS and self.peek().kind == "name":
            return self._type(start, annotations)
        if modifiers and self.comes("("):
            return self.unpacking(start, modifiers)
        type_ = self._declared_type(bool(modifiers))
        if self.token.kind == "name" and (modifiers or type_):
            return self._named(start, type_, modifiers, annotations)
        if self.token.kind == "string" and modifiers and self.peek().text == "(":
            return self._method(start, type_, modifiers, annotations)
        self.move(at)
        if modifiers or annotations:
            self._modifiers()
        if self._is_constructor(bool(modifiers or annotations)):
            return self._method(start, "", (), annotations)
        return None

    def _modifiers(self) -> tuple[tuple[str, ...], tuple[Annotation, ...]]:
        """Read modifiers, annotations among them, and the type parameters of a method."""
        found: list[str] = []
        annotations: list[Annotation] = []
        while self.token.kind == "name" and self.token.text in MODIFIERS:
            ahead = self.peek()
            if ahead.text in ("@", "<"):
                found.append(self.advance().text)
                while self.comes("@"):
                    annotations.append(self._annotation())
                if self.comes("<"):
                    self.type_arguments()
                continue
            # a variable may be called like one of the words that Groovy does not reserve
            if ahead.kind not in ("name", "string") and ahead.text != "(":
                break
            if ahead.text == "(" and self.token.text != "def":
                break
            found.append(self.advance().text)
        return tuple(found), tuple(annotations)

    def _declared_type(self, has_modifier: bool) -> str:
        """Read the type before a name; nothing is read, and empty, when there is none."""
        at = self.at
        if not self._may_be_type(has_modifier):
            return ""
        faults = len(self.faults)
        try:
            type_ = self.type_name()
        except Fault:
            self.move(at)
            del self.faults[faults:]
            return ""
        if self.token.kind in ("name", "string") and self.token.text not in (
            "in",
            "as",
            "instanceof",
        ):
            return type_
        self.move(at)
        return ""

    def _may_be_type(self, has_modifier: bool) -> bool:
        token = self.token
        if token.kind != "name" or token.text in ("new", "return", "in", "as"):
            return False
        if has_modifier:
            return self.peek().kind == "name" or self.peek().text in ("<", ".", "[")
        if token.text in PRIMITIVES:
            return True
        at = 1  # a.b.C name: the last of the names is that of a class
        while self.peek(at).text == "." and self.peek(at + 1).kind == "name":
            at += 2
        return self.peek(at - 1).text[:1].isupper() and self.peek(at).text != ":"

    def _named(
        self,
        start: int,
        type_: str,
        modifiers: tuple[str, ...],
        annotations: tuple[Annotation, ...],
    ) -> Statement:
        if self.peek().text == "(" and self.peek().kind == "op":
            return self._method(start, type_, modifiers, annotations)
        targets = [self._target()]
        value = self._assigned()
        while self.take(","):
            self.skip_newlines()
            targets.append(self._target())
            value = self._assigned() or value
        return Declaration(
            span=self.span(start),
            targets=tuple(targets),
            value=value,
            type=type_,
            modifiers=modifiers,
            annotations=annotations,
        )

    def _target(self) -> Parameter:
        token = self.advance()
        if token.kind != "name":
            self.fail(f"a name has to stand instead of {shown(token)}", token)
        return Parameter(span=self.span(token.start), name=token.text)

    def _assigned(self) -> Expr | None:
        if not self.take("="):
            return None
        self.skip_newlines()
        return self.command()

    def unpacking(self, start: int, modifiers: tuple[str, ...]) -> Statement:
        """Read `(a, b) = list`, which gives each name one value."""
        self.advance()
        targets = []
        while not self.comes(")"):
            targets.append(self.parameter())
            if not self.take(","):
                break
        self.expect(")", "the list of names")
        return Declaration(
            span=self.span(start),
            targets=tuple(targets),
            value=self._assigned(),
            modifiers=modifiers,
            unpacks=True,
        )

    def _is_constructor(self, is_marked: bool) -> bool:
        """Whether `Name(…) {` stands here, a constructor and no call with a closure."""
        if self.token.kind != "name" or not self.token.text[:1].isupper():
            return False
        if self.peek().text != "(":
            return False
        level, at = 0, self.at + 1
        while self.tokens[at].kind != "end":
            text = self.tokens[at].text if self.tokens[at].kind == "op" else ""
            level += (text == "(") - (text == ")")
            if not level:
                # a call of a step with a closure looks the same: a parameter has a type
                inside = self.tokens[self.at + 2 : at]
                typed = any(
                    a.kind == b.kind == "name" for a, b in zip(inside, inside[1:], strict=False)
                )
                return (typed or is_marked) and self.tokens[at + 1].text == "{"
            at += 1
        return False

    def _method(
        self,
        start: int,
        type_: str,
        modifiers: tuple[str, ...],
        annotations: tuple[Annotation, ...],
    ) -> Statement:
        token = self.advance()
        self.expect("(", "the method")
        parameters = []
        while not self.comes(")"):
            while self.comes("@"):
                self._annotation()
            parameters.append(self.parameter())
            if not self.take(","):
                break
        self.expect(")", "the method")
        if self.behind_newlines().text == "throws":
            self.skip_newlines()
            self.advance()
            self.type_name()
            while self.take(","):
                self.type_name()
        body = Block(span=self.span(start))
        if self.behind_newlines().text == "{":
            self.skip_newlines()
            body = self.braces()
        return Method(
            span=self.span(start),
            name=token.text.strip("'\""),
            parameters=tuple(parameters),
            body=body,
            type=type_,
            modifiers=modifiers,
            annotations=annotations,
        )

    def _type(self, start: int, annotations: tuple[Annotation, ...]) -> Statement:
        word = self.advance().text
        name = self.advance().text
        while not self.comes("{") and self.token.kind != "end":
            self.advance()
        heading = self.source.text[start : self.end]
        body = self._enum_body() if word == "enum" else self.braces()
        return TypeDefinition(
            span=self.span(start),
            word=word,
            name=name,
            heading=heading,
            body=body,
            annotations=annotations,
        )

    def _enum_body(self) -> Block:
        """Read the constants of an enumeration as names, and what follows them."""
        start = self.token.start
        self.expect("{", "'enum'")
        found: list[Statement] = []
        self.skip_newlines()
        while self.token.kind == "name" and self.peek().text in (",", "(", "}", ";", "\n", "\r\n"):
            value = self.expression()
            found.append(Expression(span=value.span, value=value))
            self.skip_newlines()
            if not self.take(","):
                break
            self.skip_newlines()
        rest = self.block_until("}")
        self.expect("}", "'enum'")
        return Block(
            span=self.span(start),
            statements=(*found, *rest.statements),
            trailing=rest.trailing,
        )

    def annotated(self) -> Statement:
        """Read annotations and what they stand at; `@Library('x') _` declares a variable."""
        begin = self.token
        found = []
        while self.comes("@"):
            found.append(self._annotation())
            self.skip_newlines()
        annotations = tuple(found)
        if self.token.kind in ("name", "string"):
            if self.token.text in ("import", "package"):
                return self.imported(annotations, begin)
            definition = self.definition(annotations, begin)
            if definition is not None:
                return definition
            if self.token.text == "_" or self.peek().text == "=":
                return self._named(begin.start, "", (), annotations)
            if self.peek().kind in ("newline", "end"):
                return self._named(begin.start, "", (), annotations)
        return self._alone(begin.start, annotations)

    def _alone(self, start: int, annotations: tuple[Annotation, ...]) -> Statement:
        """What annotations stand at when that is no declaration; they are kept with a name."""
        if self.token.kind == "end" or self.comes("}"):
            self.fail("an annotation stands at nothing")
        statement = self.statement()
        if isinstance(statement, Expression) and isinstance(statement.value, Name):
            return statement
        self.faults.append(
            (start, statement.span.start_offset, "an annotation stands at no declaration")
        )
        return statement

    def _annotation(self) -> Annotation:
        start = self.advance().start
        name = self.type_name()
        arguments: tuple[Argument, ...] = ()
        if self.comes("("):
            arguments = self.arguments()
        return Annotation(span=self.span(start), name=name, arguments=arguments)

    def imported(
        self, annotations: tuple[Annotation, ...] = (), begin: Token | None = None
    ) -> Statement:
        """Read `import …` or `package …`."""
        word = self.advance()
        start = (begin or word).start
        static = self.take("static")
        first = self.token.start
        while self.token.kind == "name" or self.token.text in (".", "*", "*."):
            if self.comes("as"):
                break
            self.advance()
        path = self.source.text[first : self.end]
        alias = self.advance().text if self.take("as") else None
        return Import(
            span=self.span(start),
            path=path,
            word=word.text,
            static=static,
            alias=alias,
            annotations=annotations,
        )
