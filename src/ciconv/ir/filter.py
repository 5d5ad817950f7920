"""Filters of names and paths: lists of patterns in the languages of all systems."""

import re
from enum import StrEnum

from ciconv.ir.node import Node


class PatternSyntax(StrEnum):
    """The language of a pattern."""

    GITHUB_GLOB = "github-glob"
    GITLAB_GLOB = "gitlab-glob"  # of paths: Ruby's fnmatch with PATHNAME, DOTMATCH and EXTGLOB
    ANT_GLOB = "ant-glob"
    RE2 = "re2"  # GitLab: a search
    JAVA = "java"  # CircleCI, Jenkins: the whole text
    EXACT = "exact"


class Pattern(Node, frozen=True, kw_only=True, eq=False):
    """One item of a filter; a later match wins over an earlier one."""

    text: str
    negated: bool = False
    syntax: PatternSyntax = PatternSyntax.GITHUB_GLOB


class CannotMatch(Exception):
    """A pattern that a language of regular expressions has no words for."""

    def __init__(self, pattern: Pattern) -> None:
        super().__init__(pattern.text)
        self.pattern = pattern


def exact(pattern: Pattern) -> str | None:
    """Return the one text that a pattern matches, None when it may match several."""
    if pattern.syntax is PatternSyntax.GITHUB_GLOB:
        return None if re.search(r"[*?+\[\]\\]", pattern.text) else pattern.text
    return pattern.text if pattern.syntax is PatternSyntax.EXACT else None


class Filter(Node, frozen=True, kw_only=True, eq=False):
    """Which branches, tags or paths count. `ignore`: those that match do not."""

    patterns: tuple[Pattern, ...] = ()
    ignore: bool = False
