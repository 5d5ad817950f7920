"""What can be wrong with the patterns of `on`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

import re

_NOT_IN_REFS = re.compile(r"[ ~^:\x00-\x1f\x7f]")
_QUANTIFIERS = frozenset("?+")
_ESCAPABLE = frozenset("[]?+*\\!")


def ref_problem(text: str) -> str:
    """Return why no branch or tag can match, empty when one can."""
    pattern = text.removeprefix("!")
    if text.startswith("!") and not pattern:
        return "leaves out nothing: something has to follow '!'"
    found = _NOT_IN_REFS.search(pattern)
    if found:
        return f"has {found[0]!r}, which no branch or tag has in its name"
    if pattern.startswith("/"):
        return "begins with '/', as no branch or tag does: it is no regular expression"
    if pattern.endswith(("/", ".")):
        return f"ends with {pattern[-1]!r}, as no branch or tag does"
    return _glob_problem(pattern, escapes_only=True)


def path_problem(text: str) -> str:
    """Return why no path can match, empty when one can."""
    if text != text.strip():
        return "has blanks at its start or end"
    pattern = text.removeprefix("!")
    if text.startswith("!") and not pattern:
        return "leaves out nothing: something has to follow '!'"
    if {".", ".."} & set(pattern.split("/")):
        return "has '.' or '..', which no path of a change has"
    return _glob_problem(pattern, escapes_only=False)


def _glob_problem(text: str, *, escapes_only: bool) -> str:
    position, before = 0, ""
    while position < len(text):
        character = text[position]
        if character == "\\":
            following = text[position + 1 : position + 2]
            if escapes_only and following not in _ESCAPABLE:
                return f"has '\\{following}', and only special characters can be escaped"
            position, before = position + 2, "x"
            continue
        if character == "[":
            end, problem = _class(text, position)
            if problem:
                return problem
            position, before = end, "]"
            continue
        if character in _QUANTIFIERS and before in ("", "*", "?", "+"):
            return f"has {character!r} behind nothing that it could count"
        before = character
        position += 1
    return ""


def _class(text: str, start: int) -> tuple[int, str]:
    """The end of `[…]`, and what is wrong with it."""
    end = text.find("]", start + 1)
    if end < 0:
        return len(text), "has '[' without ']'"
    inner = text[start + 1 : end]
    if not inner:
        return end, "has an empty '[]'"
    for match in re.finditer(r"(.)-(.)", inner):
        if match[1] > match[2]:
            return end, f"has the range '{match[0]}', which runs backwards"
    if len(inner) == 1:
        return end, f"has '[{inner}]', which is just {inner!r}"
    return end + 1, ""
