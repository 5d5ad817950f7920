"""Patterns: what they match, what they have in common, and examples of both sides."""

import re
import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.ir.pattern import (
    ant_regex,
    any_matches,
    apart,
    equal,
    filter_matches,
    is_empty,
    matches,
    outsiders,
    within,
    witnesses,
)
from ciconv.ir.trigger import Filter, Pattern, PatternSyntax

GLOB, ANT = PatternSyntax.GITHUB_GLOB, PatternSyntax.ANT_GLOB
RUBY = PatternSyntax.GITLAB_GLOB
RE2, JAVA, EXACT = PatternSyntax.RE2, PatternSyntax.JAVA, PatternSyntax.EXACT


def pattern(text: str, syntax: PatternSyntax = GLOB) -> Pattern:
    return Pattern(text=text, syntax=syntax)


# pattern, what matches, what does not
GLOBS = [
    ("main", "main", "Main mainx xmain main/x"),
    ("release/*", "release/1 release/1.x release/", "release release/1/x xrelease/1"),
    ("release/**", "release/1 release/1/x", "release xrelease/1"),
    ("v[0-9]+.*", "v1. v1.x v12.3.4", "v1 v1x2 vx.1 v1./x"),
    ("v[12].[0-9]+.[0-9]+", "v1.10.1 v2.0.0", "v3.0.0 v1.1 v1.1.1.1"),
    ("v2*", "v2 v2.0 v2.9", "v1 v2/x"),
    ("*", "main v1", "a/b"),
    ("**", "main a/b a/b/c .x", ""),
    ("*feature", "feature my-feature ver-10-feature", "a/feature features"),
    ("feat/**", "feat/x feat/x/y", "feat xfeat/x"),
    ("docs/**", "docs/a docs/a/b.md", "docs x/docs/a"),
    ("**.js", "a.js x/a.js .js", "a.jsx js"),
    ("*.js", "a.js .js", "x/a.js"),
    ("**/README.md", "README.md js/README.md a/b/README.md", "xREADME.md README.mdx"),
    ("**/docs/**", "docs/a dir/docs/a x/y/docs/a/b", "docs xdocs/a"),
    ("**/*src/**", "a/src/app.js my-src/code/js.js src/x", "src x/srcs/a"),
    ("docs/**/*.md", "docs/a.md docs/b/a.md docs/b/c/a.md", "docs.md xdocs/a.md docs/a.mdx"),
    ("**/*-post.md", "my-post.md a/their-post.md", "post.md"),
    ("*.jsx?", "page.js page.jsx", "page.jsxx page.j a/page.js"),
    ("a+b", "ab aab", "b a+b"),
    ("[a-cx]?y", "y ay xy", "dy aay"),
    ("[a-]b", "ab -b", "cb"),
    ("v*.*.*", "v1.2.3 v1.2.3-rc.1 v10.0.0.1 va.b.c", "v1.2 1.2.3 x/v1.2.3 v1.2.3/x"),
    (r"a\*b\?", "a*b?", "axb? ab"),
    (r"\!a", "!a", "a"),
    ("a.b", "a.b", "axb"),
    ("(a|b)", "(a|b)", "a b"),
    ("é*", "é éa", "e"),
]

ANTS = [
    ("main", "main MAIN Main", "mainx x/main"),
    ("release-*", "release-1 RELEASE-", "release-1/x"),
    ("feature/**", "feature feature/a feature/a/b", "features feature-x"),
    ("feature/", "feature feature/a", "features"),
    ("**/x", "x a/x a/b/x", "xx a/x/b"),
    ("a/**/b", "a/b a/x/b A/x/y/B", "ab a/xb"),
    ("**", "a a/b", ""),
    ("**/**/x/**/**", "x a/x x/a", "ax"),
    ("a**b", "ab axxb", "a/b"),
    ("v?.?", "v1.2 VA.B", "v12.3 v/.1"),
    (r"a\b", "a/b", "ab"),
    ("[a]", "[a] [A]", "a"),
    ("é", "É é", "e"),
]

