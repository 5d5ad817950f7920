"""Patterns that look for a plain text, as the functions that do so: case does not count there."""

import re

from ciconv.ir.expression import Call, Expr, Index, Literal, Matches, Ref, Star
from ciconv.ir.filter import Pattern, PatternSyntax

_ANY_CASE = "(?i)"
_BETWEEN_COMMAS = re.compile(r"\(\^\|,\)(.+)\(,\|\$\)")
_PLAIN = re.compile(r"(?:[^\\.+*?()|\[\]{}^$]|\\[^A-Za-z0-9])+")
_REGULAR = (PatternSyntax.RE2, PatternSyntax.JAVA)
_LIST = ("pr", "labels")  # names between commas
_LABELS = Index(
    base=Index(base=Ref(path=("github", "event", "pull_request", "labels")), key=Star()),
    key=Literal(value="name"),
)


def as_search(node: Matches) -> Expr | None:
    """Return the function that asks the same; None where a pattern asks for more."""
    text = _any_case(node.filter.patterns)
    if text is not None and node.filter.patterns[0].syntax is PatternSyntax.JAVA:
        text = _searching(text)
    if text is None or node.filter.ignore:
        return None
    if node.value == Ref(path=_LIST):
        match = _BETWEEN_COMMAS.fullmatch(text)
        return None if match is None else _call("contains", _LABELS, match[1])
    begin, end = text.startswith("^"), text.endswith("$") and not text.endswith("\\$")
    if begin and end:
        return None
    word = text.removeprefix("^") if begin else text
    function = "startsWith" if begin else "endsWith" if end else "contains"
    return _call(function, node.value, word.removesuffix("$") if end else word)


def _searching(text: str) -> str:
    """A pattern of the whole text as one that is searched for."""
    inner = text.removeprefix("^").removesuffix("$")
    begin, end = "" if inner.startswith(".*") else "^", "" if inner.endswith(".*") else "$"
    return f"{begin}{inner.removeprefix('.*').removesuffix('.*')}{end}"


def _any_case(patterns: tuple[Pattern, ...]) -> str | None:
    """The one pattern for which the letters' case does not count, without the flag that says so."""
    if len(patterns) != 1 or patterns[0].negated or patterns[0].syntax not in _REGULAR:
        return None
    text = patterns[0].text
    if text.startswith(_ANY_CASE):
        return text.removeprefix(_ANY_CASE)
    return text if text.lower() == text.upper() else None


def _call(function: str, value: Expr, pattern: str) -> Call | None:
    if not _PLAIN.fullmatch(pattern):
        return None
    text = re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL)
    return Call(function=function, arguments=(value, Literal(value=text)))
