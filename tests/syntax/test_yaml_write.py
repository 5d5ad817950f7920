"""Writing YAML: what comes out looks as if a person had written it."""

import pytest

from ciconv.diagnostics import Diagnostics
from ciconv.source import NOWHERE, Comment, Source
from ciconv.syntax import build
from ciconv.syntax.node import Alias, Document, Mapping, Node, Scalar, Sequence, Style
from ciconv.syntax.yaml import parse, render


def written(root: Node, *leading: str) -> str:
    """The text of a document that a writer made."""
    comments = tuple(Comment(text, NOWHERE) for text in leading)
    return render(Document(path="ci.yml", root=root, leading=comments))


def rewritten(text: str) -> str:
    """A text, read and written."""
    diagnostics = Diagnostics()
    documents = parse(Source("ci.yml", text), diagnostics)
    assert not diagnostics.has_errors
    return render(documents[0])


WORKFLOW = """\
# Copyright

# What it is
name: CI # short
on:
  push:
    branches: [main]
  pull_request:

env: { A: '1', B: "2" }

jobs:
  # compiles
  build: # fast
    runs-on: ubuntu-latest
    steps:
      # get it
      - uses: actions/checkout@v4 # pinned
      - name: Build
        run: |
          make
            make test

      - run: >-
          one line
          and another
        # end of the step
      # end of the steps

  test:
    needs: build
    uses: ./.github/workflows/test.yml
    # end of the job
  # end of the jobs
# end of the file
"""


def test_a_workflow_looks_as_people_write_it() -> None:
    """Indentation, blank lines, comments and styles; what was so already stays."""
    text = rewritten(WORKFLOW)
    assert text == WORKFLOW.replace("short\non", "short\n\non").replace(
        "make test\n\n", "make test\n"
    ).replace("jobs\n# end of the file", "jobs\n\n# end of the file")
    assert rewritten(text) == text


CHANGES = (
    ("a:\n- b\n-   c\n", "a:\n  - b\n  - c\n"),
    ("a:   b\nc :\n    d: e\n", "a: b\n\nc:\n  d: e\n"),
    ("a: [b,\n  c]\n", "a: [b, c]\n"),
    ("a: {b: c}\nd: {}\ne: []\n", "a: { b: c }\nd: {}\ne: []\n"),
    ("a: [b, # c\n  d]\n", "a:\n  - b # c\n  - d\n"),
    ("a: {b: [c, # d\n  e]}\n", "a:\n  b:\n    - c # d\n    - e\n"),
    ("a: [ # b\n  ]\n", "a: [] # b\n"),
    ("a: [\n  # b\n  ]\n", "a: [\n  # b\n]\n"),
    ("- - a\n  - b\n-\n  - c\n", "- - a\n  - b\n- - c\n"),
    ("- a: b\n  c: d\n-\n  e: f\n", "- a: b\n  c: d\n- e: f\n"),
    ("- &x\n  a: b\n- !y\n  - c\n- *x\n", "- &x\n  a: b\n- !y\n  - c\n- *x\n"),
    ("a: &x !y\n  b: c\n&k d: *x\n", "a: &x !y\n  b: c\n\n&k d: *x\n"),
    ("a: &x [b, !y c, *x]\n".replace(", *x", ""), "a: &x [b, !y c]\n"),
    ("a: &x 1\nb: [*x, {*x : *x}]\n", "a: &x 1\nb: [*x, { *x : *x }]\n"),
    ("&x\na: b\n", "&x\na: b\n"),
    ("<<: *x\n".replace("*x", "{a: b}"), "<<: { a: b }\n"),
    ("a: 3.10\nb: 0x1F\nc: ~\nd: TRUE\ne: 1e3\n", "a: 3.10\nb: 0x1F\nc: ~\nd: TRUE\ne: 1e3\n"),
    ("a: 'b'\nc: \"d\"\ne: f\n", "a: 'b'\nc: \"d\"\ne: f\n"),
    ("a: yes\nb: 1:30\nc: 2024-01-02\n", "a: 'yes'\nb: '1:30'\nc: '2024-01-02'\n"),
    ("yes: a\non: b\n'on': c\ny: d\n1: e\n", "'yes': a\non: b\n'on': c\n'y': d\n1: e\n"),
    ("a: b\n  c\n\n  d\n", "a: |-\n  b c\n  d\n"),
    ("a: 'b\n\n  c'\n", "a: |-\n  b\n  c\n"),
    ('a: "b\\nc"\n', 'a: "b\\nc"\n'),
    ("a: |+\n  b\n\nc:\n  d: e\n", "a: |+\n  b\n\nc:\n  d: e\n"),
    ("a: |2\n    b\n  c\n", "a: |2\n    b\n  c\n"),
    ("a:\n  - |1\n     b\n    c\n", "a:\n  - |2\n      b\n     c\n"),
    ("a: >\n  b\n  c\n\n  d\n", "a: >\n  b\n  c\n\n  d\n"),
    ("a: >\n  b\n   c\n", "a: |\n  b\n   c\n"),
    ("a: >+\n  b\n\n\n", "a: >+\n  b\n\n\n"),
    ("a: |-\n  b\n", "a: |-\n  b\n"),
    ("a: | # c\n  b\n", "a: | # c\n  b\n"),
    ("? [a, b]\n: c\n? {d: e}\n: - f\n", "? [a, b]\n: c\n\n? { d: e }\n:\n  - f\n"),
    ("[? a : b]\n", "[{ a: b }]\n"),
    ("a:\nb: # c\n", "a:\nb: # c\n"),
    ("[a, , b]\n".replace(" ,", " ~,"), "[a, ~, b]\n"),
    ("{a: , b: c}\n", "{ a: null, b: c }\n"),
    ("[!x '', !y z]\n", "[!x '', !y z]\n"),
    ("a\n", "a\n"),
    ("'a'\n", "'a'\n"),
    ("|\n  a\n  b\n", "|\n  a\n  b\n"),
    ("!!str\n", "!!str ''\n"),
    ("a: 1\na: 2\n", "a: 1\na: 2\n"),
    ("#a\n#\n##  b\na: b\n", "# a\n#\n# #  b\na: b\n"),
    ("# a\n---\nb: c\n", "# a\n\nb: c\n"),
    ("a: b\r\nc: |\r\n  d\r\n  e\r\n", "a: b\nc: |\n  d\n  e\n"),
    ("- # a\n  # b\n  c: d # e\n", "# b\n- # a\n  c: d # e\n"),
    ("- a:\n    # b\n    c\n", "# b\n- a: c\n"),
    ("jobs:\n  a: {}\n  b:\n    c: d\n  e: f\n", "jobs:\n  a: {}\n\n  b:\n    c: d\n\n  e: f\n"),
    ("x:\n  a:\n    b: c\n  d:\n    e: f\n", "x:\n  a:\n    b: c\n  d:\n    e: f\n"),
)