RUBIES = [
    ("Dockerfile", "Dockerfile", "docker/Dockerfile Dockerfile.x dockerfile"),
    ("docs/**/*", "docs/a docs/a/b.md docs/.x", "docs xdocs/a"),
    ("docs/**", "docs/a", "docs docs/a/b"),  # not at its end: one level only
    ("**/*.js", "a.js a/b.js a/b/c.js .js", "a.jsx"),
    ("**.js", "a.js", "a/b.js"),
    ("*.{rb,md}", "a.rb b.md", "a.py a.rb.x"),
    ("{a,b/**/c}/x", "a/x b/c/x b/y/z/c/x", "c/x b/x"),
    ("a?c", "abc", "a/c ac"),
    ("[a-c]x", "ax cx", "dx"),
    ("[!a-c]x", "dx", "ax /x"),
    (r"a\*", "a*", "ab"),
]

RE2S = [
    ("^main$", "main", "mainx xmain MAIN"),
    ("staging", "staging xstagingx staging/1", "stagin STAGING"),
    ("(?i)staging", "Staging STAGING", "stagin"),
    ("(?i:a)b", "Ab ab xAb", "aB"),
    ("(?i)a(?-i)b", "Ab", "aB"),
    ("^v(?i)x|y$", "vX aY", "VX"),  # the flag is for the alternatives behind it, too
    (r"^release\/[^\/]*$", "release/1 release/", "release/1/x"),
    (r"^v\d+\.\d+(\.\d+)?$", "v1.2 v1.2.30", "v1 v1.2.x"),
    ("^(main|develop|release-[0-9]{1,2})$", "main develop release-12", "release-123 mains"),
    ("^(?:a|b)+$", "a ab bba", "c"),
    ("^(?P<x>a)(?<y>b)$", "ab", "a"),
    ("a{2}", "aa baab", "a"),
    ("^a{2,}$", "aa aaaa", "a"),
    ("^a{,2}$", "a{,2}", "a aa"),
    ("^a{x$", "a{x", "a"),
    ("^[]a]$", "] a", "b"),
    ("^[^]a]$", "b", "] a"),
    ("^[a-c-]$", "a c -", "d"),
    (r"^[\w.]+$", "a_1.b", "a-b"),
    (r"^\W\S\D$", "-aa", "aaa -a1"),
    ("^[[:alpha:]]+$", "aB", "a1"),
    ("^[[:^alpha:]x]+$", "1x-", "a"),
    (r"^\x41\x{42}\.$", "AB.", "AB"),
    (r"^\Qa.b*\E*$", "a.b a.b** a.b*", "axb"),
    (r"\bfoo\b", "foo a-foo foo/x", "foox xfoo foo_"),
    (r"\Bfoo", "xfoo", "foo a-foo"),
    (r"\Amain\z", "main", "mainx"),
    ("^a|b$", "a ax b xb", "xa bx"),
    ("a$|^b", "xa bx", "ax xb"),
    ("a^b", "", "ab a b"),
    ("(^a|b)*c", "c ac abc xac", "ab"),
    ("^(?:.*(^a.*|.*b$).*)$", "a ax b xb", "xa bx"),  # one edge behind another
    ("^a??b*?$", "ab b a", "aa"),
    ("(a?){3}$", "anything", ""),
    ("^(ab?)*$", "a ab aba", "b abb"),
    ("^$", "", "a"),
    ("(?s)^a.b$", "a\nb axb", "ab"),
    ("^a.b$", "axb", "a\nb"),
    ("(?m)^b$", "b a\nb\nc", "ab"),
    ("^(?U)a+$", "aa", "b"),
    ("|a", "anything", ""),
]

JAVAS = [
    ("main", "main", "mainx xmain MAIN"),
    ("release/[^/]*", "release/1", "release/1/x"),
    ("^v[0-9]+$", "v1", "v v1x xv1"),
    (r"v\d+(\.\d+){1,2}", "v1.2 v1.2.3", "v1 v1.2.3.4"),
    ("(?i)main|dev", "MAIN Dev", "maine"),
    (".*-rc", "1-rc -rc", "1-rc2 1\n-rc"),
    (r"\p{Alpha}+\p{Digit}", "ab1", "a1b"),
    (r"[\p{Lower}_]+", "a_b", "A"),
    (r"\Aa\Z", "a", "ab"),
    (r"a\u0062\x63", "abc", "ab"),
    (r"\/a\-b", "/a-b", "a-b"),
    ("(?<name>a)", "a", "b"),
    (r"\s\v", "\t\v \n\n", "\t\t"),
]

