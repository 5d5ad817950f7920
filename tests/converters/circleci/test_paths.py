"""Regular expressions of paths as globs: each says exactly what the other does."""

import re

import pytest

from ciconv.converters.circleci.triggers.paths import changed_paths, globs_of
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.pattern import filter_matches
from ciconv.source import Source

FILES = (
    *("a.md", "docs/a.md", "docs/b/c.md", "docs/a.rst", "docs", "docs.txt", "docsite/x"),
    *("setup.cfg", "setup-cfg", "src/setup.cfg", ".ci/x", "web/server/x", "web/x", "x"),
)


@pytest.mark.parametrize(
    ("regex", "globs"),
    [
        ("docs/.*", ("docs/**/*",)),
        (r".*\.md", ("**/*.md",)),
        (r"^docs/.*\.md$", ("docs/**/*.md",)),
        ("docs.*", ("docs*", "docs*/**/*")),
        (".*", ("**/*",)),
        ("setup.cfg|x", ("setup?cfg", "x")),
        (r"(docs|web/(?:server|client))/.*", ("docs/**/*", "web/server/**/*", "web/client/**/*")),
        (r"\.ci/.+", (".ci/**/*",)),
        ("^((?!docs/).)*$", None),
        ("a+", None),
        ("docs/.*/x", None),
        ("[ab]/.*", None),
    ],
)
def test_a_glob_matches_what_its_regular_expression_does(
    regex: str, globs: tuple[str, ...] | None
) -> None:
    assert globs_of(regex) == globs
    if globs is None:
        return
    patterns = tuple(Pattern(text=one, syntax=PatternSyntax.GITLAB_GLOB) for one in globs)
    for file in FILES:
        wanted = re.fullmatch(regex, file) is not None
        assert filter_matches(Filter(patterns=patterns), file) is wanted, file


def test_what_no_glob_says_stays_as_it_is() -> None:
    found = changed_paths(("docs/.*", "a+"), Source("", "").span(0, 0)).patterns
    assert [one.syntax for one in found] == [PatternSyntax.GITLAB_GLOB, PatternSyntax.JAVA]
