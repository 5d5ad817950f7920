"""Filters in GitHub's globs: patterns of other languages, where a glob says the same.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

from collections.abc import Iterable

from ciconv.context import Context, Place
from ciconv.ir.node import replace
from ciconv.ir.trigger import Filter, Pattern, PatternSyntax
from ciconv.profile import Feature, Outcome


def with_globs(filter: Filter, place: Place, context: Context) -> Filter:
    """Return the filter with globs alone; a pattern that no glob says is left out, and a loss."""
    if all(one.syntax is PatternSyntax.GITHUB_GLOB for one in filter.patterns):
        return filter
    patterns: list[Pattern] = []
    for one in filter.patterns:
        globs = globs_of(one)
        if globs is None:
            _report(one, place, context)
        for glob in globs or ():
            patterns.append(replace(one, text=glob, syntax=PatternSyntax.GITHUB_GLOB))
    return replace(filter, patterns=tuple(patterns))


def _report(pattern: Pattern, place: Place, context: Context) -> None:
    said = "what it lets in starts nothing" if not pattern.negated else "what it keeps out starts"
    context.lose(
        place.loss(Feature.FILTER, Outcome.MANUAL),
        f"no glob of GitHub says what the pattern {pattern.text!r} says: {said}",
        pattern,
        "write globs that come close to it, and check the rest in the condition of the jobs",
    )


def globs_of(pattern: Pattern) -> tuple[str, ...] | None:
    """Return globs that together match what a pattern matches, None where there are none."""
    if pattern.syntax is PatternSyntax.GITHUB_GLOB:
        return (pattern.text,)
    from ciconv.converters.github.triggers.globs import globs  # files of GitHub do without

    return globs(pattern)


def unique(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """Return patterns without those that say the same as one before."""
    return tuple({(one.text, one.negated): one for one in patterns}.values())
