"""Reading globs: those of GitHub's filters, GitLab's, and Ant's."""

import re
from collections.abc import Iterator

from ciconv.ir.pattern.charset import ANY, NOT_SLASH, both_cases, complement, of, union
from ciconv.ir.pattern.tree import (
    Chars,
    Choice,
    Repeat,
    Tree,
    UnknownPattern,
    any_number,
    sequence,
    text,
)

_QUANTIFIERS = {"?": (0, 1), "+": (1, None)}


def read_github_glob(pattern: str) -> Tree:
    """Return the tree of a glob of GitHub's filters.

    `*` stops at `/`, `**` does not, `**/` may be nothing; `?` and `+` say how often the character
    before them may come.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    parts: list[Tree] = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "*":
            part, at = _stars(pattern, at)
        elif letter in _QUANTIFIERS:
            if not parts or not isinstance(parts[-1], Chars):
                raise UnknownPattern(f"there is no character before {letter!r}")
            part, at = Repeat(parts.pop(), *_QUANTIFIERS[letter]), at + 1
        elif letter == "[":
            part, at = _class(pattern, at + 1)
        elif letter == "\\":
            if at + 1 == len(pattern):
                raise UnknownPattern("there is no character after the last '\\'")
            part, at = text(pattern[at + 1]), at + 2
        else:
            part, at = text(letter), at + 1
        parts.append(part)
    return sequence(parts)


def _stars(pattern: str, at: int) -> tuple[Tree, int]:
    if not pattern.startswith("**", at):
        return any_number(NOT_SLASH), at + 1
    if pattern.startswith("**/", at):
        return Repeat(sequence((any_number(ANY), text("/"))), 0, 1), at + 3
    return any_number(ANY), at + 2


def _class(pattern: str, at: int) -> tuple[Tree, int]:
    """The characters up to the `]`; what else GitHub allows in there, it does not say."""
    end = pattern.find("]", at)
    if end <= at:
        raise UnknownPattern("the '[' is never closed")
    if pattern[at] in "!^" or "\\" in pattern[at:end]:
        raise UnknownPattern("only characters and ranges can stand between '[' and ']'")
    ranges: list[tuple[int, int]] = []
    while at < end:
        first = last = ord(pattern[at])
        at += 1
        if pattern[at] == "-" and at + 1 < end:
            last = ord(pattern[at + 1])
            at += 2
        if last < first:
            raise UnknownPattern(f"the range ends before it begins: {chr(first)}-{chr(last)}")
        ranges.append((first, last))
    return Chars(union(ranges)), end + 1


def read_gitlab_glob(pattern: str) -> Tree:
    """Return the tree of a glob of GitLab's `changes` and `exists`.

    It is Ruby's: `**/` is any number of folders, `*` and `?` stay within one, `{a,b}` is one of
    several. https://docs.ruby-lang.org/en/master/File.html#method-c-fnmatch
    """
    return _ruby_glob(pattern, 0, in_braces=False)[0]


def _ruby_glob(pattern: str, at: int, *, in_braces: bool) -> tuple[Tree, int]:
    """The tree up to the end, or behind the brace that is not ours."""
    choices: list[Tree] = []
    parts: list[Tree] = []
    while at < len(pattern):
        letter = pattern[at]
        if in_braces and letter in ",}":
            choices.append(sequence(parts))
            parts = []
            if letter == "}":
                return Choice(tuple(choices)), at + 1
            at += 1
            continue
        if letter == "{":
            part, at = _ruby_glob(pattern, at + 1, in_braces=True)
        elif letter == "*":
            part, at = _ruby_stars(pattern, at)
        else:
            part, at = _ruby_character(pattern, at)
        parts.append(part)
    if in_braces:
        raise UnknownPattern("the '{' is never closed")
    return sequence(parts), at


def _ruby_stars(pattern: str, at: int) -> tuple[Tree, int]:
    if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] in "/{,"):
        return Repeat(sequence((any_number(ANY), text("/"))), 0, 1), at + 3
    while pattern.startswith("*", at):
        at += 1
    return any_number(NOT_SLASH), at


def _ruby_character(pattern: str, at: int) -> tuple[Tree, int]:
    letter = pattern[at]
    if letter == "?":
        return Chars(NOT_SLASH), at + 1
    if letter == "[":
        negated = pattern[at + 1 : at + 2] in ("!", "^")
        tree, end = _class(pattern, at + 2 if negated else at + 1)
        if negated and isinstance(tree, Chars):
            tree = Chars(complement(union((*tree.chars, *of("/")))))
        return tree, end
    if letter == "\\" and at + 1 < len(pattern):
        return text(pattern[at + 1]), at + 2
    return text(letter), at + 1


def read_ant_glob(pattern: str) -> Tree:
    """Return the tree of an Ant glob, as Jenkins compares it: without regard to case."""
    return sequence([_ANT[part][0] if part in _ANT else _any_case(part) for part in _ant(pattern)])


def ant_regex(pattern: str) -> str:
    """Return an Ant glob as a regular expression of Java or RE2, which takes the whole text."""
    parts = (_ANT[part][1] if part in _ANT else _escaped(part) for part in _ant(pattern))
    return f"(?i){''.join(parts)}"


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in r"\.+*?()|[]{}^$" else letter


_ANT: dict[str, tuple[Tree, str]] = {
    "*": (any_number(NOT_SLASH), "[^/]*"),
    "?": (Chars(NOT_SLASH), "[^/]"),
    "**": (any_number(ANY), ".*"),
    "**/": (Repeat(sequence((any_number(ANY), text("/"))), 0, 1), "(.*/)?"),
    "/**": (Repeat(sequence((text("/"), any_number(ANY))), 0, 1), "(/.*)?"),
}


def _ant(pattern: str) -> Iterator[str]:
    """The parts of an Ant glob: letters, and what stands for several.

    `**` as a whole segment is any number of segments, `*` and `?` stay within one; a `/` at the
    end stands for `/**`. https://ant.apache.org/manual/dirtasks.html#patterns
    """
    pattern = pattern.replace("\\", "/")
    segments = (pattern + "**" if pattern.endswith("/") else pattern).split("/")
    slash = ""  # what has to come before the next segment
    for number, segment in enumerate(segments):
        if segment != "**":
            yield from (*slash, *re.sub(r"\*+", "*", segment))
            slash = "/"
        elif segments[number - 1 : number] == ["**"]:
            continue
        elif all(one == "**" for one in segments[number:]):
            yield f"{slash}**"
        else:
            yield from (*slash, "**/")
            slash = ""


def _any_case(letter: str) -> Tree:
    if letter.isascii():
        return Chars(both_cases(of(letter)))
    return Chars(of("".join(x for x in {letter, letter.lower(), letter.upper()} if len(x) == 1)))
