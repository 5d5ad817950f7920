"""Scalar → text: plain where YAML 1.1 and 1.2 readers agree, else quoted, literal or folded."""

import re
from bisect import bisect_right
from itertools import pairwise

from ciconv.syntax.node import Scalar, Style
from ciconv.syntax.yaml.resolve import is_text_everywhere

# What no YAML has as it is, or some reader takes for a line break; and the two that need care.
_UNPRINTABLE = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ud800-\\udfff\\ufffe\\uffff"
_INDICATORS = "?:,\\[\\]{}#&*!|>'\"%@`"
_PLAIN = re.compile(
    rf"(?!---|\.\.\.)(?:[^\s\-{_INDICATORS}]|-(?=\S))"
    r"[^:#\t\n]*(?:(?::(?=\S)|(?<=\S)#)[^:#\t\n]*)*(?<! )\Z"
)
_NOT_IN_FLOW = re.compile(r"[,\[\]{}?]")  # PyYAML takes any "?" there for an indicator
_ESCAPES = {
    "\0": "\\0",
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\x1b": "\\e",
    '"': '\\"',
    "\\": "\\\\",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}
_ESCAPED = f'[{_UNPRINTABLE}\\t\\n"\\\\]'
_BLANKS = f"[{_UNPRINTABLE}\\n]+"


def inline_text(node: Scalar, *, flow: bool = False) -> str:
    """Return a scalar on one line; in flow style an empty null needs a word."""
    if node.style is Style.PLAIN and not isinstance(node.value, str):
        if node.text or not flow:
            return node.text
        return "''" if node.tag else "null"
    text = node.text
    if node.style is Style.DOUBLE:
        return _double(text)
    if node.style is Style.SINGLE and _fits_line(text):
        return _single(text)
    if is_plain(text, flow=flow) and (node.tag is not None or is_text_everywhere(text)):
        return text
    return quoted(text)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Return whether the syntax lets the text stand without quotes."""
    fits = _PLAIN.match(text) and not has_unprintable(text)
    return bool(fits) and not (flow and _NOT_IN_FLOW.search(text))


def has_unprintable(text: str) -> bool:
    """Return whether there is something that YAML cannot hold as it is."""
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return False  # nearly always, and the pattern takes long to compile
    return re.search(f"[{_UNPRINTABLE}]", text) is not None


def without_unprintable(text: str) -> str:
    """Return the text on one line, with blanks in the place of what YAML cannot hold as it is."""
    return text if text.isprintable() else re.sub(_BLANKS, " ", text)


def quoted(text: str) -> str:
    """Return the text in single quotes, or in double quotes where that needs less escaping."""
    if not _fits_line(text):
        return _double(text)
    if "'" in text and '"' not in text and "\\" not in text:
        return _double(text)
    return _single(text)


def _fits_line(text: str) -> bool:
    """Whether single quotes can hold the text."""
    return "\n" not in text and not has_unprintable(text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    return '"' + re.sub(_ESCAPED, _escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"  # half a pair is no character, and no YAML can hold it
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}"


def block_text(node: Scalar, *, at_root: bool = False) -> tuple[str, list[str]] | None:
    """Return header and lines of a literal or folded scalar; None where it is not to be one."""
    text, style = node.text, node.style
    if style is Style.DOUBLE or not ("\n" in text or style in (Style.LITERAL, Style.FOLDED)):
        return None
    if has_unprintable(text) or not _ends_visibly(text):
        return None
    body = text.rstrip("\n")
    header = _chomping(text, body)
    lines = body.split("\n") + [""] * (len(text) - len(body) - 1)
    if style is Style.FOLDED and not any(line[:1] in (" ", "\t") for line in lines if line):
        return ">" + header, _folded(node, body) + lines[body.count("\n") + 1 :]
    if body.lstrip("\n")[:1] not in (" ", "\t"):
        return "|" + header, lines
    # Where the first line is indented the reader must be told how far; but at the root readers do
    # not agree what that is relative to.
    return None if at_root else ("|2" + header, lines)


def _ends_visibly(text: str) -> bool:
    """Whether the last line, line breaks apart, has more than blanks."""
    last = text.rstrip("\n").rpartition("\n")[2]
    return bool(last.strip(" \t"))


def _chomping(text: str, body: str) -> str:
    breaks = len(text) - len(body)
    return "-" if breaks == 0 else "" if breaks == 1 else "+"


_PARAGRAPH = re.compile(r"\n+|[^\n]+")


def _folded(node: Scalar, body: str) -> list[str]:
    """The lines of a folded scalar, broken where the source broke them."""
    folds = [index for index, _ in node.offsets if _is_fold(body, index)]
    lines: list[str] = []
    for found in _PARAGRAPH.finditer(body):
        start, end = found.span()
        if body[start] == "\n":
            lines += [""] * (end - start)
            continue
        inside = folds[bisect_right(folds, start) : bisect_right(folds, end - 1)]
        cuts = [start, *inside, end + 1]
        lines += [body[a : b - 1] for a, b in pairwise(cuts)]
    return lines


def _is_fold(body: str, index: int) -> bool:
    """Whether a line may be broken before the character without changing the text."""
    if not 1 < index < len(body) or body[index - 1] != " ":
        return False
    return body[index] not in " \t\n" and body[index - 2] not in " \t\n"