@pytest.mark.parametrize(("text", "expected"), CHANGES, ids=lambda one: ascii(one)[:40])
def test_what_is_read_is_written_in_one_way(text: str, expected: str) -> None:
    """And what was written does not change any more."""
    assert rewritten(text) == expected
    assert rewritten(expected) == expected


TEXTS = (
    ("plain", "plain"),
    ("two words", "two words"),
    ("${{ github.ref }}", "${{ github.ref }}"),
    ("a:b", "a:b"),
    ("a#b", "a#b"),
    ("--flag", "--flag"),
    ("https://example.org/?a=b", "https://example.org/?a=b"),
    ("1.2.3", "1.2.3"),
    ("v1", "v1"),
    ("échec 🎉", "échec 🎉"),
    ("", "''"),
    (" ", "' '"),
    ("a ", "'a '"),
    ("true", "'true'"),
    ("No", "'No'"),
    ("off", "'off'"),
    ("n", "'n'"),
    ("null", "'null'"),
    ("~", "'~'"),
    ("12", "'12'"),
    ("3.10", "'3.10'"),
    ("1_000", "'1_000'"),
    ("012", "'012'"),
    ("0o7", "'0o7'"),
    ("1:30", "'1:30'"),
    ("2024-01-02", "'2024-01-02'"),
    (".5", "'.5'"),
    ("-.inf", "'-.inf'"),
    ("=", "'='"),
    ("<<", "'<<'"),
    ("a: b", "'a: b'"),
    ("a:", "'a:'"),
    ("a #b", "'a #b'"),
    ("- a", "'- a'"),
    ("---", "'---'"),
    ("*.js", "'*.js'"),
    ("[a]", "'[a]'"),
    ("@a", "'@a'"),
    ("it's: x", '"it\'s: x"'),
    ("it's", "it's"),
    ("'a' \"b\"", "'''a'' \"b\"'"),
    ("a\tb", "'a\tb'"),
    ("a\x85b", '"a\\Nb"'),
    ("a\u2028b", '"a\\Lb"'),
    ("a\rb", '"a\\rb"'),
    ("a\0b", '"a\\0b"'),
    ("a\x01b", '"a\\x01b"'),
    ("\ufeffa", '"\\uFEFFa"'),
    ("a\ud800b", '"a\\uFFFDb"'),
    ("\n", '"\\n"'),
    ("a\n ", '"a\\n "'),
    ("a\r\nb", '"a\\r\\nb"'),
    ("a\nb", "|-\n  a\n  b"),
    ("a\nb\n", "|\n  a\n  b"),
    ("a\n\n\n", "|+\n  a\n\n"),
    ("\n\na\n", "|\n\n\n  a"),
    (" a\nb", "|2-\n   a\n  b"),
    ("\n\ta\n", "|2\n\n  \ta"),
    ("a\n\n b \n", "|\n  a\n\n   b "),
)


@pytest.mark.parametrize(("value", "expected"), TEXTS, ids=lambda one: ascii(one)[:30])
def test_texts_have_no_more_quotes_than_they_need(value: str, expected: str) -> None:
    """Quotes where a reader of YAML 1.1 or 1.2 would be misled, and nowhere else."""
    assert written(build.mapping(("k", build.text(value)))) == f"k: {expected}\n"


