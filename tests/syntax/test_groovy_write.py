"""Rendering Groovy: what is read back from a text is what it was made of."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ciconv.diagnostics import Diagnostics
from ciconv.source import NOWHERE, Comment, Source
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t
from ciconv.syntax.groovy.parser import parse
from ciconv.syntax.groovy.quote import literal
from ciconv.syntax.groovy.scripts import dedented, indented


def script(*statements: t.Statement) -> t.Script:
    """A file of these statements."""
    return t.Script(source=Source("Jenkinsfile", ""), body=t.Block(statements=statements))


def written(expr: t.Expr) -> str:
    """The text of a file with one expression, without its line break."""
    return groovy.render(script(groovy.statement(expr))).removesuffix("\n")


def read(text: str) -> t.Script:
    """The tree of a text without faults."""
    found = Diagnostics()
    tree = parse(Source("Jenkinsfile", text), found)
    assert not found.sorted()
    return tree


def bare(node: Any) -> Any:
    """A tree without places, and without parentheses that change nothing."""
    if isinstance(node, tuple):
        return tuple(bare(one) for one in node)
    if isinstance(node, Comment):
        return node.text
    if isinstance(node, t.Parentheses):
        return bare(node.value)
    if isinstance(node, t.String):
        return ("text", bare(node.parts), node.quote.interpolates and len(node.parts) > 0)
    if isinstance(node, t.Text):
        return node.value
    if not isinstance(node, t.Node):
        return node
    left_out = ("span", "text", "parentheses")
    names = [name for name in node.__struct_fields__ if name not in left_out]
    if isinstance(node, t.Constant):
        return ("constant", node.value)
    return (type(node).__name__, *(bare(getattr(node, name)) for name in names))


TEXTS = st.text(alphabet=st.sampled_from("ab '\"$\\{}\n\t/#é🙂\r\x01"), max_size=12)
NAMES = st.sampled_from(["a", "env", "sh", "params", "x1"])


def constants() -> st.SearchStrategy[t.Expr]:
    """Texts in all quotes, numbers, names."""
    quotes = st.sampled_from(
        [t.Quote.SINGLE, t.Quote.TRIPLE_SINGLE, t.Quote.DOUBLE, t.Quote.TRIPLE_DOUBLE]
    )
    return st.one_of(
        st.builds(lambda value, quote: t.string(value, quote=quote), TEXTS, quotes),
        TEXTS.map(literal),
        NAMES.map(lambda name: t.Name(name=name)),
        st.booleans().map(groovy.value),
        st.integers(0, 999).map(groovy.value),
    )


def larger(inner: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Expr]:
    """Expressions of smaller ones."""
    ops = st.sampled_from(["&&", "||", "==", "!=", "+", "<", "in", "==~"])
    return st.one_of(
        st.builds(lambda op, a, b: t.Binary(op=op, left=a, right=b), ops, inner, inner),
        inner.map(lambda one: t.Unary(op="!", operand=one)),
        st.builds(lambda a, b, c: t.Ternary(condition=a, yes=b, no=c), inner, inner, inner),
        st.builds(lambda a, b: t.Ternary(condition=a, yes=None, no=b), inner, inner),
        st.lists(inner, max_size=3).map(lambda items: groovy.listed(tuple(items))),
        st.builds(lambda name, a, b: groovy.call(name, a, b=b), NAMES, inner, inner),
        st.builds(lambda a, name: t.Property(base=a, name=name), NAMES.map(groovy.path), NAMES),
        inner.map(
            lambda one: t.String(
                parts=(t.Text(value="x$ "), t.Interpolation(value=one)), quote=t.Quote.DOUBLE
            )
        ),
    )


EXPRESSIONS = st.recursive(constants(), larger, max_leaves=8)


@given(EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_an_expression_is_read_back(expr: t.Expr) -> None:
    """Operators keep their operands, texts every sign."""
    wanted = script(groovy.statement(groovy.call("f", expr)))
    assert bare(read(groovy.render(wanted)).body) == bare(wanted.body)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=3), st.text("ab c'\"", max_size=9))
@settings(max_examples=60, deadline=None)
def test_a_block_of_statements_is_read_back(exprs: list[t.Expr], said: str) -> None:
    """Calls with blocks, steps without parentheses, and comments above them."""
    comments = (Comment(said.strip(), NOWHERE),) if said.strip() else ()
    steps = tuple(groovy.statement(groovy.bare("sh", one), comments) for one in exprs)
    inner = groovy.statement(groovy.block("steps", steps))
    wanted = script(groovy.statement(groovy.block(groovy.call("stage", "it's"), (inner,))))
    assert bare(read(groovy.render(wanted)).body) == bare(wanted.body)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("make", "'make'"),
        ("it's", '"it\'s"'),
        ("it's $5", r"'it\'s $5'"),
        ("C:\\x", r"'C:\\x'"),
        ("a\nb", "'''a\nb'''"),
        ("a\n'''b'", "'''a\n\\'''b\\''''"),
        ("a\t\r", r"'a\t\r'"),
        ("$X", "'$X'"),
        ("", "''"),
    ],
)
def test_a_text_has_the_quotes_a_person_would_choose(value: str, text: str) -> None:
    """Nothing is interpolated that is not meant to be."""
    assert written(literal(value)) == text


def test_a_dollar_is_escaped_where_it_would_interpolate() -> None:
    """A GString with an expression and a dollar that is none."""
    parts = (t.Text(value='$5 "x" '), t.Interpolation(value=groovy.path("env", "A")))
    assert written(t.String(parts=parts, quote=t.Quote.DOUBLE)) == r'"\$5 \"x\" ${env.A}"'


def test_a_long_list_has_one_item_a_line() -> None:
    """What fits stays on its line."""
    short = groovy.call("withEnv", groovy.listed(("A=1", "B=2")))
    assert written(short) == "withEnv(['A=1', 'B=2'])"
    long = groovy.call("withEnv", groovy.listed(("A=" + "x" * 50, "B=" + "y" * 50)))
    assert written(long).splitlines() == [
        "withEnv([",
        f"    'A={'x' * 50}',",
        f"    'B={'y' * 50}'",
        "])",
    ]


def test_arguments_of_a_long_step_go_on_behind_a_comma() -> None:
    """A line that begins with a name of an argument would be a statement of its own."""
    step = groovy.bare("archiveArtifacts", artifacts="x" * 80, allowEmptyArchive=True)
    assert written(step).splitlines() == [
        f"archiveArtifacts artifacts: '{'x' * 80}',",
        "    allowEmptyArchive: true",
    ]


INDENTED = ("        make", "        if x; then", "          y", "        fi")


def test_a_script_is_indented_like_the_code_around_it() -> None:
    """Blanks before a line are nothing to a shell."""
    step = groovy.statement(groovy.bare("sh", groovy.script("make\nif x; then\n  y\nfi\n")))
    text = groovy.render(script(groovy.statement(groovy.block("steps", (step,)))))
    lines = ("steps {", "    sh '''", *INDENTED, "    '''", "}", "")
    assert text.split("\n") == list(lines)


@pytest.mark.parametrize(
    "script",
    [
        "make\nmake install",
        "make\n\nmake install\n",
        "#!/bin/bash -e\nmake\nmake install",
        "if a; then\n  b\nfi # it's\n",
        'x "$(a\nb)"\ny',
        "cat <<EOF\n  x\nEOF\ny",
        "echo 'a\n  b'\ny",
        "a \\\n  b\ny",
        "a\\\nb\ny",
        "  a\n  b",
        "\na\nb",
        "#!/usr/bin/env python3\nif x:\n    y()\n",
        "a",
        "",
    ],
)
def test_an_indented_script_comes_back(script: str) -> None:
    """Whatever is done to it: all but line breaks at its end."""
    assert dedented(indented(script, "        ")).rstrip("\n") == script.rstrip("\n")


def test_a_text_that_is_not_laid_out_stays() -> None:
    """Only a text that begins with a line break, and ends with one, was indented."""
    for text in ("  a\n  b", "make", "\n  a 'x\n  y'\n"):
        assert dedented(text) == text


def test_blank_trees_are_equal() -> None:
    """The comparison itself: other quotes are no difference, another text is."""
    assert bare(t.string("a")) != bare(t.string("b"))
    assert bare(replace(t.string("a"), span=NOWHERE)) == bare(t.string("a"))
