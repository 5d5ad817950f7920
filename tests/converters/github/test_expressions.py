"""GitHub's expressions, both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.converters.github.expressions.grammar import FUNCTIONS
from ciconv.converters.github.expressions.read import read_condition, read_expression, read_template
from ciconv.converters.github.expressions.write import (
    write_condition,
    write_expression,
    write_template,
)
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Index,
    Literal,
    Op,
    Raw,
    Ref,
    Semantics,
    Star,
    Template,
    Unary,
    has_status_function,
    walk,
)
from ciconv.source import Source
from ciconv.syntax.node import Scalar, Style, Value


class _Names:
    """Three names that every format knows."""

    _BOTH = {
        ("github", "sha"): ("commit", "sha"),
        ("github", "event_name"): ("event",),
        ("github", "event", "pull_request", "number"): ("pr", "number"),
    }
    _BRANCH = "github.ref_type == 'branch' && github.ref_name || ''"

    def canonical_name(self, format: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        return self._BOTH.get(path) if format == "github" else None

    def native_name(self, format: str, canonical: tuple[str, ...]) -> str | None:
        if canonical == ("ref", "branch"):
            return self._BRANCH
        found = [native for native, name in self._BOTH.items() if name == canonical]
        return ".".join(found[0]) if found and format == "github" else None


NAMES = _Names()


def _scalar(text: str, value: Value = "") -> Scalar:
    """A scalar that stands at the fifth character of a file."""
    source = Source("ci.yml", f"run: {text}\n")
    return Scalar(
        text=text,
        value=text if value == "" else value,
        style=Style.PLAIN,
        span=source.span(5, 5 + len(text)),
        offsets=((0, 5),),
    )


def _read(text: str) -> tuple[Expr, tuple[Diagnostic, ...]]:
    diagnostics = Diagnostics()
    expr = read_expression(_scalar(text), 0, len(text), NAMES, diagnostics)
    return expr, diagnostics.sorted()


def _fine(text: str) -> Expr:
    expr, diagnostics = _read(text)
    assert diagnostics == ()
    return expr


def _ref(path: str) -> Ref:
    return Ref(path=tuple(path.split(".")))


def _text(value: str) -> Literal:
    return Literal(value=value)


def _call(function: str, *arguments: Expr) -> Call:
    return Call(function=function, arguments=arguments)


def _both(left: Expr, op: Op, right: Expr) -> Binary:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB)


def _not(operand: Expr) -> Unary:
    return Unary(op=Op.NOT, operand=operand, semantics=Semantics.GITHUB)


def _at(base: Expr, key: Expr | str) -> Index:
    return Index(base=base, key=_text(key) if isinstance(key, str) else key)


A, B, C = _ref("env.a"), _ref("env.b"), _ref("env.c")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0.0),
        ("42", 42.0),
        ("-7", -7.0),
        ("+7", 7.0),
        ("3.25", 3.25),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("2.5e-1", 0.25),
        ("0xff", 255.0),
        ("0xFF", 255.0),
        ("0o17", 15.0),
        ("0x" + "f" * 400, float("inf")),
        ("Infinity", float("inf")),
        ("-Infinity", float("-inf")),
        ("''", ""),
        ("'a b'", "a b"),
        ("'it''s'", "it's"),
        ("''''", "'"),
        ("''''''", "''"),
        ("'}}'", "}}"),
        ("'a\nb'", "a\nb"),
        ("'\"'", '"'),
        ("'true'", "true"),
    ],
)
def test_literals(text: str, value: Constant) -> None:
    assert _fine(text) == Literal(value=value)


def test_nan_is_a_number() -> None:
    expr = _fine("NaN")
    assert isinstance(expr, Literal)
    assert isinstance(expr.value, float)
    assert expr.value != expr.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("env.a", A),
        ("github", _ref("github")),
        ("env.true", _ref("env.true")),
        ("env . a", A),
        ("env['a']", A),
        ("env['a b']", Ref(path=("env", "a b"))),
        ("env[ 'a' ]", A),
        ("steps.x-1.outputs._y", _ref("steps.x-1.outputs._y")),
        ("steps['x'].outputs['y']", _ref("steps.x.outputs.y")),
        ("github.sha", _ref("commit.sha")),
        ("GitHub.SHA", _ref("commit.sha")),
        ("github['sha']", _ref("commit.sha")),
        ("github.event_name", _ref("event")),
        ("github.event.pull_request.number", _ref("pr.number")),
        ("GITHUB.Event.Action", _ref("github.event.action")),
        ("GitHub.Event.Inputs.MyName", _ref("github.event.inputs.MyName")),
        ("github.event.client_payload.A.B", _ref("github.event.client_payload.A.B")),
        ("ENV.Path", _ref("env.Path")),
        ("Secrets.My_Token", _ref("secrets.My_Token")),
        ("Vars.X", _ref("vars.X")),
        ("INPUTS.Dry-Run", _ref("inputs.Dry-Run")),
        ("Matrix.OS", _ref("matrix.OS")),
        ("Matrix.OS.Name", _ref("matrix.OS.Name")),
        ("Steps.Build.OUTPUTS.Tag", _ref("steps.Build.outputs.Tag")),
        ("steps.Build.Conclusion", _ref("steps.Build.conclusion")),
        ("Needs.Build.Result", _ref("needs.Build.result")),
        ("jobs.Build.Outputs.X", _ref("jobs.Build.outputs.X")),
        ("Runner.OS", _ref("runner.os")),
        ("Strategy.Job-Index", _ref("strategy.job-index")),
        ("Job.Status", _ref("job.status")),
        ("job.Services.Db.Ports['5432']", _ref("job.services.Db.ports.5432")),
        ("env[matrix.x]", _at(_ref("env"), _ref("matrix.x"))),
        ("env[0]", _at(_ref("env"), Literal(value=0.0))),
        ("env.a[0].b", _at(_at(A, Literal(value=0.0)), "b")),
        ("env.*", _at(_ref("env"), Star())),
        ("env[*]", _at(_ref("env"), Star())),
        ("env.*.b", _at(_at(_ref("env"), Star()), "b")),
        ("env.a.*.b.*", _at(_at(_at(A, Star()), "b"), Star())),
        ("github.event.commits.*.Id", _at(_at(_ref("github.event.commits"), Star()), "Id")),
        ("(env).a", _at(_ref("env"), "a")),
        ("(github.event).number", _at(_ref("github.event"), "number")),
        ("fromJSON(env.a).x['y z']", _at(_at(_call("fromJSON", A), "x"), "y z")),
        ("(env.a || env.b)[0]", _at(_both(A, Op.OR, B), Literal(value=0.0))),
        ("env[env.a == 'x']", _at(_ref("env"), _both(A, Op.EQ, _text("x")))),
    ],
)
def test_names_and_properties(text: str, tree: Expr) -> None:
    assert _fine(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("!env.a", _not(A)),
        ("!!env.a", _not(_not(A))),
        ("env.a&&env.b", _both(A, Op.AND, B)),
        ("env.a || env.b && env.c", _both(A, Op.OR, _both(B, Op.AND, C))),
        ("env.a && env.b || env.c", _both(_both(A, Op.AND, B), Op.OR, C)),
        ("env.a || env.b || env.c", _both(_both(A, Op.OR, B), Op.OR, C)),
        ("(env.a || env.b) && env.c", _both(_both(A, Op.OR, B), Op.AND, C)),
        ("env.a == env.b != env.c", _both(_both(A, Op.EQ, B), Op.NE, C)),
        ("env.a == env.b < env.c", _both(A, Op.EQ, _both(B, Op.LT, C))),
        ("env.a <= env.b", _both(A, Op.LE, B)),
        ("env.a > env.b", _both(A, Op.GT, B)),
        ("env.a>=-1", _both(A, Op.GE, Literal(value=-1.0))),
        ("!env.a == env.b", _both(_not(A), Op.EQ, B)),
        ("!(env.a == env.b)", _not(_both(A, Op.EQ, B))),
        ("env.a\n  && env.b", _both(A, Op.AND, B)),
        ("env.a \u00a0&& env.b\u00a0", _both(A, Op.AND, B)),  # GitHub takes any blank
        ("always()", _call("always")),
        ("ALWAYS ( )", _call("always")),
        ("tojson(env)", _call("toJSON", _ref("env"))),
        ("FROMJSON('{}')", _call("fromJSON", _text("{}"))),
        ("startswith(env.a, 'x')", _call("startsWith", A, _text("x"))),
        ("EndsWith(env.a,'x')", _call("endsWith", A, _text("x"))),
        ("hashfiles('a', 'b')", _call("hashFiles", _text("a"), _text("b"))),
        ("join(env.*)", _call("join", _at(_ref("env"), Star()))),
        ("join(env.*, ',')", _call("join", _at(_ref("env"), Star()), _text(","))),
        ("format('{0}', env.a)", _call("format", _text("{0}"), A)),
        ("success('a')", _call("success", _text("a"))),
        ("failure()", _call("failure")),
        ("cancelled()", _call("cancelled")),
        ("contains(env.a, env.b && env.c)", _call("contains", A, _both(B, Op.AND, C))),
        ("case(env.a, 'x', 'y')", _call("case", A, _text("x"), _text("y"))),
    ],
)
def test_operators_and_functions(text: str, tree: Expr) -> None:
    assert _fine(text) == tree


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "the expression is empty", ""),
        ("env.a ==", "the expression ends too early", "env.a =="),
        ("env.", "the expression ends too early", "env."),
        ("env.a = 'x'", "unexpected '='", "="),
        ("env.a & env.b", "unexpected '&'", "&"),
        ("env.a env.b", "unexpected 'env'", "env"),
        ("env..a", "unexpected '.'", "."),
        ("env.0", "unexpected '0'", "0"),
        ("env[]", "unexpected ']'", "]"),
        ("env['a'", "the expression ends too early", "env['a'"),
        ('env.a == "x"', "unexpected '\"x\"'", '"x"'),
        ("env.a == 'x", 'unexpected "\'x"', "'x"),
        ("env.a == x'y'", "unexpected \"x'y'\"", "x'y'"),
        ("'a'.b", "unexpected '.'", "."),
        ("true.b", "unexpected '.'", "."),
        ("1.2.3", "unexpected '1.2.3'", "1.2.3"),
        ("-env.a", "unexpected '-env.a'", "-env.a"),
        ("-0xff", "unexpected '-0xff'", "-0xff"),
        ("0xfz", "unexpected '0xfz'", "0xfz"),
        ("env.a + 1", "unexpected '+'", "+"),
        ("env.a/b", "unexpected 'a/b'", "a/b"),
        ("contains(env.a,)", "unexpected ')'", ")"),
        ("contains(,env.a)", "unexpected ','", ","),
        ("contains(env.a env.b)", "unexpected 'env'", "env"),
        ("(env.a", "the expression ends too early", "(env.a"),
        ("env.a)", "unexpected ')'", ")"),
        ("*", "unexpected '*'", "*"),
    ],
)
def test_what_is_no_expression_is_kept_raw(text: str, message: str, place: str) -> None:
    expr, diagnostics = _read(text)
    assert expr == Raw(format="github", text=text.strip())
    (found,) = diagnostics
    assert (found.code, found.severity) == ("expression-syntax", Severity.ERROR)
    assert found.message == message
    assert found.span is not None
    assert found.span.text == place


@pytest.mark.parametrize(
    ("text", "code", "message", "help"),
    [
        (
            "contians(env.a, 'x')",
            "unknown-function",
            "'contians' is not a function of GitHub's expressions",
            "did you mean 'contains'?",
        ),
        (
            "tojsn(env)",
            "unknown-function",
            "'tojsn' is not a function of GitHub's expressions",
            "did you mean 'toJSON'?",
        ),
        (
            "githb.sha",
            "unknown-context",
            "'githb' is not a context of GitHub's expressions",
            "did you mean 'github'?",
        ),
        ("contains('x')", "function-arity", "'contains' takes 2 arguments, not 1", ""),
        ("toJSON()", "function-arity", "'toJSON' takes 1 argument, not 0", ""),
        ("always(1)", "function-arity", "'always' takes 0 arguments, not 1", ""),
        ("join()", "function-arity", "'join' takes at least 1 argument, not 0", ""),
        ("join(1,2,3)", "function-arity", "'join' takes 1 to 2 arguments, not 3", ""),
        ("hashFiles()", "function-arity", "'hashFiles' takes at least 1 argument, not 0", ""),
        ("case(1,2)", "function-arity", "'case' takes at least 3 arguments, not 2", ""),
        (
            "case(1,2,3,4)",
            "function-arity",
            "'case' takes an odd number of arguments, not 4",
            "",
        ),
    ],
)
def test_wrong_names_and_counts(text: str, code: str, message: str, help: str) -> None:
    expr, diagnostics = _read(text)
    assert not isinstance(expr, Raw)
    (found,) = diagnostics
    assert (found.code, found.severity, found.message) == (code, Severity.ERROR, message)
    assert found.help == help
    assert found.span is not None
    assert found.span.start_offset == 5


def test_all_wrong_names_are_reported() -> None:
    _, diagnostics = _read("foo() || bar.x || baz()")
    assert [one.code for one in diagnostics] == [
        "unknown-function",
        "unknown-context",
        "unknown-function",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "(" * 10_000 + "env" + ")" * 10_000,
        "!" * 20_000 + "env",
        "env" + ".b" * 10_000,
        "env" + "[env" * 4_000,
        "f(" * 10_000,
        "&&".join(["env"] * 4_000),
        " && ".join(["env"] * 10_000),
        "!" * 50 + "env",
    ],
)
def test_hostile_depth_is_an_error(text: str) -> None:
    expr, diagnostics = _read(text)
    assert isinstance(expr, Raw)
    assert "expression-depth" in {one.code for one in diagnostics}


def test_github_allows_fifty_levels() -> None:
    assert has_status_function(_fine("!" * 49 + "always()")) is True


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", (_text("plain"),)),
        ("${{ env.a }}", (A,)),
        ("${{env.a}}", (A,)),
        ("a${{ env.a }}b", (_text("a"), A, _text("b"))),
        ("${{ env.a }}${{ env.b }}", (A, B)),
        ("${{ '}}' }}x", (_text("}}x"),)),
        ("${{ env['}}'] }}", (Ref(path=("env", "}}")),)),
        ("${{ 'it''s }}' }}", (_text("it's }}"),)),
        ("a ${{ 'b' }} c", (_text("a b c"),)),
        ("${{ '${{' }} x", (_text("${{ x"),)),
        ("${{ true }}", (Literal(value=True),)),
        ("v${{ 1.0 }}", (_text("v1"),)),
        ("${{ '' }}", ()),
        ("${{ null }}", ()),
        ("$${{ env.a }}}", (_text("$"), A, _text("}"))),
        ("a }} b", (_text("a }} b"),)),
        ("$ {{ a }}", (_text("$ {{ a }}"),)),
        ("", ()),
        ("a\n  ${{ env.a\n }}\nb", (_text("a\n  "), A, _text("\nb"))),
    ],
)
def test_templates(text: str, parts: tuple[Expr, ...]) -> None:
    diagnostics = Diagnostics()
    template = read_template(_scalar(text), NAMES, diagnostics)
    assert template == Template(parts=parts)
    assert diagnostics.sorted() == ()


@pytest.mark.parametrize(
    ("value", "parts"),
    [(True, (Literal(value=True),)), (3, (Literal(value=3.0),)), (None, ())],
)
def test_a_constant_keeps_its_type(value: Value, parts: tuple[Expr, ...]) -> None:
    scalar = _scalar("whatever", value)
    assert read_template(scalar, NAMES, Diagnostics()) == Template(parts=parts)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a ${{ env.a", "the '${{' is never closed", "${{"),
        ("a ${{ 'x }}", "the '${{' is never closed", "${{"),
        ("a ${{ b }} ${{ '}}", "the '${{' is never closed", "${{"),
        ("a ${{ }} b", "the expression is empty", " "),
        ("a ${{}} b", "the expression is empty", "${{}}"),
        ("a ${{ env.a = 1 }} b", "unexpected '='", "="),
    ],
)
def test_broken_templates(text: str, message: str, place: str) -> None:
    diagnostics = Diagnostics()
    template = read_template(_scalar(text), NAMES, diagnostics)
    found = diagnostics.sorted()[-1]
    assert (found.message, found.severity) == (message, Severity.ERROR)
    assert found.span is not None
    assert found.span.text == place
    assert any(isinstance(part, Raw) for part in template.parts)


def test_parts_know_their_places() -> None:
    template = read_template(_scalar("ab ${{ env.a && !env.b }} c"), NAMES, Diagnostics())
    texts = [one.span.text for one in walk(template) if one.span is not None]
    assert texts == [
        "ab ${{ env.a && !env.b }} c",
        "ab ",
        "env.a && !env.b",
        "env.a",
        "!env.b",
        "env.b",
        " c",
    ]


@pytest.mark.parametrize(
    ("text", "value", "tree"),
    [
        ("env.a", "", A),
        ("${{ env.a }}", "", A),
        ("${{ env.a && env.b }}", "", _both(A, Op.AND, B)),
        ("  env.a  ", "", A),
        ("env.a\n", "", A),
        ("true", True, Literal(value=True)),
        ("false", False, Literal(value=False)),
        ("0", 0, Literal(value=0.0)),
        ("", None, Literal(value=True)),
        ("  ", "", Literal(value=True)),
    ],
)
def test_conditions(text: str, value: Value, tree: Expr) -> None:
    diagnostics = Diagnostics()
    assert read_condition(_scalar(text, value), NAMES, diagnostics) == tree
    assert diagnostics.sorted() == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("${{ env.a }} == 'b'", (A, _text(" == 'b'"))),
        ("${{ env.a }}\n", (A, _text("\n"))),
        (" ${{ env.a }}", (_text(" "), A)),
        ("!${{ env.a }}", (_text("!"), A)),
    ],
)
def test_text_around_a_condition_makes_it_constant(text: str, parts: tuple[Expr, ...]) -> None:
    diagnostics = Diagnostics()
    condition = read_condition(_scalar(text), NAMES, diagnostics)
    assert condition == Template(parts=parts)
    (found,) = diagnostics
    assert (found.code, found.severity) == ("constant-condition", Severity.WARNING)
    assert write_condition(condition, NAMES) == text


def test_two_expressions_are_a_text_that_may_be_empty() -> None:
    diagnostics = Diagnostics()
    condition = read_condition(_scalar("${{ env.a }}${{ env.b }}"), NAMES, diagnostics)
    assert condition == Template(parts=(A, B))
    assert diagnostics.sorted() == ()


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (_ref("commit.sha"), "github.sha"),
        (Ref(path=("env", "a b")), "env['a b']"),
        (Ref(path=("env", "it's")), "env['it''s']"),
        (Ref(path=("env", "1")), "env['1']"),
        (_not(_ref("ref.branch")), f"!({_Names._BRANCH})"),
        (_ref("ref.branch"), _Names._BRANCH),
        (_both(_both(A, Op.OR, B), Op.AND, C), "(env.a || env.b) && env.c"),
        (_both(A, Op.AND, _both(B, Op.AND, C)), "env.a && (env.b && env.c)"),
        (_both(_both(A, Op.AND, B), Op.AND, C), "env.a && env.b && env.c"),
        (_not(_both(A, Op.EQ, B)), "!(env.a == env.b)"),
        (_both(_not(A), Op.EQ, B), "!env.a == env.b"),
        (_at(_not(A), "x"), "(!env.a).x"),
        (_at(A, "x"), "(env.a).x"),
        (_at(_text("x"), "y"), "('x').y"),
        (_at(_at(A, Star()), "x y"), "env.a.*['x y']"),
        (_at(A, _both(B, Op.OR, C)), "env.a[env.b || env.c]"),
        (_call("format", _text("{0}"), _both(A, Op.OR, B)), "format('{0}', env.a || env.b)"),
        (Literal(value=255.0), "255"),
        (Literal(value=0.1), "0.1"),
        (Literal(value=1e300), "1e+300"),
        (Literal(value=float("inf")), "Infinity"),
        (Literal(value=float("-inf")), "-Infinity"),
        (Literal(value=float("nan")), "NaN"),
        (Template(parts=(_text("a{"), A)), "format('a{{{0}', env.a)"),
        (Template(parts=(_text("it's"),)), "'it''s'"),
        (_not(Raw(format="github", text="x y")), "!(x y)"),
    ],
)
def test_written_with_no_more_brackets_than_needed(tree: Expr, text: str) -> None:
    assert write_expression(tree, NAMES) == text


@pytest.mark.parametrize(
    "tree",
    [_both(A, Op.MATCH, B), Raw(format="gitlab", text="x"), Star()],
    ids=["operator", "raw", "star"],
)
def test_what_github_cannot_say_is_refused(tree: Expr) -> None:
    with pytest.raises(ValueError, match="GitHub has no"):
        write_expression(tree, NAMES)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((_text("a "), A, _text("\n")), "a ${{ env.a }}\n"),
        ((_text("a ${{ b"),), "a ${{ '${{' }} b"),
        ((_text("$"), _text("{{ b")), "${{ '${{' }} b"),
        ((Literal(value=True),), "true"),
        ((Literal(value=3.0), A), "3${{ env.a }}"),
        ((_text("$"), A), "$${{ env.a }}"),
        ((), ""),
    ],
)
def test_templates_are_written(parts: tuple[Expr, ...], text: str) -> None:
    assert write_template(Template(parts=parts), NAMES) == text


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (_both(A, Op.EQ, _text("b")), "env.a == 'b'"),
        (_not(A), "${{ !env.a }}"),
        (_both(_not(A), Op.AND, B), "${{ !env.a && env.b }}"),
        (_both(B, Op.AND, _not(A)), "env.b && !env.a"),
        (_call("contains", A, _text("${{")), "${{ contains(env.a, '${{') }}"),
        (Literal(value=False), "false"),
        (Template(parts=(A,)), "format('{0}', env.a)"),
    ],
)
def test_conditions_are_written(tree: Expr, text: str) -> None:
    assert write_condition(tree, NAMES) == text


_WORDS = st.from_regex(r"[a-z_][a-zA-Z0-9_-]{0,4}", fullmatch=True)
_TEXTS = st.text("ab'\"{}$ \n\\!.é", max_size=8)
_NUMBERS = st.floats(allow_nan=False) | st.integers(-(10**6), 10**6).map(float)
_LITERALS = st.builds(
    Literal, value=st.none() | st.booleans() | _TEXTS | _NUMBERS.map(lambda number: number + 0.0)
)
_REFS = st.builds(
    lambda context, path: Ref(path=(context, *path)),
    st.sampled_from(["env", "secrets", "matrix", "inputs", "vars"]),
    st.lists(_WORDS | _TEXTS, max_size=3),
) | st.just(_ref("commit.sha"))
_OPERATORS = st.sampled_from([Op.OR, Op.AND, Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE])


def _larger(smaller: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    any_number = sorted(one.name for one in FUNCTIONS.values() if one.least <= 2 < one.most)
    functions = st.sampled_from([name for name in any_number if name != "case"])
    return (
        st.builds(_both, smaller, _OPERATORS, smaller)
        | st.builds(_not, smaller)
        | st.builds(_at, smaller, smaller | _WORDS | st.just(Star()))
        | st.builds(_call, functions, smaller, smaller)
    )


_EXPRESSIONS = st.recursive(_LITERALS | _REFS, _larger, max_leaves=12)


@given(_EXPRESSIONS)
def test_what_is_written_is_read_again(expr: Expr) -> None:
    assert _fine(write_expression(expr, NAMES)) == expr


@given(st.lists(_TEXTS.map(_text) | _EXPRESSIONS, max_size=5))
def test_templates_are_read_again(parts: list[Expr]) -> None:
    # neighbouring constants become one text on the way, so the law is about the second round
    once = _again(Template(parts=tuple(parts)))
    assert _again(once) == once
    assert write_template(once, NAMES) == write_template(_again(once), NAMES)
    assert sum(not isinstance(part, Literal) for part in parts) == sum(
        not isinstance(part, Literal) for part in once.parts
    )


def _again(template: Template) -> Template:
    return read_template(_scalar(write_template(template, NAMES)), NAMES, Diagnostics())


@given(_EXPRESSIONS)
def test_conditions_are_read_again(expr: Expr) -> None:
    diagnostics = Diagnostics()
    condition = _scalar(write_condition(expr, NAMES))
    assert read_condition(condition, NAMES, diagnostics) == expr
    assert diagnostics.sorted() == ()


@given(st.text("env.a'()[]!&|=<>,*${} \n0-\"\\", max_size=40))
def test_no_text_crashes_the_reader(text: str) -> None:
    diagnostics = Diagnostics()
    scalar = _scalar(text)
    for part in (read_template(scalar, NAMES, diagnostics), _read(text)[0]):
        for one in walk(part):
            assert one.span is not None
            assert 5 <= one.span.start_offset <= one.span.end_offset <= 5 + len(text)
