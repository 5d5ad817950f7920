"""Reading YAML: values, places, comments, faults, and input that means harm."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ciconv.diagnostics import Diagnostic, Diagnostics
from ciconv.source import Source
from ciconv.syntax.node import (
    Alias,
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Style,
    Value,
    children,
)
from ciconv.syntax.yaml import events, parse

ROOT = Path(__file__).parent.parent.parent


def is_yaml(path: Path) -> bool:
    """Whether another reader finds no fault in a file: some fixtures are broken by intent."""
    try:
        list(yaml.parse(path.read_bytes(), getattr(yaml, "CLoader", yaml.Loader)))
    except yaml.YAMLError:
        return False
    return True


FIXTURES = sorted(path for path in (ROOT / "fixtures").rglob("*.y*ml") if is_yaml(path))


def read_all(text: str) -> tuple[tuple[Document, ...], tuple[Diagnostic, ...]]:
    """The documents of a text, and what was said about it."""
    diagnostics = Diagnostics()
    documents = parse(Source("ci.yml", text), diagnostics)
    return documents, diagnostics.sorted()


def read(text: str) -> Node:
    """The root of a text without faults."""
    documents, said = read_all(text)
    assert not said
    return documents[0].root


def scalar(text: str) -> Scalar:
    """The value of the key `k`."""
    root = read(text)
    assert isinstance(root, Mapping)
    value = root.get("k")
    assert isinstance(value, Scalar)
    return value


def nodes(root: Node) -> Iterator[Node]:
    """All nodes, without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


