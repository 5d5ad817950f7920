"""Patterns of other systems as Java's regular expressions, which have to match a whole text."""

import re

from ciconv.ir.filter import CannotMatch, Pattern, PatternSyntax
from ciconv.ir.pattern import ant_regex

_GLOB = re.compile(r"\*\*/|\*\*|\*|\\.|\[[^\]]+\]|[?+]|.", re.DOTALL)
_SIGNS = frozenset(r"\.+*?()|[]{}^$")


def matches_all(pattern: Pattern) -> bool:
    """Return whether a pattern lets everything in, by the look of it."""
    known = {PatternSyntax.GITHUB_GLOB: ("**", "**/*", "**/**"), PatternSyntax.JAVA: (".*",)}
    return pattern.text in known.get(pattern.syntax, ())


def java(pattern: Pattern) -> str:
    """Return the regular expression for the whole text; raise CannotMatch."""
    match pattern.syntax:
        case PatternSyntax.EXACT:
            return _quoted(pattern.text)
        case PatternSyntax.JAVA:
            return pattern.text
        case PatternSyntax.RE2:
            return _whole(pattern)
        case PatternSyntax.GITHUB_GLOB:
            return "".join(_part(one, pattern) for one in _GLOB.findall(pattern.text))
        case PatternSyntax.ANT_GLOB:
            return ant_regex(pattern.text)
    return _ruby(pattern)


def _part(part: str, pattern: Pattern) -> str:
    known = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}.get(part)
    if known is not None:
        return known
    if part.startswith("[") and len(part) > 1:
        return f"[{part[1:-1].replace('[', '').replace('&&', '&')}]"
    if part in ("[", "\\"):
        raise CannotMatch(pattern)
    return _quoted(part[-1])


def _whole(pattern: Pattern) -> str:
    """A search as a match of the whole text."""
    text = pattern.text
    flags = re.match(r"\(\?[ims]+\)", text)
    begin, body = (flags[0], text[flags.end() :]) if flags else ("", text)
    if "|" in body and not (body.startswith("(") and body.endswith(")")):
        return (
            f"{begin}(?s:.*)(?:{body})(?s:.*)"
            if "^" in body or "$" in body
            else (f"{begin}.*(?:{body}).*")
        )
    front = body.startswith("^")
    back = body.endswith("$") and not body.endswith("\\$")
    inner = body[1 if front else 0 : len(body) - 1 if back else len(body)]
    return f"{begin}{'' if front else '.*'}{inner}{'' if back else '.*'}"


def _ruby(pattern: Pattern) -> str:
    """A glob of Ruby for paths: braces hold alternatives, `**/` any number of folders."""
    found = []
    for part in re.findall(r"\*\*/|\*+|\{[^{}]*\}|\\.|\[[^\]]+\]|.", pattern.text, re.DOTALL):
        if part.startswith("{") and len(part) > 1:
            items = (
                java(Pattern(text=one, syntax=pattern.syntax)) for one in part[1:-1].split(",")
            )
            found.append(f"({'|'.join(items)})")
        elif part in ("{", "["):
            raise CannotMatch(pattern)
        else:
            known = {"**/": "(.*/)?", "?": "[^/]"}
            is_star = part.startswith("*") and part != "**/"
            found.append("[^/]*" if is_star else known.get(part) or _class(part))
    return "".join(found)


def _class(part: str) -> str:
    return part if part.startswith("[") else _quoted(part[-1])


def _quoted(text: str) -> str:
    return "".join(f"\\{letter}" if letter in _SIGNS else letter for letter in text)
