"""Laws of the YAML syntax: what is written reads back, here and by two independent readers."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ciconv.diagnostics import Diagnostics, Severity
from ciconv.source import NOWHERE, Comment, Source
from ciconv.syntax import build
from ciconv.syntax.node import (
    Alias,
    Document,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Style,
    children,
)
from ciconv.syntax.yaml import parse, render

ROOT = Path(__file__).parent.parent.parent


def is_one_document(path: Path) -> bool:
    """Whether another reader finds just one document: some fixtures are broken by intent."""
    try:
        loader = getattr(yaml, "CLoader", yaml.Loader)
        documents = list(yaml.compose_all(path.read_bytes(), loader))
    except yaml.YAMLError:
        return False
    return len(documents) == 1 and documents[0] is not None


FIXTURES = sorted(path for path in (ROOT / "fixtures").rglob("*.y*ml") if is_one_document(path))

HOSTILE = (
    *("", " ", "\n", "\n\n", " \n", "\n x", "x\n", "x\n\n", "x\n\n\n", "x\n ", "\tx", "x\t", "\t"),
    *("yes", "No", "on", "OFF", "y", "n", "true", "Null", "~", "=", "<<", "null"),
    *(
        "1:30",
        "1_000",
        "2024-01-02",
        "2024-01-02 10:00:00",
        "0o7",
        "0x1F",
        "010",
        "1e3",
        "1.",
        ".5",
    ),
    *("3.10", "+1", "-1", "-.inf", ".nan", "0b11", "190:20:30", "1__0", "._", "-", "--", "---"),
    *("...", "--- x", "- x", "-x", "? x", "?x", ": x", ":x", "x:", "x: y", "x:y", "x #y", "x#y"),
    *("#x", "&x", "*x", "!x", "|", ">", "|x", "%x", "@x", "`x", "'", '"', "'x'", '"x"', "it's"),
    *(
        '"it\'s"',
        "a\\b",
        "{x}",
        "[x]",
        "a, b",
        "a]",
        "}",
        "${{ x }}",
        "${{ a['b'] }}",
        "🎉",
        "a\u00a0b",
    ),
    *("a\x85b", "a\u2028b", "a\u2029b", "a\rb", "a\r\nb", "\ufeffx", "x\ufeff", "a\x07b", "a\x7fb"),
    *(
        "a \nb",
        "a\n\tb",
        "\ta\nb",
        "  a\nb",
        "a\n  b\n",
        "\n\n  a\nb",
        "a\n \nb",
        "  \na",
        "a\n\n\nb",
    ),
    *("a\n# b\nc", "#a\nb", "- a\n- b", "---\na", "...\na", "a\x85\nb", "a\nb\x85c", "a: b\nc: d"),
    *("\\", "\\n", "\0", "\x1b", "\ufffe", "x" * 1_010, "a b " * 9, "a\n" * 50, "%YAML 1.1", "-\t"),
)
ALPHABET = st.sampled_from(
    " \n\t\r'\"\\#:-?,[]{}&*!|>%@`~=<.0123456789abeExnyoYN_+/$\x85\u2028🎉é\x00\ufeff"
)
TEXTS = st.sampled_from(HOSTILE) | st.text(ALPHABET, max_size=12) | st.text(max_size=8)
LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def comment(text: str, *, inline: bool = False) -> Comment:
    """A comment that a writer made."""
    return Comment(text, NOWHERE, inline)


COMMENTS = st.lists(
    st.builds(
        comment, st.sampled_from(("", "c", "# c", "a: b", "- x", "!x")), inline=st.booleans()
    ),
    max_size=2,
).map(tuple)


@st.composite
def scalars(draw: st.DrawFn) -> Scalar:
    """A text in any style, a number, a boolean or a null."""
    kind = draw(st.integers(0, 8))
    if kind == 0:
        return draw(st.sampled_from((build.null(), build.boolean(True), build.boolean(False))))
    if kind == 1:
        return build.number(draw(st.integers() | st.floats(allow_nan=False)))
    text = draw(TEXTS).translate(LONE)
    return Scalar(text=text, value=text, style=draw(st.sampled_from(Style)))


@st.composite
def collections(draw: st.DrawFn, inside: st.SearchStrategy[Node]) -> Node:
    """A list or a mapping, in either style, with comments."""
    flow, trailing = draw(st.booleans()), draw(COMMENTS)
    items = draw(st.lists(inside, max_size=4))
    if draw(st.booleans()):
        commented = (with_comments(item, draw(COMMENTS)) for item in items)
        return Sequence(items=tuple(commented), flow=flow, trailing=trailing)
    names = draw(st.lists(TEXTS, min_size=len(items), max_size=len(items), unique=True))
    entries = (
        build.entry(name.translate(LONE), item, draw(COMMENTS))
        for name, item in zip(names, items, strict=True)
        if name != "on"
    )
    return Mapping(entries=tuple(entries), flow=flow, trailing=trailing)


TREES = st.recursive(scalars(), collections, max_leaves=12)


def with_comments(node: Node, comments: tuple[Comment, ...]) -> Node:
    """The node with the comments of an item."""
    if isinstance(node, Scalar):
        return Scalar(text=node.text, value=node.value, style=node.style, comments=comments)
    if isinstance(node, Sequence):
        return Sequence(items=node.items, flow=node.flow, trailing=node.trailing, comments=comments)
    assert isinstance(node, Mapping)
    return Mapping(entries=node.entries, flow=node.flow, trailing=node.trailing, comments=comments)


def document(root: Node) -> Document:
    """A document that a writer made."""
    return Document(path="x.yml", root=root)


def read(text: str) -> Document:
    """The only document of a text without faults."""
    diagnostics = Diagnostics()
    documents = parse(Source("x.yml", text), diagnostics)
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    assert not errors, (text, errors)
    (only,) = documents
    return only


def data(node: Node) -> Any:
    """The values alone, as other readers give them."""
    if isinstance(node, Alias):
        return data(node.target)
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [data(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {data(entry.key): data(entry.value) for entry in node.entries}


def shape(node: Node) -> Any:
    """Everything that a round trip keeps: values, tags, anchors, comments and their places."""
    comments = [(one.text, one.inline) for one in node.comments]
    trailing = [one.text for one in node.trailing]
    own = (type(node).__name__, node.tag, node.anchor, comments, trailing)
    if isinstance(node, Alias):
        return (*own, node.name)
    if isinstance(node, Scalar):
        return (*own, type(node.value).__name__, repr(node.value))
    if isinstance(node, Sequence):
        return (*own, [shape(item) for item in node.items])
    assert isinstance(node, Mapping)
    return (*own, [entry_shape(entry) for entry in node.entries])


def entry_shape(entry: Entry) -> Any:
    """The same of an entry."""
    comments = [(one.text, one.inline) for one in entry.comments]
    return comments, shape(entry.key), shape(entry.value)


def comments_in(node: Node) -> Iterator[str]:
    """The texts of all comments below a node."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(children(one))
        yield from (comment.text for comment in (*one.comments, *one.trailing))
        if isinstance(one, Mapping):
            yield from (comment.text for entry in one.entries for comment in entry.comments)