VALUES: tuple[tuple[str, Value], ...] = (
    ("", None),
    ("~", None),
    ("null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("true", True),
    ("False", False),
    ("yes", "yes"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("12", 12),
    ("-7", -7),
    ("+7", 7),
    ("010", 10),
    ("0o17", 15),
    ("0x1F", 31),
    ("0b1", "0b1"),
    ("1_000", "1_000"),
    ("1:30", "1:30"),
    ("3.10", 3.1),
    (".5", 0.5),
    ("5.", 5.0),
    ("1e3", 1000.0),
    ("1e", "1e"),
    ("1.2.3", "1.2.3"),
    ("--", "--"),
    ("+", "+"),
    (".", "."),
    ("-.inf", float("-inf")),
    ("+.INF", float("inf")),
    ("2024-01-02", "2024-01-02"),
    ("=", "="),
    ("9" * 300, int("9" * 300)),
    ("-" + "9" * 400, float("-inf")),
    ("0x" + "f" * 400, float("inf")),
    ("1" * 5000, "1" * 5000),
    ("'12'", "12"),
    ('"true"', "true"),
    ("''", ""),
    ("!!str 12", "12"),
    ("!!int '12'", 12),
    ("!!float 12", 12.0),
    ("!!bool 'true'", True),
    ("!!null ''", None),
    ("! 12", "12"),
    ("!reference 12", "12"),
)


@pytest.mark.parametrize(("written", "value"), VALUES, ids=lambda one: ascii(one)[:20])
def test_values_are_those_of_yaml_1_2(written: str, value: Value) -> None:
    """Core schema: no dates, no sexagesimals, no `yes`; the written text stays."""
    found = scalar(f"k: {written}")
    assert found.value == value
    assert type(found.value) is type(value)


def test_the_written_text_stays() -> None:
    """`3.10` is a number whose text is not `3.1`; `on` is a key like others."""
    root = read("on: 3.10")
    assert isinstance(root, Mapping)
    value = root.get("on")
    assert isinstance(value, Scalar)
    assert (value.text, value.value, value.style) == ("3.10", 3.1, Style.PLAIN)


def test_not_a_number() -> None:
    """It is the only value that differs from itself."""
    found = scalar("k: .NaN").value
    assert isinstance(found, float)
    assert found != found


TAGS = (
    ("!!str x", "!!str"),
    ("!reference [a, b]", "!reference"),
    ("! x", "!"),
    ("!<tag:example.org,2000:x> x", "!<tag:example.org,2000:x>"),
    ("!a%20b x", "!a%20b"),
    ("x", None),
)


@pytest.mark.parametrize(("written", "tag"), TAGS)
def test_tags_are_kept_as_written(written: str, tag: str | None) -> None:
    """Unknown tags are no fault: what they mean is for the format to say."""
    root = read(f"k: {written}")
    assert isinstance(root, Mapping)
    assert root.entries[0].value.tag == tag


def test_every_node_has_its_place() -> None:
    """Keys, values, collections, anchors and aliases: what the span covers."""
    root = read("a: &x\n  b: [1, {c: d}] # no\n  e: *x2\n".replace("*x2", "'f'") + "g: *x\nh:\n")
    texts = [node.span.text for node in nodes(root)]
    assert sorted(texts) == sorted(
        [
            "a: &x\n  b: [1, {c: d}] # no\n  e: 'f'\ng: *x\nh:",
            *("a", "g", "h", "*x", "", "&x\n  b: [1, {c: d}] # no\n  e: 'f'"),
            *("b", "e", "'f'", "[1, {c: d}]", "1", "{c: d}", "c", "d"),
        ]
    )


def test_an_alias_knows_its_target_and_its_own_place() -> None:
    """The place is where it stands, not where the anchor is."""
    root = read("a: &x 1\nb: *x\n&x c: *x\n")
    assert isinstance(root, Mapping)
    first, second, third = (entry.value for entry in root.entries)
    assert isinstance(second, Alias)
    assert isinstance(third, Alias)
    assert second.target is first
    assert second.span.start.line == 2
    assert third.target is root.entries[2].key


def test_an_anchor_may_be_used_again() -> None:
    """The nearest one before an alias counts, also when its node is inside the other's."""
    root = read("a: &x [&x 1, *x]\nb: *x\n")
    assert isinstance(root, Mapping)
    outer = root.entries[0].value
    alias = root.entries[1].value
    assert isinstance(alias, Alias)
    assert isinstance(outer, Sequence)
    assert alias.target is outer.items[0]


def test_merge_keys_stay() -> None:
    """Who reads the tree decides what `<<` means."""
    root = read("a: &x {b: 1}\nc:\n  <<: *x\n")
    assert isinstance(root, Mapping)
    inner = root.get("c")
    assert isinstance(inner, Mapping)
    assert inner.entries[0].name == "<<"
    assert isinstance(inner.entries[0].value, Alias)


SCALARS = (
    ("k: a b", "a b"),
    ("k: 'a''b'", "a'b"),
    ("k: 'a\n  b\n\n  c'", "a b\nc"),
    ("k: a\n  b\n\n  c", "a b\nc"),
    ('k: "a\\tb\\x41\\u00e9\\U0001F389c"', "a\tbAé\U0001f389c"),
    ('k: "a\\\n   b"', "ab"),
    ('k: "a  \n   b\\ \n  c"', "a b  c"),
    ("k: |\n  a\n    b\n\n  c\n", "a\n  b\n\nc\n"),
    ("k: |2-\n    a\n  b\n\n", "  a\nb"),
    ("k: |+\n  a\n\n\n", "a\n\n\n"),
    ("k: >\n  a\n  b\n\n  c\n", "a b\nc\n"),
    ("k: >-\n\n  a\n   b\n  c\n  d", "\na\n b\nc d"),
    ("k: >2\n    a\n  b\n  c\n", "  a\nb c\n"),
    ("k: &x !t |\n  a\n", "a\n"),
    ("k: &x # c\n  'a''b'", "a'b"),
    ("k: !!str a", "a"),
    ("k: |\n", ""),
    ("k: |\n\n\n", ""),
)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize(("text", "value"), SCALARS, ids=lambda one: ascii(one)[:30])
def test_each_character_has_its_place(text: str, value: str, newline: str) -> None:
    """The place of a character of a scalar holds it, or what was written for it."""
    node = scalar(text.replace("\n", newline))
    assert node.value == value
    for index, character in enumerate(value):
        found = node.span_of(index, index + 1).text
        same = found == character
        assert same or character == " \n" or is_written_for(found, character), (index, found)


def is_written_for(found: str, character: str) -> bool:
    """Whether the source may have this where the text has the character."""
    if character in " \n":
        return found in ("", " ", "\n", "\r", "\\")
    return found == "\\"


WORDS = st.text(st.sampled_from("ab'\"\\ :#é🎉"), min_size=1, max_size=6).map(
    lambda text: f"x{text}x"
)


@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(1, 5))
def test_each_character_of_a_script_has_its_place(lines: list[str], indent: int) -> None:
    """In literal blocks, whatever the indentation."""
    blanks = " " * indent
    text = "k: |\n" + "".join(f"{blanks}{line}\n\n" for line in lines)
    node = scalar(text)
    assert node.text == "\n\n".join(lines) + "\n"
    for index, character in enumerate(node.text):
        assert node.span_of(index, index + 1).text in (character, "")
    assert node.span.text.endswith(lines[-1])


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_each_character_in_quotes_has_its_place(words: list[str]) -> None:
    """In single quotes over several lines."""
    written = "\n\n  ".join(words).replace("'", "''")
    node = scalar(f"k: '{written}'")
    assert node.text == "\n".join(words)
    for index, character in enumerate(node.text):
        assert node.span_of(index, index + 1).text == character


def test_the_span_of_a_range() -> None:
    """From the first character to the last, over lines."""
    node = scalar("k: |\n    a ${{ b }}\n    c\n")
    index = node.text.index("${{")
    assert node.span_of(index, index + 8).text == "${{ b }}"
    assert node.span_of(index, len("a ${{ b }}\nc")).text == "${{ b }}\n    c"
    assert node.span_of(2, 2).start.column == 7


# (text, who has its comments, in their order; `k~`: behind `k`, `k{}` `k[]`: at the end of its
# block, `-`: a collection as an item, `^`: the document)
COMMENTS = (
    ("# a\nk: v", "k"),
    ("k: v # a", "k~"),
    ("k: # a\n  l: v", "k~"),
    ("k:\n  # a\n  l: v", "l"),
    ("k: v\n# a\nl: v # b", "l l~"),
    ("k: # a\nl: v", "k~"),
    ("k:\n  l: v\n  # a\nm: v", "k{}"),
    ("k:\n  l: v\n# a\nm: v", "m"),
    ("k:\n  l: v\n # a\n  # b\nm: v", "m m"),
    ("k:\n  l:\n    m: v\n  # a\nn: v", "k{}"),
    ("k:\n  l:\n    m: v\n    # a\n  # b\nn: v", "l{} k{}"),
    ("k: v\n# a", "{}"),
    ("k:\n  l: v\n# a", "{}"),
    ("k: |\n  x # y\n # a\n", "{}"),
    ("k: | # a\n  x\n", "k~"),
    ("k: &x # a\n  v", "k~"),
    ("k: &x # a\n  l: v", "k~"),
    ("k: !x # a\n  # b\n  - v", "k~ v"),
    ("k:\n  # a\n  v", "k"),
    ("k: [ # a\n  1, # b\n  # c\n  2\n  # d\n] # e", "k 1~ 2 k[] k~"),
    ("k: {a: 1, # b\n  c: 2}", "a~"),
    ("k: {a: # b\n  2, # c\n  }", "a a~"),
    ("k: 'x # y' # a", "k~"),
    ("k: x#y # a", "k~"),
    ('k: "x"# a', "k~"),
    ("- # a\n  k: v", "-~"),
    ("# a\n- k: v # b", "- k~"),
    ("- k:\n    # a\n    v", "-"),
    ("- k: v\n  # a\n# b\n- l", "{} l"),
    ("- 1 # a\n# b\n- 2\n# c", "1~ 2 []"),
    ("k:\n- 1\n# a\nl: v", "l"),
    ("k:\n- 1\n# a", "{}"),
    ("k:\n- 1\n  # a\nl: v", "k[]"),
    ("- - # a\n    k: v", "-~"),
    ("- &x # a\n  k: v", "-~"),
    ("- &x # a\n  k", "k~"),
    ("- | # a\n  x", "x~"),
    ("v # a", "v~"),
    ("# a\nv\n# b", "v end"),
    ("# a\n\n# b\nk: v", "^ k"),
    ("# a\n# b\n\nk: v", "^ ^"),
    ("# a\r\n\r\n# b\r\nk: v", "^ k"),
    ("# a\r\n# b\r\nk: v", "k k"),
    ("# a\r\r# b\rk: v", "^ k"),
    ("# a\n---\n# b\nk: v", "^ k"),
    ("--- # a\nk: v", "^"),
    ("k: v\n... # a\n# b", "{} {}"),
    ("k: v\t# a", "k~"),
    ("k: &x v # a\nl: *x # b", "k~ l~"),
    ("? k # a\n: v # b", "k k~"),
    ("{ # a\n}", "^"),
    ("[\n# a\n]", "[]"),
)


@pytest.mark.parametrize(("text", "expected"), COMMENTS, ids=lambda one: ascii(one)[:40])
def test_comments_belong_to_what_they_stand_at(text: str, expected: str) -> None:
    """Each comment is there once, at the node that people mean."""
    documents, _ = read_all(text)
    found = [(one.span.start_offset, "^") for one in documents[0].leading]
    found += owners(documents[0].root)
    assert " ".join(owner for _, owner in sorted(found)) == expected


def owners(root: Node) -> Iterator[tuple[int, str]]:
    """The place of each comment, and who has it."""
    waiting: list[tuple[str, Node]] = [("", root)]
    while waiting:
        name, node = waiting.pop()
        label = node.text if isinstance(node, Scalar) else "-"
        yield from ((one.span.start_offset, label + "~" * one.inline) for one in node.comments)
        end = name + "[]" if isinstance(node, Sequence) else name + "{}"
        end = "end" if isinstance(node, Scalar) else end
        yield from ((one.span.start_offset, end) for one in node.trailing)
        if isinstance(node, Mapping):
            for entry in node.entries:
                places = [(one.span.start_offset, one.inline) for one in entry.comments]
                yield from ((place, entry.name + "~" * inline) for place, inline in places)
                waiting.append((entry.name, entry.value))
        elif isinstance(node, Sequence):
            waiting += [("", item) for item in node.items]


def test_the_text_of_a_comment() -> None:
    """Without the sign and the blanks around; the span covers the sign."""
    root = read("#a\n##  b \n#\n#!c\n# d\x85e\nk: v")
    assert isinstance(root, Mapping)
    comments = root.entries[0].comments
    assert [one.text for one in comments] == ["a", "#  b", "", "!c", "d e"]
    assert comments[1].span.text == "##  b "


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_all_comments_of_the_fixtures_are_in_the_tree(path: Path) -> None:
    """As many as an independent look at the tokens finds."""
    text = path.read_bytes().decode("utf-8")
    documents, _ = read_all(text)
    found = sum(len(document.leading) + len(list(owners(document.root))) for document in documents)
    assert found == count_comments(text)


def count_comments(text: str) -> int:
    """Count `#` at the start of a line or behind a blank, outside of scalars."""
    hidden = bytearray(len(text))
    for token in yaml.scan(text):
        if isinstance(token, yaml.ScalarToken | yaml.TagToken | yaml.AnchorToken | yaml.AliasToken):
            start, end = token.start_mark.index, token.end_mark.index
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
                start = text.index("\n", start)
            hidden[start:end] = b"x" * (end - start)
    signs = re.finditer(r"(?:^|(?<=\s))#.*", text, re.MULTILINE)
    return sum(not hidden[sign.start()] for sign in signs)


def test_duplicate_keys_are_reported_and_kept() -> None:
    """Each one names the first; the tree has all."""
    documents, said = read_all("a: 1\nb: 2\na: 3\n'a': 4\n[]: 1\n[]: 2\n")
    root = documents[0].root
    assert isinstance(root, Mapping)
    assert [entry.name for entry in root.entries] == ["a", "b", "a", "a", "", ""]
    assert [(one.code, str(one.span), str(one.labels[0].span)) for one in said] == [
        ("duplicate-key", "ci.yml:3:1", "ci.yml:1:1"),
        ("duplicate-key", "ci.yml:4:1", "ci.yml:1:1"),
    ]
    assert said[0].message == "key 'a' stands twice in one mapping"


FAULTS = (
    ("a: b: c", "1:5", "yaml-syntax", "':' starts a value where none can stand"),
    ('a: "b\nc: d\n', "1:4", "yaml-syntax", "quoted text is never closed"),
    ("a: 'b\n", "1:4", "yaml-syntax", "quoted text is never closed"),
    ("a: [b\nc: d\n", "2:2", "yaml-syntax", "list in brackets is not closed here"),
    ("a: {b: c\n", "2:1", "yaml-syntax", "mapping in braces is not closed here"),
    ("- *.js\n", "1:4", "yaml-syntax", "'*' starts no alias here"),
    ("- &\n", "1:4", "yaml-syntax", "'&' starts no anchor here"),
    ("- @a\n", "1:3", "yaml-syntax", "plain text cannot start with '@'"),
    ("a:\n\t- b\n", "2:1", "yaml-syntax", "a tab cannot indent"),
    ('a: "\\q"\n', "1:5", "yaml-syntax", "escape is not known"),
    ("a: - b\n", "1:4", "yaml-syntax", "'- ' starts an item where none can stand"),
    (
        "a: b\n c\nd\n",
        "3:1",
        "yaml-syntax",
        "line is neither 'key: value' nor part of the text above",
    ),
    ("a: 'it's'\n", "1:8", "yaml-syntax", 'text stands behind the closing "\'"'),
    ("- [a] b\n", "1:7", "yaml-syntax", "text stands behind the closing ']'"),
    ('"a" b\n', "1:5", "yaml-syntax", "text stands behind the closing '\"'"),
    ("a:\n  b: c\n d: e\n", "3:2", "yaml-syntax", "line does not continue the mapping above"),
    ("- a\nb: c\n", "2:1", "yaml-syntax", "line does not continue the list above"),
    ("[]\na: b\n", "2:1", "yaml-syntax", "text stands behind the end of the document"),
    ("a: *b\n", "1:4", "yaml-alias", "alias 'b' has no anchor before it"),
    ("a: &b [*b]\n", "1:8", "yaml-alias", "alias 'b' stands inside the node it stands for"),
    (
        "a\0b\n",
        "1:2",
        "yaml-character",
        "character U+0000 is a control character, which YAML forbids",
    ),
    (
        "é: \x9f",
        "1:4",
        "yaml-character",
        "character U+009F is a control character, which YAML forbids",
    ),
    (
        "\n\ud800",
        "2:1",
        "yaml-character",
        "character U+D800 is half a surrogate pair, which YAML forbids",
    ),
    ("[" * 300, "1:257", "yaml-depth", "nested more than 256 levels deep"),
    ("", "1:1", "empty-file", "file holds no YAML document"),
    ("# only this\n", "1:1", "empty-file", "file holds no YAML document"),
    ("---\n", "1:1", "empty-file", "file holds no YAML document"),
    ("\ufeff", "1:1", "empty-file", "file holds no YAML document"),
)


@pytest.mark.parametrize(
    ("text", "place", "code", "message"), FAULTS, ids=lambda one: ascii(one)[:30]
)
def test_faults_are_errors_at_their_place(text: str, place: str, code: str, message: str) -> None:
    """No documents, and one error that says where and why."""
    documents, said = read_all(text)
    assert documents == ()
    assert [(str(one.span), one.code, one.message) for one in said] == [
        (f"ci.yml:{place}", code, message)
    ]


def test_all_faulty_aliases_are_reported_at_once() -> None:
    """They are no fault of the syntax, so reading goes on."""
    _, said = read_all("a: *b\nc: &d *e\nf: *g\n".replace("&d ", ""))
    assert [str(one.span) for one in said] == ["ci.yml:1:4", "ci.yml:2:4", "ci.yml:3:4"]
    assert said[0].help.startswith("put '&b' at what it stands for")


BROKEN = """\
jobs:
  release:
    steps:
      - name: Notes
        run: |
          cat > notes.md <<EOF

Release notes for $TAG
EOF
          gh release create
"""


def test_a_script_broken_by_a_line_at_the_left_edge() -> None:
    """The error points at that line and names the script that was left."""
    _, (only,) = read_all(BROKEN)
    assert str(only.span) == "ci.yml:8:1"
    assert only.span is not None
    assert only.span.text == "Release notes for $TAG"
    assert only.message == "line at column 1 ends the block scalar 'run', and is not a key itself"
    assert only.help.startswith("indent the line")
    assert only.labels[0].span.text == "|\n          cat > notes.md <<EOF"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=ascii)
