"""The pieces of a Groovy text: escapes, and where code stands in it."""

import re
from collections.abc import Callable

from ciconv.source import Source, Span
from ciconv.syntax.groovy.lexer import Token, code_end
from ciconv.syntax.groovy.tree import Expr, Interpolation, Name, Property, Quote, String, Text

# a name that is one of them may be something else
WORDS = frozenset(
    (
        *("true", "false", "null", "new", "in", "instanceof", "as", "else", "catch", "finally"),
        *("case", "default", "extends", "implements", "if", "while", "for", "try", "switch"),
        *("return", "throw", "break", "continue", "assert", "static", "synchronized", "import"),
        *("package", "def", "final", "class", "interface", "trait", "enum"),
    )
)

# how the code between two places is read: start, end → expression
CodeReader = Callable[[int, int], Expr]

_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_UNIT = r"\\u+[0-9a-fA-F]{4}"
# two units that are one sign, as Java writes those beyond the first 65,536
_UNITS = rf"\\u+[dD][89abAB][0-9a-fA-F]{{2}}\\u+[dD][c-fC-F][0-9a-fA-F]{{2}}|{_UNIT}"
_ESCAPE = rf"(?:{_UNITS}|\\(?:[0-3]?[0-7]{{1,2}}|\r\n|.))"
_PLAIN = re.compile(_ESCAPE, re.DOTALL)
_GSTRING = re.compile(rf"{_ESCAPE}|\$\{{|\$(?=[^\W\d])", re.DOTALL)
_IN_SLASHES = re.compile(rf"\\/|{_UNITS}|\$\{{|\$(?=[^\W\d])", re.DOTALL)
_IN_DOLLAR_SLASHES = re.compile(r"\$[$/]|\$\{|\$(?=[^\W\d])", re.DOTALL)
_SPECIALS = {
    Quote.SINGLE: _PLAIN,
    Quote.TRIPLE_SINGLE: _PLAIN,
    Quote.DOUBLE: _GSTRING,
    Quote.TRIPLE_DOUBLE: _GSTRING,
    Quote.SLASHY: _IN_SLASHES,
    Quote.DOLLAR_SLASHY: _IN_DOLLAR_SLASHES,
}
# a quote by what opens it, with its length and that of what closes it
_QUOTES = {one.value: (one, len(one.value), len(one.value)) for one in Quote}
_QUOTES["$/"] = (Quote.DOLLAR_SLASHY, 2, 2)
_IS_SPECIAL = re.compile(r"[\\$\r]").search
_WORD = re.compile(r"[^\W\d]\w*")
_STEP = re.compile(r"\.([^\W\d]\w*)")
# `${a.b.c}`, which most code in texts is
_NAMES = re.compile(r"\$\{(?=([^\W\d]\w*)(?:\.[^\W\d]\w*)*\})")


def read_string(source: Source, token: Token, read_code: CodeReader) -> String:
    """Return the text that a token covers, quotes included."""
    text = token.text
    opening = text[:3]
    if opening not in ("'''", '"""'):
        opening = "$/" if text[0] == "$" else text[0]
    quote, opens, closes = _QUOTES[opening]
    first, last = token.start + opens, token.end - closes
    span = Span(source, token.start, token.end)
    if _IS_SPECIAL(text, opens) is None or opening == "'" and "\\" not in text:
        value = text[opens:-closes]
        if not value:
            return String(span=span, quote=quote)
        part = Text(span=Span(source, first, last), value=value)
        return String(span=span, parts=(part,), quote=quote)
    reader = _Pieces(source, quote, read_code)
    reader.run(first, last)
    return String(span=span, parts=tuple(reader.parts), quote=quote)


class _Pieces:
    """The parts read so far, and the constant text that is not yet a part."""

    def __init__(self, source: Source, quote: Quote, read_code: CodeReader) -> None:
        self.source = source
        self.pattern = _SPECIALS[quote]
        self.read_code = read_code
        self.parts: list[Text | Interpolation] = []
        self._pieces: list[str] = []
        self._start = 0  # where the pieces begin

    def run(self, start: int, end: int) -> None:
        """Read from behind the opening quote to the closing one."""
        text, at = self.source.text, start
        self._start = start
        while match := self.pattern.search(text, at, end):
            begin, found = match.start(), match.group()
            if begin > at:
                self._constant(text[at:begin])
            if found == "${":
                at = self._braces(begin, end)
            elif found == "$":
                at = self._dollar(begin, end)
            else:
                self._pieces.append(_meaning(found))
                at = match.end()
        if end > at:
            self._constant(text[at:end])
        self._flush(end)

    def _constant(self, piece: str) -> None:
        if "\r" in piece:  # line ends are newlines in a text, whatever the file has
            piece = piece.replace("\r\n", "\n").replace("\r", "\n")
        self._pieces.append(piece)

    def _flush(self, end: int) -> None:
        value = "".join(self._pieces)
        if value:
            self.parts.append(Text(span=Span(self.source, self._start, end), value=value))
        self._pieces = []

    def _interpolated(self, value: Expr, at: int, end: int, braces: bool) -> int:
        span = Span(self.source, at, end)
        self.parts.append(Interpolation(span=span, value=value, braces=braces))
        self._start = end
        return end

    def _braces(self, at: int, end: int) -> int:
        self._flush(at)
        names = _NAMES.match(self.source.text, at, end)
        if names is not None and names[1] not in WORDS:
            value, after = self._names(at + 2, end)
            return self._interpolated(value, at, after + 1, braces=True)
        after = code_end(self.source.text, at + 2, end, 0) or end
        value = self.read_code(at + 2, after - 1)
        return self._interpolated(value, at, after, braces=True)

    def _dollar(self, at: int, end: int) -> int:
        """Read `$name.name`: a dot counts only before another name."""
        self._flush(at)
        value, after = self._names(at + 1, end)
        return self._interpolated(value, at, after, braces=False)

    def _names(self, start: int, end: int) -> tuple[Expr, int]:
        """The value of the names between dots that begin here, and where they end."""
        text, source = self.source.text, self.source
        word = _WORD.match(text, start, end)
        after = start if word is None else word.end()  # one does, as somebody looked
        value: Expr = Name(span=Span(source, start, after), name=text[start:after])
        while step := _STEP.match(text, after, end):
            after = step.end()
            value = Property(span=Span(source, start, after), base=value, name=step.group(1))
        return value, after


def _meaning(escape: str) -> str:
    """What an escape stands for; one that means nothing stands for the character behind it."""
    if escape.startswith("$"):
        return escape[1:]
    rest = escape[1:]
    if rest[0] == "u" and len(rest) > 1:
        units = "".join(re.findall(r"u+([0-9a-fA-F]{4})", rest))
        return bytes.fromhex(units).decode("utf-16-be", "replace")  # half a sign is none
    if rest in ("\n", "\r\n"):
        return ""
    if rest[0] in "01234567":
        return chr(int(rest, 8))
    return _ESCAPES.get(rest, rest)
