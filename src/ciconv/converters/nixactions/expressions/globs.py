"""Globs of other systems as patterns that Git looks files up by.

https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-glob
"""

import re
from collections.abc import Iterator

from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr
from ciconv.ir.filter import Pattern, PatternSyntax

_KNOWN = (PatternSyntax.GITLAB_GLOB, PatternSyntax.ANT_GLOB, PatternSyntax.EXACT)
_CHOICE = re.compile(r"\{([^{}]*)\}")
_OTHER = re.compile(r"[\[\]{}()!+@\\'|\n]")  # that Git, or the condition, reads in another way


def git_glob(pattern: Pattern, at: Expr) -> tuple[str, ...]:
    """Return what stands for a glob after Git's `:(glob)`; raise CannotSay."""
    if pattern.negated or pattern.syntax not in _KNOWN:
        raise CannotSay(at, "Git has no such patterns")
    found = tuple(_choices(pattern.text.removeprefix("/")))
    if any(_OTHER.search(one) or not one for one in found):
        raise CannotSay(at, "Git has no such patterns")
    return found


def _choices(text: str) -> Iterator[str]:
    """The globs that one with `{a,b}` stands for."""
    match = _CHOICE.search(text)
    if match is None:
        yield text
        return
    for one in match[1].split(","):
        yield from _choices(text[: match.start()] + one + text[match.end() :])
