"""Filters of changed files as `rules:changes`: a file that matches any of the globs counts.

https://docs.gitlab.com/ci/yaml/#ruleschanges
"""

import re

from ciconv.ir.filter import Filter, Pattern, PatternSyntax

MAX_GLOBS = 50  # of one rule


def globs(wanted: Filter) -> tuple[tuple[str, ...], tuple[Pattern, ...]]:
    """Return the globs for a filter, and the patterns that none of them stands for."""
    if wanted.ignore:
        return (), wanted.patterns
    found: dict[str, None] = {}
    left_out = []
    for pattern in wanted.patterns:
        text = None if pattern.negated else glob(pattern)
        if text is None or len(found) == MAX_GLOBS:
            left_out.append(pattern)
        else:
            found[text] = None
    return tuple(found), tuple(left_out)


def glob(pattern: Pattern) -> str | None:
    """Return the glob of Ruby's fnmatch that says the same, None without one.

    There `**` counts as a whole segment only, and `dir/**` alone is one level.
    """
    text = pattern.text
    if pattern.syntax is PatternSyntax.GITLAB_GLOB:
        return text
    if pattern.syntax is PatternSyntax.EXACT:
        return re.sub(r"([*?\[\]{}\\])", r"\\\1", text)
    if pattern.syntax is PatternSyntax.ANT_GLOB:
        return _of_ant(text)
    if pattern.syntax is not PatternSyntax.GITHUB_GLOB or re.search(r"[?+\\{}]|\[[!^]", text):
        return None
    return _of_github(text)


def _of_github(text: str) -> str | None:
    text = re.sub(r"\*{2,}", "**", text)
    if text == "**":
        return "**/*"
    text = re.sub(r"(?:\*\*/)+", "**/", text)
    segments = text.split("/")
    last = segments.pop()
    if any("**" in one and one != "**" for one in segments):
        return None
    if last == "**":
        segments.append("**")
        last = "*"
    elif last.startswith("**") and "**" not in last[2:]:
        segments.append("**")
        last = last[1:]
    elif "**" in last:
        return None
    return "/".join((*segments, last))


def _of_ant(text: str) -> str | None:
    text = f"{text}**" if text.endswith("/") else text
    if text == "**" or text.endswith("/**"):
        text += "/*"
    return None if "?" in text and "\\" in text else text
