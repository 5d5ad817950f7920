"""Patterns of other systems as regular expressions of Java that have to match the whole name."""

import re

from ciconv.converters.circleci.expressions.folding import escaped
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.pattern import ant_regex

_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\+|\[[^\]]*\]|\\.|.", re.DOTALL)
_GITHUB = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}


def exact(pattern: Pattern) -> str | None:
    """Return the one name that a pattern matches, None when it may match several."""
    match pattern.syntax:
        case PatternSyntax.EXACT:
            return pattern.text
        case PatternSyntax.GITHUB_GLOB | PatternSyntax.ANT_GLOB:
            return None if re.search(r"[*?+\[\]\\]", pattern.text) else pattern.text
    return None


def regex(pattern: Pattern) -> str:
    """Return a pattern as a regular expression without anchors."""
    match pattern.syntax:
        case PatternSyntax.EXACT:
            return escaped(pattern.text)
        case PatternSyntax.JAVA:
            return pattern.text
        case PatternSyntax.RE2:
            return _searched(pattern.text)
        case PatternSyntax.ANT_GLOB:
            return ant_regex(pattern.text)
    return "".join(map(_piece, _GLOB.findall(pattern.text)))


def matches_all(pattern: Pattern) -> bool:
    """Return whether a pattern is one of the usual ones that every name matches."""
    return regex(pattern) in _ALL


_ALL = (".*", "(?:.*/)?[^/]*", ".*.*", ".*.*.*")  # `**`, `**/*`, searches of nothing and of all


def _piece(piece: str) -> str:
    if piece in _GITHUB:
        return _GITHUB[piece]
    if piece.startswith("[") and len(piece) > 1:
        return piece
    return escaped(piece[1:] if piece.startswith("\\") and len(piece) > 1 else piece)


def _searched(text: str) -> str:
    """A search, which may begin and end anywhere but at its anchors."""
    flags = ""
    if found := re.match(r"\(\?[a-z]+\)", text):
        flags, text = found[0], text[found.end() :]
    begins, ends = text.startswith("^"), text.endswith("$") and not text.endswith("\\$")
    inner = text[begins : len(text) - ends]
    if "|" in inner:
        inner = f"(?:{inner})"
    return f"{flags}{'' if begins else '.*'}{inner}{'' if ends else '.*'}"


def item(pattern: Pattern) -> str:
    """Return a pattern as an item of `only` or `ignore`."""
    name = exact(pattern)
    if name is not None and not (name.startswith("/") and name.endswith("/")):
        return name
    return f"/{regex(pattern)}/"


def whole(one: Filter) -> str:
    """Return the regular expression of all names that a filter lets in."""
    allowed = [regex(each) for each in one.patterns if not each.negated]
    denied = [regex(each) for each in one.patterns if each.negated]
    if one.ignore:
        allowed, denied = [".*"], allowed
    inner = allowed[0] if len(allowed) == 1 else f"(?:{'|'.join(allowed)})"
    if not denied:
        return inner
    return f"(?!(?:{'|'.join(denied)})$){inner}"
