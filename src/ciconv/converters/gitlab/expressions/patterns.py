"""Filters of branches and tags as comparisons of a variable: exact names and RE2.

https://docs.gitlab.com/ci/jobs/job_rules/#compare-a-variable-to-a-regular-expression
"""

import re
from collections.abc import Iterator

from ciconv.converters.gitlab.expressions.logic import Logic, both, comparison, either
from ciconv.ir.filter import CannotMatch, exact
from ciconv.ir.pattern import ant_regex
from ciconv.ir.trigger import Filter, Pattern, PatternSyntax


def passes(variable: str, wanted: Filter) -> Logic:
    """Return the condition that the value of a variable passes a filter; raise CannotMatch."""
    patterns = wanted.patterns
    if wanted.ignore:
        there = comparison(f"${variable}")
        return both(there, *(_not_in(variable, group) for group in _groups(patterns, False)))
    found: Logic = False
    for negated, group in _runs(patterns):  # the last pattern that matches decides
        if negated:
            found = both(found, *(_not_in(variable, one) for one in _groups(group, True)))
        else:
            found = either(found, *(_in(variable, one) for one in _groups(group, False)))
    return found


def _runs(patterns: tuple[Pattern, ...]) -> Iterator[tuple[bool, tuple[Pattern, ...]]]:
    """Neighbours that are negated, or are not."""
    start = 0
    for place in range(1, len(patterns) + 1):
        if place == len(patterns) or patterns[place].negated is not patterns[start].negated:
            yield patterns[start].negated, patterns[start:place]
            start = place


def _groups(patterns: tuple[Pattern, ...], negated: bool) -> Iterator[tuple[Pattern, ...]]:
    """Whole-text patterns together, which can be one regular expression; the others alone."""
    whole = tuple(one for one in patterns if one.syntax is not PatternSyntax.RE2)
    if whole:
        yield whole
    yield from ((one,) for one in patterns if one.syntax is PatternSyntax.RE2)


def _in(variable: str, patterns: tuple[Pattern, ...]) -> Logic:
    only = patterns[0]
    if len(patterns) == 1:
        name = exact(only)
        if name is not None:
            return comparison(f"${variable} == {quoted(name)}")
        if _is_everything(only):
            return comparison(f"${variable}")
    return comparison(f"${variable} =~ {_regex(patterns)}")


def _not_in(variable: str, patterns: tuple[Pattern, ...]) -> Logic:
    only = patterns[0]
    name = exact(only) if len(patterns) == 1 else None
    if name is not None:
        return comparison(f"${variable} != {quoted(name)}")
    return comparison(f"${variable} !~ {_regex(patterns)}")


def _is_everything(pattern: Pattern) -> bool:
    return pattern.syntax is PatternSyntax.GITHUB_GLOB and pattern.text in ("**", "**/*")


def quoted(text: str) -> str:
    """Return a text between quotes; there is no way to write one that has both kinds."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    raise CannotMatch(Pattern(text=text, syntax=PatternSyntax.EXACT))


def _regex(patterns: tuple[Pattern, ...]) -> str:
    only = patterns[0]
    if len(patterns) == 1 and only.syntax is PatternSyntax.RE2:
        return slashed(only.text)
    texts = [_whole(one) for one in patterns]
    flags = _ANY_CASE if all(one.startswith(_ANY_CASE) for one in texts) else ""
    texts = [one.removeprefix(flags) for one in texts]
    inner = texts[0] if len(texts) == 1 else f"({'|'.join(texts)})"
    return slashed(f"{flags}^{inner}$")


_ANY_CASE = "(?i)"


def slashed(regex: str) -> str:
    """Return a regular expression between slashes, with the flag it begins with behind them."""
    flags = ""
    if match := re.match(r"\(\?([ims]+)\)", regex):
        flags, regex = match[1], regex[match.end() :]
    escaped = _SLASH.sub(r"\1\\/", regex) or ".*"  # two slashes with nothing between are no pattern
    return f"/{escaped}/{flags}"


_SLASH = re.compile(r"(?<!\\)((?:\\\\)*)/")


def _whole(pattern: Pattern) -> str:
    """The regular expression of a pattern that has to match the whole text, without anchors."""
    match pattern.syntax:
        case PatternSyntax.EXACT:
            return re.escape(pattern.text)
        case PatternSyntax.GITHUB_GLOB:
            return glob_regex(pattern)
        case PatternSyntax.JAVA if not re.search(r"\(\?[=!<]|\\[1-9]", pattern.text):
            text = pattern.text.removeprefix("^").removesuffix("$")
            return f"(?:{text})" if "|" in text else text
        case PatternSyntax.ANT_GLOB:
            return ant_regex(pattern.text)
    raise CannotMatch(pattern)


_GLOB = re.compile(r"\*\*/|\*\*|\*|\\.|\[[^\]]+\]|[?+]|.", re.DOTALL)


def glob_regex(pattern: Pattern) -> str:
    """Return the regular expression of a glob of GitHub's filters, without anchors."""
    return "".join(_glob_part(part, pattern) for part in _GLOB.findall(pattern.text))


def _glob_part(part: str, pattern: Pattern) -> str:
    known = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "?", "+": "+"}.get(part)
    if known is not None:
        return known
    if part.startswith("[") and len(part) > 1:
        return part
    if part in ("[", "\\"):
        raise CannotMatch(pattern)
    return _literal(part[-1])


def _literal(letter: str) -> str:
    return f"\\{letter}" if letter in r"\.+*?()|[]{}^$" else letter
