"""Texts as Groovy literals: the right quotes, and what has to be escaped between them."""

import re

from ciconv.syntax.groovy.tree import Quote, String, Text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}


def literal(value: str) -> String:
    """Return a constant text in the quotes a person would choose: nothing is interpolated in it.

    A text of several lines stays one, between three quotes.
    """
    parts = (Text(value=value),) if value else ()
    if "\n" in value.rstrip("\n"):
        return String(parts=parts, quote=Quote.TRIPLE_SINGLE)
    plain = "'" in value and not any(sign in value for sign in '$"\\\n')
    return String(parts=parts, quote=Quote.DOUBLE if plain else Quote.SINGLE)


def escaped(value: str, quote: Quote) -> str:
    """Return a text as it stands between such quotes."""
    if quote is Quote.SLASHY:
        return value.replace("/", r"\/")
    if quote is Quote.DOLLAR_SLASHY:
        return value.replace("$", "$$").replace("/$", "$/$")
    text = value.replace("\\", "\\\\")
    if quote.interpolates:
        text = text.replace("$", r"\$")
    if quote in (Quote.SINGLE, Quote.DOUBLE):
        text = text.replace(quote.value, f"\\{quote.value}")
        for sign, short in _SHORT.items():
            text = text.replace(sign, short)
    else:
        text = _in_three(text, quote.value[0]).replace("\r", r"\r")
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _in_three(text: str, sign: str) -> str:
    """A text between three quotes: none of its own may end it, or stand beside those around it."""
    text = re.sub(f"{sign}(?={sign}{sign})", f"\\{sign}", text)
    if text.startswith(sign):
        text = f"\\{text}"
    if text.endswith(sign):
        text = f"{text[:-1]}\\{sign}"
    return text