def comments_of(document: Document) -> list[str]:
    """The texts of all comments of a document, sorted."""
    return sorted([*(one.text for one in document.leading), *comments_in(document.root)])


@given(TREES)
def test_written_values_read_back(root: Node) -> None:
    """Values survive, whatever the text and the style asked for."""
    text = render(document(root))
    assert data(read(text).root) == data(root), text


@given(TREES)
def test_readers_of_yaml_1_1_agree(root: Node) -> None:
    """PyYAML, an independent reader of YAML 1.1, finds the same values."""
    text = render(document(root))
    assert yaml.safe_load(text) == data(root), text


@given(TREES)
def test_readers_of_yaml_1_2_agree(root: Node) -> None:
    """ruamel.yaml, an independent reader of YAML 1.2, finds the same values."""
    text = render(document(root))
    assert read_by_ruamel(text) == data(root), text


@given(TREES)
def test_no_comment_is_lost(root: Node) -> None:
    """Comments survive, even where the tree puts them at places that no reader would."""
    text = render(document(root))
    assert comments_of(read(text)) == comments_of(document(root)), text


@given(TREES)
def test_rendering_is_a_fixpoint(root: Node) -> None:
    """What was rendered once does not change any more."""
    text = render(document(root))
    assert render(read(text)) == text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("style", Style)
