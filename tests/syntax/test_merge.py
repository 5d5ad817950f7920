"""Merging what was changed into a text: the words of the text stay where nothing was changed."""

import pytest

from ciconv.diagnostics import Diagnostics
from ciconv.source import Source
from ciconv.syntax.merge import keep_layout
from ciconv.syntax.node import Document, Node
from ciconv.syntax.yaml import parse, render

TEXT = """\
# license

name:   'CI'   # what people call it

on:
    push:   # to any branch

list:
- a  # first

- "b"
# before the last
- c
unread: {x: 1}  # nobody reads it
"""


def root(text: str) -> Node:
    """The tree of a text."""
    (document,) = parse(Source("x.yml", text), Diagnostics())
    return document.root


def merged(text: str, base: str, new: str) -> str:
    """The text with the change from `base` to `new` made in it."""
    (before,) = parse(Source("x.yml", text), Diagnostics())
    tree = keep_layout(before.root, root(base), root(new))
    document = Document(path="x.yml", root=tree, source=before.source, leading=before.leading)
    return render(document, as_written=True)


BASE = "name: CI\non: push\nlist: [a, b, c]\n"


def test_nothing_changes_where_nothing_was_changed() -> None:
    """But for blanks that no tree has."""
    assert merged(TEXT, BASE, BASE) == TEXT.replace("name:   ", "name: ").replace(
        "{x: 1}", "{ x: 1 }"
    )


CHANGES = (
    # a value, with its comment; what nobody reads stays
    ("a: 'b'  # c\nd: e\n", "a: b\n", "a: x\n", "a: x  # c\nd: e\n"),
    # an entry that goes, and one that comes behind the one it follows
    ("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 3\n", "a: 1\nc: 3\n", "a: 1\nc: 3\n"),
    ("c: 3\na: 1\n", "a: 1\nc: 3\n", "a: 1\nb: 2\nc: 3\n", "c: 3\na: 1\nb: 2\n"),
    # what the text leaves out because it is the default
    ("a: 1\n", "a: 1\nb: 2\n", "a: 1\nb: 2\n", "a: 1\n"),
    ("a: 1\n", "a: 1\nb: 2\n", "a: 1\nb: 3\n", "a: 1\nb: 3\n"),
    # another way to say it stays; when it changes, it is said in the new way
    ("on: push\nx: 1\n", "on: [push]\nx: 1\n", "on: [push]\nx: 2\n", "on: push\nx: 2\n"),
    ("on: push # c\n", "on: [push]\n", "on: [push, tag]\n", "on: [push, tag] # c\n"),
    # below mappings
    ("a:\n  b: 'c'\n  d: e\n", "a: {b: c, d: e}\n", "a: {b: c, d: x}\n", "a:\n  b: 'c'\n  d: x\n"),
    # items: added, removed, changed
    ("- 'a' # 1\n- b\n", "[a, b]\n", "[x, a, b]\n", "- x\n- 'a' # 1\n- b\n"),
    ("- 'a' # 1\n- b\n", "[a, b]\n", "[a]\n", "- 'a' # 1\n"),
    ("- 'a' # 1\n- b: 'c'\n", "[a, {b: c}]\n", "[a, {b: d}]\n", "- 'a' # 1\n- b: d\n"),
    # an anchor whose node changed is taken over by the first alias
    (
        "a: &x\n  k: 'v'\nb: *x\nc: *x\n",
        "a: {k: v}\nb: {k: v}\nc: {k: v}\n",
        "a: {k: w}\nb: {k: v}\nc: {k: v}\n",
        "a:\n  k: w\nb: &x\n  k: 'v'\nc: *x\n",
    ),
    # and an alias that is changed says so in its place alone
    (
        "a: &x\n  k: 'v'\nb: *x\n",
        "a: {k: v}\nb: {k: v}\n",
        "a: {k: v}\nb: {k: w}\n",
        "a: &x\n  k: 'v'\nb:\n  k: w\n",
    ),
)


@pytest.mark.parametrize(("text", "base", "new", "expected"), CHANGES)
def test_a_change_touches_nothing_else(text: str, base: str, new: str, expected: str) -> None:
    """Order, quotes, comments and anchors of all other things stay."""
    assert merged(text, base, new) == expected
