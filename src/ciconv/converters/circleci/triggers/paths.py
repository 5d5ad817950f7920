"""Regular expressions of paths as globs, where some say exactly the same.

https://circleci.com/docs/guides/orchestrate/using-dynamic-configuration/
"""

import re
from collections.abc import Iterator

from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.source import Span

_TOKEN = re.compile(r"\.\*|\.\+|\\[^\w]|[\w/@ ,=~-]|\.")
_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)(?![*+?{])")
_MAX = 50  # globs of one expression


def changed_paths(regexes: tuple[str, ...], span: Span) -> Filter:
    """Return the filter of files that one of the regular expressions matches as a whole."""
    patterns = []
    for one in regexes:
        globs = globs_of(one)
        if globs is None:
            patterns.append(Pattern(text=one, syntax=PatternSyntax.JAVA, span=span))
            continue
        patterns += [
            Pattern(text=each, syntax=PatternSyntax.GITLAB_GLOB, span=span) for each in globs
        ]
    return Filter(patterns=tuple(patterns), span=span)


def globs_of(regex: str) -> tuple[str, ...] | None:
    """Return globs, in which `**` is a whole segment, for a regular expression; None without."""
    found: list[str] = []
    for one in _alternatives(regex.removeprefix("^").removesuffix("$")):
        tokens = _tokens(one)
        globs = None if tokens is None else _of_tokens(tokens)
        if globs is None or len(found) > _MAX:
            return None
        found += globs
    return tuple(dict.fromkeys(found))


def _alternatives(regex: str) -> Iterator[str]:
    """The regular expressions without `|` that are as good as one with it."""
    group = _GROUP.search(regex)
    if group is None:
        yield from regex.split("|")
        return
    for one in group[1].split("|"):
        yield from _alternatives(regex[: group.start()] + one + regex[group.end() :])


def _tokens(regex: str) -> list[str] | None:
    found = _TOKEN.findall(regex)
    return found if "".join(found) == regex and regex else None


def _of_tokens(tokens: list[str]) -> tuple[str, ...] | None:
    """`docs/.*`, `.*\\.md`, `docs.*`, and what has no `.*` at all."""
    stars = [number for number, one in enumerate(tokens) if one in (".*", ".+")]
    if not stars:
        return (_plain(tokens),)
    if len(stars) > 1:
        return None
    before, after = _plain(tokens[: stars[0]]), _plain(tokens[stars[0] + 1 :])
    if "/" in after:
        return None
    if not before or before.endswith("/"):
        return (f"{before}**/*{after}",)
    return None if after or tokens[stars[0]] == ".+" else (f"{before}*", f"{before}*/**/*")


def _plain(tokens: list[str]) -> str:
    return "".join("?" if one == "." else one.removeprefix("\\") for one in tokens)
