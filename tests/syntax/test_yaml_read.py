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
FIXTURES = sorted(
    path for end in ("yml", "yaml") for path in (ROOT / "fixtures").rglob(f"*.{end}")
)


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
    ("-", "-"),
    ("+", "+"),
    (".", "."),
    ("-.inf", float("-inf")),
    ("+.INF", float("inf")),
    ("2024-01-02", "2024-01-02"),
    ("=", "="),
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
    found = scalar("- 1\n" * 0 + f"k: {written}" if written != "-" else "k: '-'")
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


COMMENTS = (
    ("# a\nk: v", "k: a"),
    ("k: v # a", "k: ~a"),
    ("k: # a\n  l: v", "k: ~a"),
    ("k:\n  # a\n  l: v", "l: a"),
    ("k: v\n# a\nl: v # b", "l: a ~b"),
    ("k: # a\nl: v", "k: ~a"),
    ("k:\n  l: v\n  # a\nm: v", "k{}: a"),
    ("k:\n  l: v\n# a\nm: v", "m: a"),
    ("k:\n  l: v\n # a\n  # b\nm: v", "m: a b"),
    ("k:\n  l:\n    m: v\n  # a\nn: v", "k{}: a"),
    ("k:\n  l:\n    m: v\n    # a\n  # b\nn: v", "l{}: a|k{}: b"),
    ("k: v\n# a", "{}: a"),
    ("k: |\n  x # y\n # a\n", "{}: a"),
    ("k: | # a\n  x\n", "k: ~a"),
    ("k: &x # a\n  v", "k: ~a"),
    ("k: &x # a\n  l: v", "k: ~a"),
    ("k:\n  # a\n  v", "k: a"),
    ("k: [ # a\n  1, # b\n  # c\n  2\n  # d\n] # e", "k: a ~e|1: ~b|2: c|k[]: d"),
    ("k: {a: 1, # b\n  c: 2}", "a: ~b"),
    ("k: 'x # y' # a", "k: ~a"),
    ("k: x#y # a", "k: ~a"),
    ('k: "x"# a', "k: ~a"),
    ("- # a\n  k: v", "-: ~a"),
    ("# a\n- k: v # b", "-: a|k: ~b"),
    ("- k: v\n  # a\n# b\n- l", "-{}: a|l: b"),
    ("- 1 # a\n# b\n- 2\n# c", "1: ~a|2: b|[]: c"),
    ("k:\n- 1\n# a\nl: v", "l: a"),
    ("k:\n- 1\n# a", "{}: a"),
    ("k:\n- 1\n  # a\nl: v", "k[]: a"),
    ("- - # a\n    k: v", "-: ~a"),
    ("- &x # a\n  k: v", "-: ~a"),
    ("v # a", "v: ~a"),
    ("# a\nv", "v: a"),
    ("# a\n\n# b\nk: v", "^: a|k: b"),
    ("# a\n# b\n\nk: v", "^: a b"),
    ("# a\r\n\r\n# b\r\nk: v", "^: a|k: b"),
    ("# a\n---\n# b\nk: v", "^: a|k: b"),
    ("--- # a\nk: v", "^: a"),
    ("k: v\n... # a\n# b", "{}: a b"),
    ("#a\n##b\n#\nk: v", "k: a #b "),
    ("k: v\t# a", "k: ~a"),
    ("k: *x # a\n".replace("*x", "&x v") + "l: *x # b", "k: ~a|l: ~b"),
    ("? k # a\n: v # b", "k: a ~b"),
)


@pytest.mark.parametrize(("text", "expected"), COMMENTS, ids=lambda one: ascii(one)[:40])
def test_comments_belong_to_what_they_stand_at(text: str, expected: str) -> None:
    """Written `owner: comment ~inline comment`; `owner{}` and `owner[]` are ends of blocks."""
    documents, _ = read_all(text)
    found = [("^", " ".join(one.text for one in documents[0].leading))]
    found += owners(documents[0].root)
    lines = [f"{owner}: {said}" for owner, said in found if said or f"{owner}: |" in expected]
    assert "|".join(lines) == expected


def owners(root: Node) -> Iterator[tuple[str, str]]:
    """Who has which comments, in the order of the tree, ends of blocks behind what is inside."""
    waiting: list[tuple[str, Node]] = [("", root)]
    while waiting:
        name, node = waiting.pop()
        if name.startswith("\0"):
            yield name[1:], " ".join(one.text for one in node.trailing)
            continue
        brackets = "" if isinstance(node, Scalar) else "[]" if isinstance(node, Sequence) else "{}"
        more: list[tuple[str, Node]] = [(f"\0{name}{brackets}", node)]
        if isinstance(node, Mapping):
            for entry in node.entries:
                yield entry.name, told(entry.comments)
                more.append((entry.name, entry.value))
        else:
            label = node.text if isinstance(node, Scalar) else "-"
            yield label if not name else name, told(node.comments)
        if isinstance(node, Mapping) and node.comments:
            yield "-", told(node.comments)
        if isinstance(node, Sequence):
            more += [("", item) for item in node.items]
        waiting += [more[0], *reversed(more[1:])]


def told(comments: object) -> str:
    """Comments in short."""
    assert isinstance(comments, tuple)
    return " ".join(("~" if one.inline else "") + one.text for one in comments)