IN_A_LINE = (
    ("a, b", "'a, b'"),
    ("a]", "'a]'"),
    ("a?", "'a?'"),
    ("a:b", "a:b"),
    ("a\nb", '"a\\nb"'),
    ("", "''"),
)


@pytest.mark.parametrize(("value", "expected"), IN_A_LINE, ids=lambda one: ascii(one)[:30])
def test_texts_inside_of_brackets(value: str, expected: str) -> None:
    """There brackets and commas count, and no text has several lines."""
    one = build.text(value)
    assert written(build.sequence(one, flow=True)) == f"[{expected}]\n"
    assert written(build.mapping((value, one), flow=True)) == f"{{ {expected}: {expected} }}\n"


STYLES = (
    ("a", Style.SINGLE, "'a'"),
    ("a", Style.DOUBLE, '"a"'),
    ("a", Style.LITERAL, "|-\n  a"),
    ("a b", Style.FOLDED, ">-\n  a b"),
    ("", Style.LITERAL, "''"),
    ("it's", Style.SINGLE, "'it''s'"),
    ('a"\\', Style.DOUBLE, '"a\\"\\\\"'),
    ("a\nb", Style.SINGLE, "|-\n  a\n  b"),
    ("a\nb", Style.DOUBLE, '"a\\nb"'),
    ("a\nb\n", Style.FOLDED, ">\n  a\n\n  b"),
    ("a\x85", Style.SINGLE, '"a\\N"'),
    ("a\n b", Style.FOLDED, "|-\n  a\n   b"),
)


@pytest.mark.parametrize(("value", "style", "expected"), STYLES)
def test_a_style_is_kept_where_the_text_permits(value: str, style: Style, expected: str) -> None:
    """Else the next best one is taken."""
    one = Scalar(text=value, value=value, style=style)
    assert written(build.mapping(("k", one))) == f"k: {expected}\n"


NUMBERS = (
    (build.number(3), "3"),
    (build.number(-1), "-1"),
    (build.number(0.5), "0.5"),
    (build.number(1e20), "1.0e+20"),
    (build.number(float("inf")), ".inf"),
    (build.number(float("-inf")), "-.inf"),
    (build.number(float("nan")), ".nan"),
    (build.boolean(True), "true"),
    (build.boolean(False), "false"),
)


@pytest.mark.parametrize(("node", "expected"), NUMBERS, ids=lambda one: ascii(one)[:10])
def test_values_that_are_no_texts(node: Node, expected: str) -> None:
    """Numbers are written so that every reader takes them for the same number."""
    assert written(build.sequence(node)) == f"- {expected}\n"


def test_null_is_nothing_behind_a_key() -> None:
    """But a word inside of brackets, and where it is all there is."""
    assert written(build.mapping(("k", build.null()))) == "k:\n"
    assert written(build.sequence(build.null())) == "-\n"
    assert written(build.sequence(build.null(), flow=True)) == "[null]\n"
    assert written(build.null()) == "null\n"


def test_keys() -> None:
    """`on` is GitHub's; a merge key is one only if it was read as one."""
    one = build.text("x")
    names = ("on", "off", "<<", "a b", "", "a: b", "k" * 1_001)
    assert written(build.mapping(*((name, one) for name in names))) == (
        f"on: x\n'off': x\n'<<': x\na b: x\n'': x\n'a: b': x\n? {'k' * 1_001}\n: x\n"
    )


def test_comments_of_a_writer() -> None:
    """Several lines, odd characters and places that a reader would not choose."""
    above, inline = Comment("a\nb", NOWHERE), Comment("c\x07d", NOWHERE, inline=True)
    both = (above, inline)
    inner = Mapping(
        entries=(build.entry("k", build.text("v"), both),), comments=both, trailing=(above,)
    )
    root = build.mapping(
        build.entry("list", Sequence(items=(build.text("x", both), inner), trailing=both), both),
        build.entry("two", build.text("v", both), (inline, inline)),
    )
    assert written(root, "license") == (
        "# license\n\n# a\n# b\nlist: # c d\n  # a\n  # b\n  - x # c d\n"
        "  # a\n  # b\n  # a\n  # b\n  - # c d\n    k: v # c d\n    # a\n    # b\n"
        "  # a\n  # b\n  # c d\n\n# c d\n# a\n# b\n# c d\ntwo: v # c d\n"
    )


def test_anchors_and_aliases_of_a_writer() -> None:
    """An alias is written as its name, whatever it stands for."""
    anchored = Scalar(text="v", value="v", anchor="x", tag="!t")
    root = build.sequence(anchored, Alias(name="x", target=anchored))
    assert written(root) == "- &x !t v\n- *x\n"


@pytest.mark.parametrize("flow", [False, True])
def test_deep_trees_are_written_without_recursion(flow: bool) -> None:
    """Deeper than Python's own limit."""
    node: Node = build.text("x")
    for _ in range(5_000):
        node = build.sequence(node, flow=flow)
    assert written(node).count("[" if flow else "-") == 5_000
