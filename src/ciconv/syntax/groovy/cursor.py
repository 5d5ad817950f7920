"""A place among the tokens of a file, and what the parser says about it."""

from typing import NoReturn

from ciconv.source import Comment, Source, Span
from ciconv.syntax.groovy.lexer import Remark, Token, Tokens

MAX_DEPTH = 80  # expressions and statements inside each other
_AHEAD = 4  # tokens that are looked at behind the end
MAX_CHAIN = 400  # operators, calls or properties one behind the other


class Fault(Exception):
    """The text is not Groovy: where, and why. Caught where a statement begins."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start, self.end, self.message = start, end, message


class TooDeep(Fault):
    """The text is nested more deeply than anybody writes; the reading ends."""


class Cursor:
    """The tokens, the next one of them, and the faults found so far."""

    def __init__(self, source: Source, tokens: Tokens, depth: int = 0) -> None:
        self.source = source
        self.tokens = [*tokens.tokens, *tokens.tokens[-1:] * _AHEAD]
        self.faults: list[tuple[int, int, str]] = list(tokens.faults)
        self.at = 0
        self.token: Token = self.tokens[0]
        self.end = 0  # where the last token read ends, newlines apart
        self.depth = depth
        self.arrows = "->" in source.text
        self._remarks = tokens.remarks
        self._next_remark = 0
        self.remark_at = self._where()  # the token behind the next comment

    def advance(self) -> Token:
        """Return the next token and step behind it."""
        token = self.token
        if token.kind != "end":
            self.at += 1
            self.token = self.tokens[self.at]
            if token.kind != "newline":
                self.end = token.end
        return token

    def move(self, at: int) -> None:
        """Go to a token."""
        self.at = at
        self.token = self.tokens[at]
        if at > 0 and self.tokens[at - 1].kind == "newline":
            at -= 1
        self.end = self.tokens[at - 1].end if at else 0

    def peek(self, count: int = 1) -> Token:
        """Return a token further on; the end of the file is there several times."""
        return self.tokens[self.at + count]

    def is_apart(self, count: int = 0) -> bool:
        """Whether something stands between a token further on and the one before it."""
        at = self.at + count
        return at == 0 or self.tokens[at - 1].end < self.tokens[at].start

    def behind_newlines(self) -> Token:
        """Return the first token from here that is no newline."""
        return self.tokens[self.at + 1] if self.token.kind == "newline" else self.token

    def comes(self, text: str) -> bool:
        """Whether the next token is this sign or word."""
        return self.token.text == text

    def take(self, text: str) -> bool:
        """Step behind a sign or a word; return whether it was the next token."""
        if self.token.text != text:
            return False
        self.advance()
        return True

    def expect(self, text: str, where: str) -> Token:
        """Step behind a sign that has to stand here, and return it."""
        if self.token.text != text:
            self.fail(f"{where} needs {text!r} before {shown(self.token)}")
        return self.advance()

    def skip_newlines(self) -> None:
        """Step behind newlines."""
        if self.token.kind == "newline":
            self.advance()

    def span(self, start: int) -> Span:
        """Return the span from a place to the end of the last token read."""
        end = self.end
        return Span(self.source, start, end if end > start else start)

    def fail(self, message: str, token: Token | None = None) -> NoReturn:
        """Give up the statement."""
        token = token or self.token
        if token.kind == "wrong":  # which was said already
            message = ""
        raise Fault(token.start, token.end, message)

    def enter(self) -> None:
        """Go one level deeper; the caller takes it back from `depth`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep()

    def too_deep(self) -> NoReturn:
        """Give up the file."""
        raise TooDeep(self.token.start, self.token.end, "this is nested too deeply")

    def remarks(self, before: int) -> tuple[Comment, ...]:
        """Take the comments that stand before a token and nobody has taken yet."""
        found = []
        while self._next_remark < len(self._remarks):
            one = self._remarks[self._next_remark]
            if one.token > before:
                break
            self._next_remark += 1
            self.remark_at = self._where()
            found.append(self._comment(one))
        return tuple(found)

    def inline_remarks(self) -> tuple[Comment, ...]:
        """Take the comments on the line on which the last token read stands."""
        before = self.at if self.token.kind in ("newline", "end") or self.comes(";") else -1
        ahead = self._next_remark
        if ahead >= len(self._remarks) or self._remarks[ahead].token > before:
            return ()
        start = self._remarks[ahead].start
        if "\n" in self.source.text[self.end : start]:
            return ()
        self._next_remark += 1
        self.remark_at = self._where()
        return (self._comment(self._remarks[ahead]),)

    def _where(self) -> int:
        left = self._next_remark < len(self._remarks)
        return self._remarks[self._next_remark].token if left else len(self.tokens)

    def _comment(self, remark: Remark) -> Comment:
        start, end = remark.start, remark.end
        text = self.source.text[start:end]
        is_block = text.startswith("/*")
        body = _block_text(text).strip() if is_block else text[2:].removeprefix(" ")
        line = self.source.text.rfind("\n", 0, start) + 1
        inline = bool(self.source.text[line:start].strip())
        return Comment(body.rstrip(), Span(self.source, start, end), inline)


def _block_text(text: str) -> str:
    """What a `/* … */` says, without the stars that begin its lines."""
    lines = text[2:].removesuffix("*/").strip("*").splitlines()
    stripped = [
        line.strip().removeprefix("*").removeprefix(" ") if at else line.strip()
        for at, line in enumerate(lines)
    ]
    return "\n".join(stripped)


def shown(token: Token) -> str:
    """Return a token as messages name it."""
    if token.kind == "end":
        return "the end of the file"
    if token.kind == "newline":
        return "the end of the line"
    text = token.text.splitlines()[0]
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