def test_lines_and_columns(start: str, newline: str) -> None:
    """Whatever ends a line, and with a byte order mark, which counts as a character."""
    documents, said = read_all(start + newline.join(["a: 1", "b:", "  c: x", ""]))
    assert not said
    places = {node.span.text: str(node.span) for node in nodes(documents[0].root)}
    assert places["x"] == "ci.yml:3:6"
    assert places["b"] == "ci.yml:2:1"
    assert places["a"] == f"ci.yml:1:{1 + len(start)}"


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"], ids=ascii)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_former_line_breaks_are_text(character: str, quote: str) -> None:
    """YAML 1.1 broke lines there and lost the character; 1.2 does not."""
    text = f"k: {quote}a{character}b{quote}\nl: \ue000\n"
    documents, said = read_all(text)
    root = documents[0].root
    assert not said
    assert isinstance(root, Mapping)
    first, second = (entry.value for entry in root.entries)
    assert isinstance(first, Scalar)
    assert isinstance(second, Scalar)
    assert first.value == f"a{character}b"
    assert second.value == "\ue000"
    assert second.span.start.line == 2


def test_several_documents() -> None:
    """Each has its own anchors and comments; directives are passed over."""
    text = "%YAML 1.1\n---\na: &x yes\n# end\n---\nb: &x 2\nc: *x\n...\n# last\n"
    documents, said = read_all(text)
    assert not said
    first, second = (document.root for document in documents)
    assert isinstance(first, Mapping)
    assert isinstance(second, Mapping)
    assert [one.text for one in first.trailing] == ["end"]
    assert [one.text for one in second.trailing] == ["last"]
    value = second.get("c")
    assert isinstance(value, Scalar)
    assert value.value == 2
    assert read_all("a: &x 1\n---\nb: *x\n")[1][0].code == "yaml-alias"