TABLES = (
    *((GLOB, *row) for row in GLOBS),
    *((RUBY, *row) for row in RUBIES),
    *((ANT, *row) for row in ANTS),
    *((RE2, *row) for row in RE2S),
    *((JAVA, *row) for row in JAVAS),
)


@pytest.mark.parametrize(("syntax", "text", "inside", "outside"), TABLES)
def test_matches(syntax: PatternSyntax, text: str, inside: str, outside: str) -> None:
    """The tables above, and what is worked out from a pattern agrees with them."""
    one = pattern(text, syntax)
    words = [word for word in inside.split(" ") if word]
    found = {word: matches(one, word) for word in (*words, *outside.split(" ")) if word}
    assert found == {word: word in words for word in found}
    assert is_empty(one) is (not witnesses(one))
    assert all(matches(one, word) for word in witnesses(one))
    assert not any(matches(one, word) for word in outsiders(one))


@pytest.mark.parametrize(("glob", "inside", "outside"), [row for row in ANTS if row[0].isascii()])
def test_ant_globs_are_regular_expressions(glob: str, inside: str, outside: str) -> None:
    """The systems without Ant's globs are given what matches the same names."""
    one = pattern(ant_regex(glob), JAVA)
    assert all(matches(one, word) for word in inside.split())
    assert not any(matches(one, word) for word in outside.split())


@pytest.mark.parametrize(
    ("syntax", "text", "expected"),
    [
        (GLOB, "", True),
        (GLOB, "*", True),
        (GLOB, "a?", True),
        (GLOB, "a+", False),
        (ANT, "**", True),
        (RE2, "", True),
        (RE2, "^$", True),
        (RE2, "$^", True),
        (RE2, r"\B", True),
        (RE2, r"\b", False),
        (JAVA, "a*", True),
        (JAVA, ".", False),
        (EXACT, "", True),
        (EXACT, "x", False),
    ],
)
def test_the_empty_text(syntax: PatternSyntax, text: str, expected: bool) -> None:
    """No branch has this name, but there are parameters without a value."""
    assert matches(pattern(text, syntax), "") is expected


def test_exact_patterns_have_no_signs() -> None:
    """Not even for texts that are long."""
    assert matches(pattern("v*.[0-9]", EXACT), "v*.[0-9]") is True
    assert matches(pattern("v*", EXACT), "v1") is False
    assert matches(pattern("a" * 100_000, EXACT), "a" * 100_000) is True
    assert equal(pattern("main", EXACT), pattern("main")) is True
    assert witnesses(pattern("v*", EXACT)) == ("v*",)


UNKNOWN = [
    (RUBY, "{a"),
    (RUBY, "[a"),
    (GLOB, "?a"),
    (GLOB, "+"),
    (GLOB, "a/**?"),
    (GLOB, "a++"),
    (GLOB, "[a"),
    (GLOB, "[]a]"),
    (GLOB, "[z-a]"),
    (GLOB, "[^a]"),
    (GLOB, "[!a]"),
    (GLOB, r"[\]]"),
    (GLOB, "a\\"),
    (GLOB, "a" * 2_000),
    (GLOB, "a" * 10_000_000),
    (RE2, "(?=a)b"),
    (RE2, "(?!a)b"),
    (RE2, "(?<!a)b"),
    (RE2, r"(a)\1"),
    (RE2, r"\p{Greek}"),
    (RE2, "(?i)é"),
    (RE2, "(?x)a"),
    (RE2, "(?<1>a)"),
    (RE2, "[[:nothing:]]"),
    (RE2, r"\y"),
    (RE2, r"\x{FFFFFF}"),
    (RE2, "*a"),
    (RE2, "a**"),
    (RE2, "a|*"),
    (RE2, "(*a)"),
    (RE2, "(?i)*"),
    (RE2, "{2}"),
    (RE2, "a{3,2}"),
    (RE2, "a{1001}"),
    (RE2, "(a{100}){100}"),
    (RE2, "(a"),
    (RE2, "a)"),
    (RE2, "[a"),
    (RE2, "[b-a]"),
    (RE2, r"[a-\d]"),
    (RE2, "a\\"),
    (RE2, "(" * 5_000),
    (RE2, "(" * 200 + ")" * 200),
    (JAVA, "a*+"),
    (JAVA, "(?>a)"),
    (JAVA, "(?u)a"),
    (JAVA, "(?m)^a"),
    (JAVA, "[a&&b]"),
    (JAVA, "[a[b]]"),
    (JAVA, r"\p{L}"),
    (JAVA, r"\p{IsGreek}"),
    (JAVA, "a{1000}{1000}"),
    (JAVA, "a{,2}"),
    (JAVA, r"\G"),
    (JAVA, r"\k<x>"),
    (JAVA, "a|{2}"),
]


