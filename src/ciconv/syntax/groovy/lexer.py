"""Groovy text → tokens, with the comments between them.

https://groovy-lang.org/syntax.html
"""

import re

from msgspec import Struct

MAX_NESTED_STRINGS = 16  # texts inside the `${…}` of texts


class Token(Struct, frozen=True, gc=False):
    """One token; its kind is name, number, string, op, newline, end or wrong.

    A newline is one only where it can end a statement: not between `(` and `)`, `[` and `]`; empty
    lines and comments behind it are none, so that no two of them stand in a row. No two
    kinds but name and op can have the same text.
    """

    kind: str
    text: str
    start: int
    end: int


class Remark(Struct, frozen=True, gc=False):
    """A comment: where it is, and the index of the token that follows it."""

    start: int
    end: int
    token: int


class Tokens(Struct, frozen=True):
    """What a text consists of; the last token is one of the kind `end`."""

    tokens: list[Token]
    remarks: list[Remark]
    faults: list[tuple[int, int, str]]  # start, end, what is wrong


_NAME = r"(?:[a-zA-Z_]|[^\W\d]|\$(?!/))[\w$]*+"
_TOKEN = re.compile(
    rf"""
    (?P<name>{_NAME})
  | (?P<newline>\r\n?|\n)
  | (?P<string>
        '''(?:[^'\\]++|\\.|'(?!''))*'''
      | '(?!'')(?:[^'\\\r\n]++|\\\r\n|\\.)*'
      | \"\"\"(?:[^"\\$]++|\\.|"(?!"")|\$(?!\{{))*\"\"\"
      | "(?!"")(?:[^"\\\r\n$]++|\\\r\n|\\.|\$(?:\{{[^{{}}"'/\r\n]*\}}|(?!\{{)))*"
    )
  | (?P<number>
        0[xX][0-9a-fA-F_]+[LlGgIi]? | 0[bB][01_]+[LlGgIi]?
      | \d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?[LlGgIiFfDd]?
    )
  | (?P<bracket>[(){{}}\[\]])
  | (?P<op>
        [,;]
      | \.\.<|\.\.\.|\.\.|>>>=|<<=|>>=|\*\*=|<=>|===|!==|==~|\*\.|\?\.|\.&|\.@|\?:|->|\+\+|--
      | ==|!=|<=|>=|&&|\|\||=~|\*\*|<<|[-+*%&|^]=|[-+*%&|^=<>!~?:.@]
    )
  | (?P<comment>//[^\r\n]*|/\*)
  | (?P<quote>\"\"\"|'''|["'])
  | (?P<slash>\$?/)
  | (?P<joint>\\\r?\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"[ \t\f\u00a0\ufeff]*+")
# a token with what is blank before it; nothing of the kind `other`, and at the end
_NEXT = re.compile(rf"{_BLANK.pattern}(?:{_TOKEN.pattern}|(?P<other>))", _TOKEN.flags)
# the numbers of the groups; those of what one expression cannot read come last
_GROUPS = ("", *_NEXT.groupindex)
_NEWLINE, _BRACKET, _RARE = (_GROUPS.index(one) for one in ("newline", "bracket", "comment"))
_KINDS = tuple("op" if one == "bracket" else one for one in _GROUPS)
_SLASHY = re.compile(r"/(?![/*])(?:[^/\\$]++|\\.|\$(?!\{))+/", re.DOTALL)
_DOLLAR_SLASHY = re.compile(r"\$/(?:[^$/]++|\$[$/]|\$(?![{$/])|/(?!\$))*/\$", re.DOTALL)

# what ends a text, or begins something in it, by what opened it
_INSIDE = {
    '"': re.compile(r'\\.|"|\$\{|[\r\n]', re.DOTALL),
    '"""': re.compile(r'\\.|"""|\$\{', re.DOTALL),
    "/": re.compile(r"\\/|/|\$\{", re.DOTALL),
    "$/": re.compile(r"\$[$/](?!\{)|/\$|\$\{", re.DOTALL),
}
_CLOSING = {'"': '"', '"""': '"""', "/": "/", "$/": "/$"}
_LINE = re.compile(r"[^\r\n]*")
_VALUE_WORDS_NOT = frozenset({"return", "case", "in", "assert", "throw", "else", "instanceof"})


def tokenize(text: str, start: int = 0, end: int | None = None, depth: int = 0) -> Tokens:
    """Return the tokens of a text, or of a part of it; `depth`: texts around the part."""
    lexer = _Lexer(text, len(text) if end is None else end, depth)
    lexer.run(start)
    return Tokens(lexer.tokens, lexer.remarks, lexer.faults)


class _Lexer:
    """The state of one run: tokens so far, and the brackets that are open."""

    def __init__(self, text: str, end: int, depth: int) -> None:
        self.text = text
        self.end = end
        self.depth = depth
        self.tokens: list[Token] = []
        self.remarks: list[Remark] = []
        self.faults: list[tuple[int, int, str]] = []
        self.open: list[str] = []

    def run(self, at: int) -> None:
        """Read from a place to the end. The common kinds are told apart here, for speed."""
        text, end, tokens, opened = self.text, self.end, self.tokens, self.open
        last = 0
        while at < end:
            for match in _NEXT.finditer(text, at, end):
                number: int = match.lastindex  # type: ignore[assignment] # one always matches
                found, after = match[number], match.end()
                if number == _NEWLINE:
                    if last == _NEWLINE or opened and opened[-1] != "{":
                        continue
                elif number == _BRACKET:
                    if found in _CLOSED_BY:
                        opened.append(found)
                    elif opened and _CLOSED_BY[opened[-1]] == found:
                        opened.pop()
                    else:
                        self._close(found)
                elif number >= _RARE:  # also what matches nothing, at the end
                    begin = after - len(found)
                    at = end if begin >= end else self._rare(begin, _KINDS[number])
                    last = _NEWLINE if tokens and tokens[-1].kind == "newline" else 0
                    break
                tokens.append(Token(_KINDS[number], found, after - len(found), after))
                last = number
            else:
                break
        tokens.append(Token("end", "", end, end))

    def _close(self, found: str) -> None:
        """A bracket that does not close the last one: a brace ends what was left open in it."""
        while found == "}" and len(self.open) > 1 and _CLOSED_BY[self.open[-1]] != found:
            self.open.pop()
        if self.open and _CLOSED_BY[self.open[-1]] == found:
            self.open.pop()

    def _rare(self, at: int, kind: str) -> int:
        """Read what one expression cannot: comments, texts with code in them, slashes, joints."""
        if kind == "comment":
            return self._comment(at)
        if kind == "slash":
            return self._slash(at)
        if kind == "quote":
            return self._quoted(at)
        if kind == "joint":
            return self.text.index("\n", at) + 1
        self.faults.append((at, at + 1, f"the character {self.text[at]!r} has no meaning here"))
        return self._add("wrong", at, at + 1)

    def _add(self, kind: str, start: int, end: int) -> int:
        self.tokens.append(Token(kind, self.text[start:end], start, end))
        return end

    def _comment(self, at: int) -> int:
        if self.text.startswith("//", at):
            end = _LINE.match(self.text, at, self.end).end()  # type: ignore[union-attr]
        else:
            end = self.text.find("*/", at + 2, self.end) + 2
            if end == 1:
                self.faults.append((at, at + 2, "the comment is not closed"))
                end = self.end
        self.remarks.append(Remark(at, end, len(self.tokens)))
        return end

    def _slash(self, at: int) -> int:
        dollar = self.text[at] == "$"
        if dollar or not self._ends_value():
            pattern, opening = (_DOLLAR_SLASHY, "$/") if dollar else (_SLASHY, "/")
            match = pattern.match(self.text, at, self.end)
            end = match.end() if match else string_end(self.text, at, self.end, opening, self.depth)
            if end is not None:
                return self._add("string", at, end)
            if dollar:
                return self._unclosed(at, self.end)
        if self.text.startswith("/=", at):
            return self._add("op", at, at + 2)
        return self._add("op", at, at + 1)

    def _ends_value(self) -> bool:
        """Whether the last token ends a value, so that a slash divides."""
        if not self.tokens:
            return False
        return _ends_value(self.tokens[-1].kind, self.tokens[-1].text)

    def _quoted(self, at: int) -> int:
        opening = self.text[at : at + 3]
        if opening not in ('"""', "'''"):
            opening = opening[0]
        if opening in _INSIDE:
            end = string_end(self.text, at, self.end, opening, self.depth)
            if end is not None:
                return self._add("string", at, end)
        line = _LINE.match(self.text, at, self.end)
        short = self.end if line is None else line.end()
        return self._unclosed(at, self.end if len(opening) == 3 else short)

    def _unclosed(self, at: int, end: int) -> int:
        self.faults.append((at, min(at + 3, end), "the text is not closed"))
        return self._add("wrong", at, end)


_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}


