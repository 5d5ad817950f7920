"""Patterns as regular expressions of POSIX: `grep` finds what our own engine finds."""

import subprocess

import pytest

from ciconv.ir.filter import Pattern, PatternSyntax
from ciconv.ir.pattern import matches
from ciconv.ir.pattern.posix import posix_regex

_TEXTS = (
    *("main", "Main", "master", "release/1.2", "release/1/2", "release/", "v1.2.3", "v1x2", "v"),
    *("feature/a-b", "feature/a/b", "dependabot/npm", "1.x", "a+b", "a", "aa", "^", "x]y", "x-y"),
)


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("main", PatternSyntax.EXACT),
        ("release/*", PatternSyntax.ANT_GLOB),
        ("**/B", PatternSyntax.ANT_GLOB),
        ("release/**", PatternSyntax.GITHUB_GLOB),
        ("v[0-9]+.*", PatternSyntax.GITHUB_GLOB),
        (r"v\d+(\.\d+){2}", PatternSyntax.JAVA),
        ("main|master|(release/.*)", PatternSyntax.JAVA),
        ("[^/]+", PatternSyntax.JAVA),
        ("^v", PatternSyntax.RE2),
        (r"(?i)^MA.*r$|\+", PatternSyntax.RE2),
        ("[a^-]{1,2}", PatternSyntax.JAVA),
        (r"x[\]-]y", PatternSyntax.JAVA),
    ],
)
def test_grep_finds_the_same(text: str, syntax: PatternSyntax) -> None:
    """Each text is found or not, as the pattern says."""
    pattern = Pattern(text=text, syntax=syntax)
    regex = posix_regex(pattern)
    assert regex is not None
    flags = ["-iE" if regex.any_case else "-E"]
    lines = "".join(f"{one}\n" for one in _TEXTS)
    done = subprocess.run(
        ["grep", *flags, "--", regex.text], input=lines, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [one for one in _TEXTS if matches(pattern, one)]


@pytest.mark.parametrize("text", [r"(?!main).*", r"a\b", r"(a)\1", "[é-ü]"])
def test_other_patterns_have_none(text: str) -> None:
    """What POSIX cannot say is not said in another way."""
    assert posix_regex(Pattern(text=text, syntax=PatternSyntax.JAVA)) is None