@pytest.mark.parametrize(("syntax", "text"), UNKNOWN, ids=[text[:20] for _, text in UNKNOWN])
def test_what_is_unknown_is_neither_true_nor_false(syntax: PatternSyntax, text: str) -> None:
    """Wrong patterns, those that no automaton can match, and those that are too large."""
    one = pattern(text, syntax)
    start = time.process_time()
    assert matches(one, "a") is None
    assert equal(one, pattern("a")) is None
    assert equal(pattern("a"), one) is None
    assert is_empty(one) is None
    assert witnesses(one) == outsiders(one) == ()
    assert time.process_time() - start < 1


HARD = [
    ("(a*)*b", "a" * 20_000, False),
    ("^(a|aa)+$", "a" * 20_000 + "b", False),
    ("(x+x+)+y", "x" * 20_000, False),
    ("(.*a){300}", "ab" * 5_000, True),
    ("(a?){400}a{400}", "a" * 5_000, True),
    ("(a|b)*a(a|b){20}", "ab" * 5_000, True),
    (".{0,500}x.{400}", "ab" * 3_000, False),
    ("(" * 50 + "a{0,3}" + ")*" * 50, "a" * 5_000, True),
    ("^" + r"(\bfoo\b|^bar$| )*" * 30 + "$", "foo " * 2_000, True),
]


@pytest.mark.parametrize(("text", "subject", "expected"), HARD, ids=[one[0][:20] for one in HARD])
def test_no_pattern_takes_long(text: str, subject: str, expected: bool) -> None:
    """Time is linear in the text, and every other question gives up in time."""
    one = pattern(text, RE2)
    start = time.process_time()
    assert matches(one, subject) is expected
    witnesses(one)
    outsiders(one)
    equal(one, pattern("(a|b)*b(a|b){20}", RE2))
    assert time.process_time() - start < 5


EQUAL = [
    (pattern("release/*"), pattern("^release/[^/]*$", RE2), True),
    (pattern("release/*"), pattern("release/[^/]*", JAVA), True),
    (pattern("release/**"), pattern("(?s)release/.*", JAVA), True),
    (pattern("release/**"), pattern("release/.*", JAVA), False),  # a line break
    (pattern("release/*"), pattern("release/*", ANT), False),  # case
    (pattern("[rR][eE]/*"), pattern("re/*", ANT), True),
    (pattern("**/a"), pattern("(?s)^(.*/)?a$", RE2), True),
    (pattern("**a**"), pattern("a", RE2), True),
    (pattern("**"), pattern("", RE2), True),
    (pattern("***"), pattern("**"), True),
    (pattern("v[0-9]+.*"), pattern(r"^v\d+\.[^/]*$", RE2), True),
    (pattern("v[0-9]+.*"), pattern(r"^v\d+.[^/]*$", RE2), False),
    (pattern("a?b"), pattern("ab|b", JAVA), True),
    (pattern("(a|b)*", JAVA), pattern("(a*b*)*", JAVA), True),
    (pattern("^a|^b", RE2), pattern("^[ab]", RE2), True),
    (pattern("x^a", RE2), pattern("y$z", RE2), True),  # nothing matches either
    (pattern("(a|b)*a(a|b){9}", JAVA), pattern("[ab]*a[ab]{9}", JAVA), True),
    (pattern("(a|b)*a(a|b){25}", JAVA), pattern("[ab]*a[ab]{25}", JAVA), None),  # too hard
    (pattern("a" * 10_000_000), pattern("a" * 10_000_000), True),
]


