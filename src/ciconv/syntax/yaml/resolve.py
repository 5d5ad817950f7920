"""What a plain scalar means: YAML 1.2 core values, and what YAML 1.1 would make of it."""

import re
from math import inf

from ciconv.syntax.node import Value

# https://yaml.org/spec/1.2.2/#103-core-schema
WORDS: dict[str, Value] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
DIGITS = frozenset("+-.0123456789")  # what a number starts with
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_PREFIXED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z")
_NOT_A_NUMBER = frozenset((".nan", ".NaN", ".NAN"))
_MAX_DIGITS = 4_000  # Python refuses to read longer integers
_MAX_BITS = 1_023  # a float holds no longer integers

# https://yaml.org/type/bool.html, /null.html, /merge.html, /value.html; compared in lower case,
# because some readers take any case.
_WORDS_1_1 = frozenset(
    ("y", "yes", "n", "no", "on", "off", "true", "false", "null", "~", "", "<<", "=")
)
# https://yaml.org/type/int.html, /float.html, /timestamp.html: whatever looks like one, and more
_NUMBER_1_1 = re.compile(
    r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-9]{1,2})*(?:\.[0-9_]*)?"
    r"(?:[eE][-+]?[0-9]+)?|\.[0-9_]+(?:[eE][-+]?[0-9]+)?|\.(?:inf|nan))\Z",
    re.IGNORECASE,
)
_DATE_1_1 = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:\Z|[Tt \t])")


def resolve(text: str) -> Value:
    """Return what YAML 1.2 core reads from a plain scalar; whatever is no other type is text."""
    value = WORDS.get(text, text)
    if value is text and text[0] in DIGITS:
        return resolve_number(text)
    return value


def resolve_number(text: str) -> Value:
    """Return the value of a plain scalar that starts like a number."""
    if len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.match(text):
        return _whole(int(text))
    if _PREFIXED.match(text):
        return _whole(int(text, 0))
    if _FLOAT.match(text):
        return float(text)
    if _INFINITE.match(text) or text in _NOT_A_NUMBER:
        return float(text.replace(".", ""))
    return text


def _whole(value: int) -> int | float:
    """A whole number, infinite where whoever computes with it could not hold it."""
    if value.bit_length() <= _MAX_BITS:
        return value
    return inf if value > 0 else -inf


def resolve_tagged(text: str, tag: str) -> Value:
    """Return the value of a scalar with a tag; `!` and tags not known here make it text."""
    if tag in ("!!null", "!!bool", "!!int", "!!float"):
        value = resolve(text)
        return float(value) if tag == "!!float" and isinstance(value, int) else value
    return text


_CORE_TAGS = "tag:yaml.org,2002:"
_NOT_IN_URI = re.compile(r"[^\w#;/?:@&=+$,.!~*'()\[\]-]", re.ASCII)


def written_tag(tag: str) -> str:
    """Return a tag as it is written: `!!str`, `!reference`, else in full as `!<...>`."""
    if tag.startswith(_CORE_TAGS):
        handle, name = "!!", tag.removeprefix(_CORE_TAGS)
    elif tag.startswith("!"):
        handle, name = "!", tag[1:]
    else:
        return f"!<{_NOT_IN_URI.sub(_percent, tag)}>"
    if any(character in name for character in "!,[]"):
        return f"!<{_NOT_IN_URI.sub(_percent, tag)}>"
    return handle + _NOT_IN_URI.sub(_percent, name)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8"))


def is_text_everywhere(text: str) -> bool:
    """Return whether readers of YAML 1.1 and of 1.2 both take this plain scalar for text."""
    if text.lower() in _WORDS_1_1:
        return False
    if text[0] not in DIGITS:
        return True
    return not (_NUMBER_1_1.match(text) or _DATE_1_1.match(text))