ALIASES = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 11)
)
HARMFUL = {
    "a million brackets": ("[" * 1_000_000, "yaml-depth"),
    "a million braces": ("{" * 1_000_000, "yaml-depth"),
    "a million items": ("- " * 1_000_000, "yaml-depth"),
    "300 mappings": ("".join(f"{' ' * depth}a:\n" for depth in range(300)), "yaml-depth"),
    "an alias bomb": (ALIASES, "yaml-alias"),
    "many aliases": ("a: &a x\nb: [" + "*a," * 100_001 + "]", "yaml-alias"),
    "a long text": ("a: " + "x" * 10_000_000, None),
    "a long script": ("a: |\n" + "  echo this line is one of very many\n" * 100_000, None),
    "100 000 keys": ("".join(f"k{number}: v\n" for number in range(100_000)), None),
    "a long comment": ("a: b # " + "x" * 1_000_000, None),
    "many comments": ("#\n" * 100_000 + "a: b", None),
    "many signs": ("a: " + "x#" * 500_000, None),
    "comments below many blocks": (
        "".join(f"{' ' * depth}a:\n" for depth in range(200)) + "# c\n" * 50_000,
        None,
    ),
    "former line breaks": ('a: "' + "\x85" * 500_000 + '"', None),
    "an open quote": ('a: "' + "x\n " * 500_000, "yaml-syntax"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_input_that_means_harm(name: str) -> None:
    """A result or an error within a second; the limit here leaves room for slow machines."""
    text, code = HARMFUL[name]
    start = time.process_time()
    _, said = read_all(text)
    assert time.process_time() - start < 3
    assert [one.code for one in said] == ([] if code is None else [code])


@given(st.text(st.sampled_from("ab:-?,[]{}&*!|>'\"%#@ \n\t\\\x85\u2028é"), max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    """Documents or an error, never an exception; every place lies in the source."""
    documents, said = read_all(text)
    assert documents or said
    for document in documents:
        for node in nodes(document.root):
            assert 0 <= node.span.start_offset <= node.span.end_offset <= len(text)


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pure parser gives the same trees and places, and an error for the same faults.

    It knows no tab between tokens.
    """
    texts = [
        *(text for text, *_ in (*COMMENTS, *FAULTS) if "\t" not in text),
        *(text for text, _ in SCALARS),
        *(f"k: {tagged}" for tagged, _ in TAGS),
        *(path.read_bytes().decode("utf-8") for path in FIXTURES[:5]),
        BROKEN,
        ALIASES,
    ]
    fast = [summary(text) for text in texts]
    monkeypatch.setattr(events, "_Parser", yaml.SafeLoader)
    for text, expected in zip(texts, fast, strict=True):
        assert summary(text) == expected, text


def summary(text: str) -> object:
    """What both parsers have to agree in."""
    documents, said = read_all(text)
    trees = [
        (
            [one.text for one in document.leading],
            sorted(owners(document.root)),
            [
                (type(node), node.span.start_offset, node.span.end_offset, node.tag, node.anchor)
                for node in nodes(document.root)
            ],
            [
                (node.text, repr(node.value), node.offsets)
                for node in nodes(document.root)
                if isinstance(node, Scalar)
            ],
        )
        for document in documents
    ]
    return trees, [one.code for one in said]