@pytest.mark.parametrize(("one", "other", "expected"), EQUAL)
def test_equality_of_languages(one: Pattern, other: Pattern, expected: bool | None) -> None:
    """However they are written; the other way round, too."""
    assert equal(one, other) is expected
    assert equal(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "inside", "outside"),
    [
        ("release/1", "release/.*", True, False),
        ("release/.*", "release/1", False, False),
        ("release/.*", "wip-.*", False, True),
        ("release/[0-9]+", "(release|hotfix)/.*", True, False),
        ("(?!a).*", "b", None, None),
    ],
)
def test_one_language_within_another_or_apart(
    one: str, other: str, inside: bool | None, outside: bool | None
) -> None:
    """Unknown where look-around is needed."""
    assert within(pattern(one, JAVA), pattern(other, JAVA)) is inside
    assert apart(pattern(one, JAVA), pattern(other, JAVA)) is outside


def words(*items: str) -> tuple[Pattern, ...]:
    """Patterns of a filter of GitHub, where `!` negates."""
    return tuple(Pattern(text=one.removeprefix("!"), negated=one.startswith("!")) for one in items)


FILTERS = [
    (("main",), "main", True),
    (("main",), "dev", False),
    ((), "main", False),
    (("releases/**", "!releases/**-alpha"), "releases/10", True),
    (("releases/**", "!releases/**-alpha"), "releases/beta/mona", True),
    (("releases/**", "!releases/**-alpha"), "releases/10-alpha", False),
    (("releases/**", "!releases/**-alpha"), "main", False),
    (("!releases/**-alpha",), "main", False),  # nothing is chosen before it
    (("!a", "**"), "a", True),
    (("**", "!a", "a"), "a", True),
    (("[a", "main"), "main", True),
    (("[a", "main"), "dev", None),
    (("main", "[a"), "main", True),
    (("main", "![a"), "main", None),
    (("main", "![a"), "dev", False),
    (("main", "![a", "main"), "main", True),
    (("main", "[a", "!main"), "main", False),
]


@pytest.mark.parametrize(("items", "text", "expected"), FILTERS)
def test_filters(items: tuple[str, ...], text: str, expected: bool | None) -> None:
    """The last match wins; `ignore` asks for the opposite."""
    assert filter_matches(Filter(patterns=words(*items)), text) is expected
    ignored = filter_matches(Filter(patterns=words(*items), ignore=True), text)
    assert ignored is (None if expected is None else not expected)


PATHS = [
    (("docs/**",), False, ("src/a", "docs/b"), True),
    (("docs/**",), False, ("src/a",), False),
    (("docs/**",), False, (), False),
    (("docs/**", "!docs/x"), False, ("docs/x",), False),
    (("docs/**", "!docs/x"), False, ("docs/x", "docs/y"), True),
    (("docs/**",), True, ("docs/a",), False),
    (("docs/**",), True, ("docs/a", "src/a"), True),
    (("[a",), False, ("x",), None),
    (("[a", "y"), False, ("x", "y"), True),
]


@pytest.mark.parametrize(("items", "ignore", "paths", "expected"), PATHS)
def test_paths(
    items: tuple[str, ...], ignore: bool, paths: tuple[str, ...], expected: bool | None
) -> None:
    """One changed file that counts is enough."""
    assert any_matches(Filter(patterns=words(*items), ignore=ignore), paths) is expected