def test_hostile_texts(text: str, style: Style) -> None:
    """Each as value, as key, as item and in flow style, for all three readers."""
    one = Scalar(text=text, value=text, style=style)
    key = build.entry("" if text == "on" else text, one)
    root = build.mapping(
        key,
        ("a list", build.sequence(one, build.sequence(one, build.mapping(key)))),
        ("in a line", build.mapping(key, ("x", build.sequence(one, flow=True)), flow=True)),
    )
    written = render(document(root))
    assert data(read(written).root) == data(root), written
    assert yaml.safe_load(written) == data(root), written
    assert read_by_ruamel(written) == data(root), written
    assert render(read(written)) == written


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_fixtures_survive_a_round_trip(path: Path) -> None:
    """Values, tags, anchors, comments and their places; and other readers see no difference."""
    source = path.read_bytes().decode("utf-8")
    (document,) = parse(Source("x.yml", source), Diagnostics())
    text = render(document)
    again = read(text)
    assert shape(again.root) == shape(document.root)
    assert [one.text for one in again.leading] == [one.text for one in document.leading]
    assert render(again) == text
    assert read_by_ruamel(text) == read_by_ruamel(source)


def read_by_ruamel(text: str) -> Any:
    """What an independent reader of YAML 1.2 finds; a date is the text that stands there."""
    reader = YAML(typ="safe", pure=True)
    reader.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda _, node: str(node.value)
    )
    # GitLab's own tag: a list is all there is behind it
    reader.constructor.add_constructor("!reference", lambda made, node: list(_items(made, node)))
    return reader.load(io.StringIO(text))


def _items(made: Any, node: Any) -> Any:
    """The values of a list with a tag."""
    yield from (made.construct_object(one, deep=True) for one in node.value)


LAYOUT = """\
a: b
c:
- d: |
    e
     # no comment

  f: >-
    g
    h
-
  - i
  - &x {j: k, l: [m,
       n]}
  -
o: &y
    p:
      q:
    r: "s
      # no comment"
    t: *x
? u
: !v
  - w
"""
INSERTIONS = st.lists(
    st.tuples(
        st.integers(0, LAYOUT.count("\n")),
        st.sampled_from(("", "# x", "  # x", "    # x", "      # x", "+ # x", "+\t# x", "+ ")),
    ),
    max_size=5,
)


@given(INSERTIONS, st.sampled_from(("\n", "\r\n", "\r")), st.integers(0, LAYOUT.count("\n")))
def test_layouts_survive_a_round_trip(
    insertions: list[tuple[int, str]], newline: str, length: int
) -> None:
    """Comments and blank lines anywhere: all is kept, and written in one way from then on."""
    lines = LAYOUT.splitlines()
    for place, text in insertions:
        if text.startswith("+") and place < len(lines):
            lines[place] += text[1:]
        else:
            lines.insert(place, text.lstrip("+"))
    source = newline.join(lines[: length + len(insertions)]) + newline
    for document in parse(Source("x.yml", source), Diagnostics()):
        text = render(document)
        again = read(text)
        assert comments_of(again) == comments_of(document), (source, text)
        assert shape(again.root) == shape(document.root), (source, text)
        assert render(again) == text
