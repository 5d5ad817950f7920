"""Groovy as Jenkinsfiles use it: trees, places, comments, faults."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.diagnostics import Diagnostics
from ciconv.source import Source
from ciconv.syntax.groovy import tree
from ciconv.syntax.groovy.lexer import tokenize
from ciconv.syntax.groovy.parser import parse


def read(text: str) -> tree.Script:
    """The tree of a text without faults."""
    diagnostics = Diagnostics()
    script = parse(Source("Jenkinsfile", text), diagnostics)
    assert [one.message for one in diagnostics] == []
    return script


def faults(text: str) -> list[str]:
    """What is said about a text, with the line and the column."""
    diagnostics = Diagnostics()
    parse(Source("Jenkinsfile", text), diagnostics)
    return [
        f"{one.span.start.line}:{one.span.start.column}: {one.message}"
        for one in diagnostics.sorted()
        if one.span is not None
    ]


def shape(node: object) -> object:
    """A tree without places and comments, short enough to read."""
    if isinstance(node, tree.Name):
        return node.name
    if isinstance(node, tree.Constant):
        return node.value
    if isinstance(node, tree.String):
        return node.constant if node.constant is not None else ("G", *map(shape, node.parts))
    if isinstance(node, tree.Text):
        return node.value
    if isinstance(node, tree.Interpolation):
        return ("$", shape(node.value))
    if isinstance(node, tree.Expression | tree.Parentheses):
        return shape(node.value)
    if isinstance(node, tree.Argument):
        return _argument(node)
    if isinstance(node, tree.Block):
        return tuple(map(shape, node.statements))
    if isinstance(node, tree.Node):
        fields = [
            shape(getattr(node, name))
            for name in node.__struct_fields__
            if name not in ("span", "comments", "parentheses", "trailing")
            and getattr(node, name) not in ((), None, "", False)
        ]
        return (type(node).__name__, *fields)
    return tuple(map(shape, node)) if isinstance(node, tuple) else node


def _argument(node: tree.Argument) -> object:
    value = ("*", shape(node.value)) if node.spread else shape(node.value)
    if node.name is not None:
        return (f"{node.name}:", value)
    return value if node.key is None else ((shape(node.key), ":"), value)


def only(text: str) -> object:
    """The shape of the one statement of a text."""
    (statement,) = read(text).body.statements
    return shape(statement)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sh 'make'", ("Call", "sh", ("make",))),
        ("sh('make')", ("Call", "sh", ("make",))),
        ("sh script: 'a', returnStdout: true",
         ("Call", "sh", (("script:", "a"), ("returnStdout:", True)))),
        ("stage('a') { x }", ("Call", "stage", ("a",), (("Closure", ("x",)),))),
        ("foo { a } { b }", ("Call", "foo", (("Closure", ("a",)), ("Closure", ("b",))))),
        ("foo\n{ a }", ("Call", "foo", (("Closure", ("a",)),))),
        ("stage('a')\n{ x }", ("Call", "stage", ("a",), (("Closure", ("x",)),))),
        ("foo a, b c d", ("Call", ("Property", ("Call", "foo", ("a", "b")), "c", "."), ("d",))),
        ("foo 1, { a }", ("Call", "foo", (1, ("Closure", ("a",))))),
        ("foo a.b { c }",
         ("Call", "foo", (("Call", ("Property", "a", "b", "."), (("Closure", ("c",)),)),))),
        ("foo [1]", ("Index", "foo", (1,))),
        ("foo -1", ("Binary", "-", "foo", 1)),
        ("foo !a", ("Call", "foo", (("Unary", "!", "a"),))),
        ("x = foo a", ("Assignment", "x", ("Call", "foo", ("a",)), "=")),
        ("foo 'a' + b", ("Call", "foo", (("Binary", "+", "a", "b"),))),
        ("checkout([$class: 'Git', 'a-b': 1, (k): 2])",
         ("Call", "checkout",
          (("MapLiteral", (("$class:", "Git"), ("a-b:", 1), (("k", ":"), 2))),))),
        ("a?.b*.c.&d", ("Property", ("Property", ("Property", "a", "b", "?."), "c", "*."),
                        "d", ".&")),
        ("a\n  .b()\n  .c()",
         ("Call", ("Property", ("Call", ("Property", "a", "b", ".")), "c", "."))),
        ("a ? b : c ?: d", ("Ternary", "a", "b", ("Ternary", "c", "d"))),
        ("a\n ? b\n : c", ("Ternary", "a", "b", "c")),
        ("a || b && !c == d", ("Binary", "||", "a",
                               ("Binary", "&&", "b", ("Binary", "==", ("Unary", "!", "c"), "d")))),
        ("a =~ /x\\/y/", ("Binary", "=~", "a", "x/y")),
        ("a / b / c", ("Binary", "/", ("Binary", "/", "a", "b"), "c")),
        ("a << b >>> c", ("Binary", ">>>", ("Binary", "<<", "a", "b"), "c")),
        ("(1..<3).each { it }",
         ("Call", ("Property", ("Binary", "..<", 1, 3), "each", "."), (("Closure", ("it",)),))),
        ("x as int", ("Cast", "x", "int", "as")),
        ("(String) x", ("Cast", "x", "String", "()")),
        ("new a.B(1)", ("New", "a.B", (1,))),
        ("f(*a, *: b)", ("Call", "f", (("*", "a"), (("b", ":"), ("*", "b"))))),
        ("[:]", ("MapLiteral",)),
        ("a.\"b-${c}\"", ("Property", "a", ("G", "b-", ("$", "c")), ".")),
        ("i++", ("Unary", "++", "i", True)),
        ("0x1F + 10L + 1.5", ("Binary", "+", ("Binary", "+", 31, 10), 1.5)),
    ],
)  # fmt: skip
def test_expressions(text: str, expected: object) -> None:
    """As Groovy 2.4 groups them."""
    assert only(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"'a\'b\n\\d\u0041'", "a'b\n\\dA"),
        ('"${a =~ /\"}/} ${b / 2} ${c / 2}"',
         ("G", ("$", ("Binary", "=~", "a", '"}')), " ", ("$", ("Binary", "/", "b", 2)), " ",
          ("$", ("Binary", "/", "c", 2)))),
        (r"'\uD83D\uDE00 \uD83D'", "\U0001f600 \ufffd"),  # half a sign is none
        ("'''a\n'b''\n'''", "a\n'b''\n"),
        ("'''\\\na'''", "a"),
        ('"a $b.c.d() ${e + 1}"',
         ("G", "a ", ("$", ("Property", ("Property", "b", "c", "."), "d", ".")), "() ",
          ("$", ("Binary", "+", "e", 1)))),
        (r'"\$a \${b} $1"', "$a ${b} $1"),
        ('"${x ? "a ${y} }" : \'b}\'}"',
         ("G", ("$", ("Ternary", "x", ("G", "a ", ("$", "y"), " }"), "b}")))),
        ('"""a "quoted" ${b}\n"""', ("G", 'a "quoted" ', ("$", "b"), "\n")),
        ("x = /a${b}\\/c\\d/", ("Assignment", "x", ("G", "a", ("$", "b"), "/c\\d"), "=")),
        ("x = $/a/b $$c $/d ${e}/$",
         ("Assignment", "x", ("G", "a/b $c /d ", ("$", "e")), "=")),
        ('"${-> a}"', ("G", ("$", "a"))),
        ("'''a\r\nb'''", "a\nb"),
    ],
)  # fmt: skip
def test_texts(text: str, expected: object) -> None:
    """Every kind of text, its escapes and what is interpolated."""
    assert only(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def a = 1, b", ("Declaration", (("Parameter", "a"), ("Parameter", "b")), 1, ("def",))),
        ("String a", ("Declaration", (("Parameter", "a"),), "String")),
        ("Map<String, List<int[]>> a = [:]",
         ("Declaration", (("Parameter", "a"),), ("MapLiteral",), "Map<String, List<int[]>>")),
        ("def (a, b) = c",
         ("Declaration", (("Parameter", "a"), ("Parameter", "b")), "c", ("def",), True)),
        ("(a, b) = c",
         ("Declaration", (("Parameter", "a"), ("Parameter", "b")), "c", True)),
        ("def x = sh script: 'a'",
         ("Declaration", (("Parameter", "x"),), ("Call", "sh", (("script:", "a"),)), ("def",))),
        ("@Library('a') _",
         ("Declaration", (("Parameter", "_"),), (("Annotation", "Library", ("a",)),))),
        ("@Library('a')\nimport b.C",
         ("Import", "b.C", "import", (("Annotation", "Library", ("a",)),))),
        ("import static a.b.* ", ("Import", "a.b.*", "import", True)),
        ("def f(a, String b = 'c') { d }",
         ("Method", "f", (("Parameter", "a"), ("Parameter", "b", "String", "c")), ("d",),
          ("def",))),
        ("if (a) { b } else if (c) d\nelse { e }",
         ("If", "a", ("b",), (("If", "c", ("d",), ("e",)),))),
        ("for (x in y) { z }", ("ForIn", ("Parameter", "x"), "y", ("z",))),
        ("for (int i = 0; i < 3; i++) z",
         ("For", (("Declaration", (("Parameter", "i"),), 0, "int"),), ("Binary", "<", "i", 3),
          (("Unary", "++", "i", True),), ("z",))),
        ("try { a } catch (B | C e) { d } finally { f }",
         ("Try", ("a",), (("Catch", "e", ("B", "C"), ("d",)),), ("f",))),
        ("switch (a) {\n case 1:\n b\n break\n default: c\n}",
         ("Switch", "a", (("Case", 1, ("b", ("Jump", "break"))), ("Case", ("c",))))),
        ("while (a) { b; c }", ("While", "a", ("b", "c"))),
        ("throw new E('x')", ("Jump", "throw", ("New", "E", ("x",)))),
        ("assert a : 'b'", ("Assert", "a", "b")),
        ("foo { a, b = 1 -> c }",
         ("Call", "foo", (("Closure", ("c",), (("Parameter", "a"), ("Parameter", "b", 1))),))),
        ("class A extends B { A(int c) { d } }",
         ("TypeDefinition", "class", "A", "class A extends B",
          (("Method", "A", (("Parameter", "c", "int"),), ("d",)),))),
        ("enum A { B, C }", ("TypeDefinition", "enum", "A", "enum A", ("B", "C"))),
    ],
)  # fmt: skip
def test_statements(text: str, expected: object) -> None:
    """Declarations and what steers."""
    assert only(text) == expected


def test_comments_belong_to_statements() -> None:
    """Those above, those behind, those inside an expression; the rest to the block."""
    text = (
        "#!groovy\n// a\nfoo { // b\n  bar 1 // c\n  /* d\n   * e */\n} // f\n"
        "baz(1, /* g */ 2)\n// h\n"
    )
    script = read(text)
    foo, baz = script.body.statements
    assert script.shebang == "#!groovy"
    assert [one.text for one in foo.comments] == ["a", "f"]
    assert [one.text for one in baz.comments] == ["g"]
    assert [one.text for one in script.body.trailing] == ["h"]
    assert isinstance(foo, tree.Expression) and isinstance(foo.value, tree.Call)
    body = foo.value.closures[0].body
    assert [one.text for one in body.statements[0].comments] == ["b", "c"]
    assert [one.text for one in body.trailing] == ["d\ne"]


def test_places_of_texts() -> None:
    """A text knows where it stands, escapes and all."""
    script = read("\nsh 'a\\n\\'b ' + \"c${d}e\"")
    (statement,) = script.body.statements
    texts = [one for one in tree.walk(statement) if isinstance(one, tree.Text)]
    assert [one.span.text for one in texts] == ["a\\n\\'b ", "c", "e"]
    assert [one.value for one in texts] == ["a\n'b ", "c", "e"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pipeline {\n  a\n", ["1:10: the brace is not closed"]),
        ("a = 'b\nc", ["1:5: the text is not closed"]),
        ("a\nb = = c\nd", ["2:5: a value has to stand before '='"]),
        ("foo {\n  b = )\n  c\n}\nd", ["2:7: a value has to stand before ')'"]),
        ("sh a: 1, a: 2", ["1:10: the argument 'a' is given twice"]),
        ("a-b = 1", ["1:1: 'a-b' is no variable, so nothing can be assigned to it"]),
        ("1ABC = 2", ["1:2: a statement ends before 'ABC'"]),
        ("/* a", ["1:1: the comment is not closed"]),
        ("a b: 1, 2 +\nc\n", []),
    ],
)
def test_faults_cost_one_statement(text: str, expected: list[str]) -> None:
    """Where they are, and once."""
    assert faults(text) == expected


@pytest.mark.parametrize(
    "piece",
    ['"${', "(", "[", "{", "a(", "a{", "a.", "a + ", "!", "a ? ", "a ?: ", "a = ", "if (a) ",
     "try {", "'''", '"""', "/*", "$/", "a -> ", "[a: ", "f ", "@A(", "new A(", "for (a in ", "<"],
)  # fmt: skip
def test_depth_and_length_are_bounded(piece: str) -> None:
    """No recursion error, no slowness."""
    begin = perf_counter()
    faults(piece * 20_000)
    assert perf_counter() - begin < 5


ALPHABET = list("ab1'\"/$\\{}()[]<>.,:;=+-!?@#\n ") + ["${", "'''", '"""', "$/", "/$", "->", "def "]


@given(st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join))
def test_any_text_has_a_tree(text: str) -> None:
    """Tokens cover the text in order, and nothing raises."""
    tokens = tokenize(text).tokens
    assert all(one.end <= two.start for one, two in zip(tokens, tokens[1:], strict=False))
    script = parse(Source("Jenkinsfile", text), Diagnostics())
    for node in tree.walk(script.body):
        assert 0 <= node.span.start_offset <= node.span.end_offset <= len(text)