def test_examples_look_like_names() -> None:
    """Of every choice one, and near misses; what is no name comes last."""
    assert witnesses(pattern("release/*"))[:2] == ("release/x", "release/aa")
    assert witnesses(pattern("feat/**"))[:2] == ("feat/x", "feat/x/y")
    assert set(witnesses(pattern("^(main|dev|rc)$", RE2))) == {"main", "dev", "rc"}
    assert {"mainx", "xmain", "MAIN"} <= set(outsiders(pattern("main")))
    assert {"v1.2", "v1.2.3/x"} & set(outsiders(pattern("v1.2.3"))) != set()
    assert outsiders(pattern("**")) == ()
    assert witnesses(pattern("a^b", RE2)) == ()
    assert witnesses(pattern("^$", RE2)) == ("",)
    assert len(witnesses(pattern("|".join("abcdefghijklmnop"), RE2))) >= 8


GLOB_PARTS = st.sampled_from(
    ["a", "b", "/", "*", "**", "**/", "a?", "b+", "[ab]", "[a-c]+", "[b/]?", r"\*", ".", "-"]
)
SUBJECTS = st.text("ab/*.-c", max_size=7)


def slow_glob(glob: str, text: str) -> bool:
    """GitHub's globs once more: by trying everything."""
    if not glob:
        return not text
    if glob.startswith("**/"):
        behind = [text[n + 1 :] for n, letter in enumerate(text) if letter == "/"]
        return any(slow_glob(glob[3:], rest) for rest in (text, *behind))
    if glob.startswith("*"):
        signs = 2 if glob.startswith("**") else 1
        reach = len(text) if signs == 2 else len(text.partition("/")[0])
        return any(slow_glob(glob[signs:], text[n:]) for n in range(reach + 1))
    one, sign, rest = re.findall(r"(?s)^(\[.*?\]|\\.|.)([?+]?)(.*)", glob)[0]
    allowed = one.strip("[]").replace("a-c", "abc") if one[0] == "[" else one.lstrip("\\")
    hit = text[:1] != "" and text[0] in allowed
    if sign == "?" and slow_glob(rest, text):
        return True
    if sign == "+" and hit and slow_glob(glob, text[1:]):
        return True
    return hit and slow_glob(rest, text[1:])


@given(st.lists(GLOB_PARTS, max_size=6).map("".join), st.lists(SUBJECTS, min_size=5, max_size=20))
def test_globs_against_another_matcher(glob: str, subjects: list[str]) -> None:
    """That one is slow, and as simple as can be; examples are taken from ours."""
    one = pattern(glob)
    for text in (*subjects, *witnesses(one), *outsiders(one)):
        assert matches(one, text) is slow_glob(glob, text), text


REGEX_ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "ab",
        ".",
        "[ab]",
        "[^a]",
        r"\w",
        r"\W",
        r"\.",
        "^",
        "$",
        r"\b",
        r"\B",
        "(?i:A)",
        "/",
    ]
)
REGEXES = st.recursive(
    REGEX_ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{2,}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        )
    ),
    max_leaves=8,
)


@given(REGEXES, st.lists(st.text("abAB/.-", min_size=1, max_size=6), min_size=5, max_size=20))
def test_regexes_against_another_matcher(regex: str, subjects: list[str]) -> None:
    """Python's finds the same, but for an empty text, which has no `\\B` for it."""
    search, whole = pattern(regex, RE2), pattern(regex, JAVA)
    for text in filter(
        None, (*subjects, *witnesses(search), *outsiders(search), *witnesses(whole))
    ):
        assert matches(search, text) is bool(re.search(regex, text, re.ASCII)), text
        assert matches(whole, text) is bool(re.fullmatch(regex, text, re.ASCII)), text


SHORT = ["".join(letters) for size in range(5) for letters in product("ab/", repeat=size)]


@given(REGEXES, REGEXES)
def test_equality_against_all_short_texts(one: str, other: str) -> None:
    """Equal languages have the same short texts, and a language equals itself in other words."""
    here, there = pattern(one, JAVA), pattern(other, JAVA)
    if any(matches(here, text) is not matches(there, text) for text in SHORT):
        assert equal(here, there) is False
    assert equal(here, pattern(f"(?:{one}|{one}{{1}})" if one else "", JAVA)) is not False
    assert equal(pattern(f"(?:{one}|{other})", JAVA), pattern(f"(?:{other}|{one})", JAVA)) is True
