"""Patterns of branches, tags and paths: one engine for the globs and regular expressions of all."""

from ciconv.ir.pattern.examples import outsiders, witnesses
from ciconv.ir.pattern.glob import ant_regex
from ciconv.ir.pattern.matching import (
    any_matches,
    apart,
    equal,
    filter_matches,
    is_empty,
    matches,
    within,
)

__all__ = [
    "ant_regex",
    "any_matches",
    "apart",
    "equal",
    "filter_matches",
    "is_empty",
    "matches",
    "outsiders",
    "within",
    "witnesses",
]
