"""Parsing the bash of conditions, words and frames of steps."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.converters.shell_tests.bash import (
    Chain,
    If,
    Not,
    NotUnderstood,
    Output,
    Sequence,
    Simple,
    Text,
    Variable,
    Word,
    parse,
    parse_word,
)


def show(node: object) -> str:
    """A tree as one line: `(and (simple [ $x] = y ]) …)`."""
    match node:
        case Sequence():
            return "{" + "; ".join(map(show, node.commands)) + "}"
        case Chain():
            return f"({show(node.left)} {node.operator} {show(node.right)})"
        case Not():
            return f"!{show(node.command)}"
        case If():
            no = "" if node.no is None else f" else {show(node.no)}"
            return f"if {show(node.condition)} then {show(node.yes)}{no}"
        case Simple():
            set_here = [f"{name}={show(word)}" for name, word in node.assignments]
            return " ".join([*set_here, *map(show, node.words)])
        case Word():
            return "".join(map(show, node.parts)) or "''"
        case Text():
            return node.text if not node.quoted else f"<{node.text}>"
        case Variable():
            index = f"[{node.index}]" if node.index else ""
            default = "" if node.default is None else f"|{show(node.default)}"
            return f"${node.name}{index}{',,' if node.folded else ''}{default}"
        case Output():
            return f"$({show(node.body)})"
    return repr(node)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a b", "{a b}"),
        ("a; b\nc", "{a; b; c}"),
        ("a && b || c", "{((a && b) || c)}"),  # from left to right, as bash has it
        ("a || b && c", "{((a || b) && c)}"),
        ("! { ! a; } && b", "{(!{!a} && b)}"),
        ("( set +u; a )", "{{set +u; a}}"),
        ("if a; then b; else c; fi", "{if {a} then {b} else {c}}"),
        ("if a; then b; elif c; then d; fi", "{if {a} then {b} else {if {c} then {d}}}"),
        ("if a\nthen b\nfi; c", "{if {a} then {b}; c}"),
        ("x='1 2' y=\"$z\" a", "{x=<1 2> y=$z a}"),
        ("a 'it'\\''s' \"b $c\"'d'", "{a <it><'><s> <b >$c<d>}"),
        ('a "${x:-y $z}" "${q[k]:-}" "${n,,}"', "{a $x|<y >$z $q[k]|'' $n,,}"),
        ('a "$(b "$c")"', "{a $({b $c})}"),
        ("a $'\\x7c\\n'", "{a <|\n>}"),
        ('a "\\$b \\"c\\" \\d"', '{a <$><b ><"><c><"><  >}'.replace("<  >", "< ><\\d>")),
        ("a # b\nc", "{a; c}"),
        ("a b#c", "{a b#c}"),
        ("a >> f 2> g", "{a >> f 2> g}"),
        ("a } b", "{a } b}"),
        ('[[ "${x,,}" == *"$y"* ]]', "{[[ $x,, == *$y* ]]}"),
    ],
)
def test_commands(text: str, tree: str) -> None:
    assert show(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("plain 'text'", "<plain 'text'>"),
        ("a $b-${c}d", "<a >$b<->$c<d>"),
        ("$ 5", "<$>< 5>"),
        ("${a:-${b:-c}}}", "$a|$b|<c><}>"),
        ("", "''"),
    ],
)
def test_words(text: str, tree: str) -> None:
    assert show(parse_word(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "a & b",
        "for x in y; do z; done",
        "case x in y) z ;; esac",
        "if a; then b",
        "{ a",
        "( a",
        "'a",
        '"a',
        "$(a",
        "${a%b}",
        "${#a}",
        "$((1",
        "a )",
        "`a`",
        "$1",
        "then",
        "a <(b)",
        "{ " * 100 + "a" + "; }" * 100,
        "$(" * 100_000,
        '"$(' * 100_000,
        "${a:-" * 100_000,
        "! " * 100_000 + "a",
        "a | " * 100_000 + "a",
        "a && " * 100_000 + "a",
    ],
)
def test_what_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)


@given(st.text(alphabet="ab '\"$(){}[]|&;<>!#\\\n`=:-,*\0x", max_size=40))
def test_any_text_is_parsed_or_not_understood(text: str) -> None:
    """No other exception comes out, whatever the text."""
    assert _outcome(parse, text) in (Sequence, NotUnderstood)
    assert _outcome(parse_word, text) in (Word, NotUnderstood)


def _outcome(read: Callable[[str], object], text: str) -> type:
    try:
        return type(read(text))
    except NotUnderstood as error:
        return type(error)