def string_end(text: str, start: int, end: int, opening: str, depth: int) -> int | None:
    """Return where a text with code in it ends, None when it is not closed or too deep."""
    if depth > MAX_NESTED_STRINGS:
        return None
    pattern, closing = _INSIDE[opening], _CLOSING[opening]
    at: int | None = start + len(opening)
    while at is not None:
        match = pattern.search(text, at, end)
        if match is None or match.group() in "\r\n":
            return None
        at = match.end()
        if match.group() == closing:
            return at
        if match.group() == "${":
            at = code_end(text, at, end, depth)
    return None


def code_end(text: str, start: int, end: int, depth: int) -> int | None:
    """Return where the code behind `${` ends, its brace included; None when it does not."""
    level, at = 1, start
    is_value = False  # whether the last token ends a value, so that a slash divides
    while True:
        begin = _BLANK.match(text, at, end).end()  # type: ignore[union-attr] # it may be empty
        match = _TOKEN.match(text, begin, end)
        if match is None:
            return None
        after, found = match.end(), match.group()
        if match.lastgroup == "quote":
            inner = string_end(text, begin, end, found, depth + 1) if found in _INSIDE else None
            if inner is None:
                return None
            after = inner
        elif found == "/*":
            after = text.find("*/", begin, end) + 2
        elif found == "/" and not is_value:
            slashy = _SLASHY.match(text, begin, end)
            after = after if slashy is None else slashy.end()
        elif found in ("{", "}"):
            level += 1 if found == "{" else -1
            if level == 0:
                return after
        if match.lastgroup not in ("comment", "joint"):
            is_value = _ends_value(match.lastgroup or "", found)
        at = max(after, begin + 1)


def _ends_value(kind: str, text: str) -> bool:
    """Whether a value ends with a token, so that a slash behind it divides."""
    if kind in ("op", "bracket"):
        return text in (")", "]", "}", "++", "--")
    return kind in ("number", "string", "quote") or (
        kind == "name" and text not in _VALUE_WORDS_NOT
    )
