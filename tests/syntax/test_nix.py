"""The Nix writer: what it writes parses, means the same, and reads well."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ciconv.syntax.nix import (
    Apply,
    Attrs,
    Binding,
    Bool,
    Expr,
    Formal,
    Formals,
    If,
    Inherit,
    Int,
    Lambda,
    Let,
    List,
    Name,
    Null,
    Operation,
    Path,
    Select,
    Str,
    attribute,
    attrs,
    is_plain,
    names,
    render,
    string,
)

needs_nix = pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="nix is missing")


def evaluate(text: str) -> object:
    """Return the JSON value of a Nix text."""
    command = ["nix-instantiate", "--store", "dummy://", "--eval", "--strict", "--json", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60)
    assert done.returncode == 0, f"{done.stderr.decode()}\n{text}"
    return json.loads(done.stdout)


HOSTILE = "'\"$\\{} \n\r\taé${''X}#;"
ENDS = ("", "'", "$", "'$", "''$", "''", "'\\r", "\\", "${", " ", "\n", "\n ")
texts = st.builds(
    str.__add__, st.text(st.sampled_from(HOSTILE), max_size=24), st.sampled_from(ENDS)
)


@needs_nix
@settings(max_examples=4, derandomize=True, deadline=None, database=None)
@given(st.lists(texts, min_size=150, max_size=200))
def test_text_keeps_its_value(values: list[str]) -> None:
    deep = Attrs(
        (
            Binding(("bare",), List(tuple(string(one) for one in values))),
            Binding(("set",), Attrs(tuple(_numbered(i, one) for i, one in enumerate(values)))),
        )
    )
    found = evaluate(render(deep))
    assert isinstance(found, dict)
    assert found["bare"] == values
    assert found["set"] == {f"n{i}": {one: one} for i, one in enumerate(values)}


def _numbered(index: int, text: str) -> Binding:
    return Binding((f"n{index}",), Attrs((Binding((text,), string(text)),)))


@needs_nix
@settings(max_examples=4, derandomize=True, deadline=None, database=None)
@given(st.lists(st.lists(st.tuples(st.booleans(), texts), max_size=5), min_size=80, max_size=100))
def test_interpolation_keeps_what_is_around_it(rows: list[list[tuple[bool, str]]]) -> None:
    items = tuple(
        Str(tuple(Apply(Name("f"), (string(text),)) if hole else text for hole, text in row))
        for row in rows
    )
    whole = Let((Binding(("f",), Lambda("x", Name("x"))),), List(items))
    assert evaluate(render(whole)) == ["".join(text for _, text in row) for row in rows]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("node", "node"),
        ("a-b'", "a-b'"),
        ("if", '"if"'),
        ("or", '"or"'),
        ("inherit", '"inherit"'),
        ("1a", '"1a"'),
        ("", '""'),
        ("a.b", '"a.b"'),
        ("${x}", '"\\${x}"'),
        ("é", '"é"'),
    ],
)
def test_attribute_names_are_quoted_where_needed(name: str, written: str) -> None:
    assert attribute(name) == written
    assert is_plain(name) is (written == name)


X, Y, Z = Name("x"), Name("y"), Name("z")
CASES: list[tuple[Expr, str]] = [
    (Int(-1), "-1"),
    (Apply(X, (Int(-1), Null())), "x (-1) null"),
    (List((Bool(True), Apply(X, (Y,)), Path("./a.nix"))), "[ true (x y) ./a.nix ]"),
    (Apply(Apply(X, (Y,)), (Apply(Y, (Z,)),)), "x y (y z)"),
    (Apply(Lambda("x", X), (Y,)), "(x: x) y"),
    (Select(Apply(X, (Y,)), ("a",)), "(x y).a"),
    (Operation("++", X, Operation("++", Y, Z)), "x ++ y ++ z"),
    (Operation("++", Operation("++", X, Y), Z), "(x ++ y) ++ z"),
    (Operation("//", Operation("++", X, Y), Z), "x ++ y // z"),
    (Operation("++", Operation("//", X, Y), Z), "(x // y) ++ z"),
    (Operation("+", Operation("+", X, Y), Z), "x + y + z"),
    (Operation("==", Operation("==", X, Y), Z), "(x == y) == z"),
    (Operation("&&", Operation("||", X, Y), Operation("==", X, Y)), "(x || y) && x == y"),
    (Operation("||", X, If(X, Y, Z)), "x || (if x then y else z)"),
    (names("pkgs", "a.b", "or"), 'pkgs."a.b"."or"'),
    (Select(Name("pkgs"), (Str(("nodejs_", names("m", "node"))),)), 'pkgs."nodejs_${m.node}"'),
    (attrs({"a": X, "x": X, "y": Y}), "{ inherit x y; a = x; }"),
    (Attrs((Inherit(("a", "if"), X),), recursive=True), 'rec { inherit (x) a "if"; }'),
    (Lambda(Formals((Formal("a"), Formal("b", Int(1))), ellipsis=True), X), "{ a, b ? 1, ... }: x"),
    (List(()), "[ ]"),
    (Attrs(()), "{ }"),
    (string('echo "$a" "$b"'), "''echo \"$a\" \"$b\"''"),
    (string("it's ${x}"), '"it\'s \\${x}"'),
]


@pytest.mark.parametrize(("expr", "text"), CASES, ids=[text for _, text in CASES])
def test_short_things_stay_on_one_line(expr: Expr, text: str) -> None:
    assert render(expr) == f"{text}\n"


FILE = """\
# ciconv: ci.yml
# second
{ pkgs, nixactions, executor ? nixactions.executors.local }:
let
  inherit (import ./ciconv-lib.nix { inherit pkgs executor; }) job run;
  long =
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    ++ bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb;
in
nixactions.mkWorkflow {
  name = "ci";
  env.CI = "true"; # always
  jobs = {
    # lints
    lint = job {
      needs = [ ];
      steps = [
        # the label
        (run "lint" [ pkgs.git ] "npm run lint")
        (run "test" [ pkgs.git ] \'\'
          if true; then
            echo "\'\'${X}"
          fi
        \'\')
      ];
    };
  };
}
"""


def test_file_reads_like_one_written_by_hand() -> None:
    library = Apply(
        Name("import"),
        (Path("./ciconv-lib.nix"), attrs({"pkgs": Name("pkgs"), "executor": Name("executor")})),
    )
    git = List((names("pkgs", "git"),))
    script = 'if true; then\n  echo "${X}"\nfi\n'
    steps = (
        Apply(Name("run"), (string("lint"), git, string("npm run lint")), comments=("the label",)),
        Apply(Name("run"), (string("test"), git, string(script))),
    )
    lint = Attrs((Binding(("needs",), List(())), Binding(("steps",), List(steps))))
    jobs = Attrs((Binding(("lint",), Apply(Name("job"), (lint,)), comments=("lints",)),))
    workflow = Attrs(
        (
            Binding(("name",), string("ci")),
            Binding(("env", "CI"), string("true"), inline="always"),
            Binding(("jobs",), jobs),
        )
    )
    formals = (
        Formal("pkgs"),
        Formal("nixactions"),
        Formal("executor", names("nixactions", "executors", "local")),
    )
    long = Operation("++", Name("a" * 50), Name("b" * 50))
    whole = Lambda(
        Formals(formals),
        Let(
            (Inherit(("job", "run"), library), Binding(("long",), long)),
            Apply(names("nixactions", "mkWorkflow"), (workflow,)),
        ),
    )
    assert render(whole, header=("ciconv: ci.yml\nsecond",)) == FILE


Valued = tuple[Expr, object]
WORD = st.sampled_from(["a", "lint-and-test", "x" * 40, "run: |\n  npm ci\n", "''${'", "if"])


def _combined(children: st.SearchStrategy[Valued]) -> st.SearchStrategy[Valued]:
    several = st.lists(children, max_size=4)
    named = st.dictionaries(WORD, children, max_size=5)
    return st.one_of(
        several.map(lambda all: (List(tuple(e for e, _ in all)), [v for _, v in all])),
        named.map(_set),
        st.tuples(several, several).map(_joined),
        st.tuples(st.booleans(), children, children).map(_choice),
        st.tuples(children, st.booleans()).map(_called),
    )


def _set(named: dict[str, Valued]) -> Valued:
    bindings = (
        Binding((name,), expr, ("above\n''${x",) if len(name) > 9 else (), "behind" if i else None)
        for i, (name, (expr, _)) in enumerate(named.items())
    )
    return Attrs(tuple(bindings)), {name: value for name, (_, value) in named.items()}


def _joined(two: tuple[list[Valued], list[Valued]]) -> Valued:
    left, right = (List(tuple(expr for expr, _ in one)) for one in two)
    return Operation("++", left, right), [value for one in two for _, value in one]


def _choice(three: tuple[bool, Valued, Valued]) -> Valued:
    condition, yes, no = three
    test = Operation("==", Bool(True), Bool(condition))
    return If(test, yes[0], no[0]), yes[1] if condition else no[1]


def _called(given: tuple[Valued, bool]) -> Valued:
    (expr, value), named = given
    if named:
        function = Lambda(Formals((Formal("x"), Formal("y", Int(1))), ellipsis=True), Name("x"))
        return Apply(function, (attrs({"x": expr, "z": Int(-1)}),)), value
    bound = Let((Binding(("x",), expr),), Apply(Lambda("y", Name("y")), (Name("x"),)))
    return Select(Attrs((Binding(("a", "b"), bound),)), ("a", "b")), value


def test_long_parameters_and_defaults_take_a_line_each() -> None:
    formals = (Formal("a"), Formal("b", string("x\ny")), Formal("c" * 90))
    text = render(Lambda(Formals(formals), Attrs(())))
    default = "b ? ''\n    x\n    y''"
    assert text == f"{{\n  a,\n  {default},\n  {'c' * 90},\n}}: {{ }}\n"


def test_deep_trees_are_written() -> None:
    tree: Expr = string("x")
    for _ in range(100):
        tree = Apply(Name("and"), (List((tree, Int(1))),))
    assert render(tree).count("and") == 100


ATOMS: st.SearchStrategy[Valued] = st.one_of(
    WORD.map(lambda text: (string(text), text)),
    st.integers(-5, 5).map(lambda n: (Int(n), n)),
    st.just((Null(), None)),
    WORD.map(lambda text: (Str((text, string("$"), text)), f"{text}${text}")),
)


@needs_nix
@settings(max_examples=4, derandomize=True, deadline=None, database=None)
@given(st.lists(st.recursive(ATOMS, _combined, max_leaves=12), min_size=40, max_size=60))
def test_layout_keeps_the_meaning(all: list[Valued]) -> None:
    text = render(List(tuple(expr for expr, _ in all)), header=("a\rb",))
    assert evaluate(text) == [value for _, value in all]
