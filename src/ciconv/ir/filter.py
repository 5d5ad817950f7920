"""Filters of names and paths: lists of patterns in the languages of all systems."""

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


class Filter(Node, frozen=True, kw_only=True, eq=False):
    """Which branches, tags or paths count. `ignore`: those that match do not."""

    patterns: tuple[Pattern, ...] = ()
    ignore: bool = False
