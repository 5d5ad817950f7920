"""Values of expressions: what GitHub gives, and what is left to the run."""

import math
from timeit import timeit
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ciconv.converters.github.expressions.write import write_expression
from ciconv.ir.evaluate import (
    UNKNOWN,
    Array,
    Environment,
    EvaluationError,
    Object,
    Residual,
    Value,
    as_number,
    as_text,
    evaluate,
    is_known,
    loose_equal,
    loose_less,
    truth,
    value_of,
)
from ciconv.ir.expression import (
    Binary,
    Changes,
    Constant,
    Exists,
    Expr,
    Literal,
    Matches,
    Op,
    Raw,
    Ref,
    Semantics,
    Star,
    Template,
    Unary,
    written,
)
from ciconv.ir.filter import Filter, Pattern
from github_expressions import Names, parse

DATA = {
    "github": {
        "event_name": "push",
        "ref": "refs/heads/Main",
        "run_number": 7,
        "event": {
            "head_commit": {"message": "Fix [skip ci] it"},
            "labels": [{"name": "bug", "id": 1}, {"name": "UI"}, {"id": 3}, "text"],
            "empty": [],
        },
    },
    "matrix": {
        "os": "ubuntu-latest",
        "node": 18,
        "flag": False,
        "none": None,
        "Deep": {"a": [1, 2]},
    },
    "inputs": {"debug": True, "text": "", "path": "a/b"},
    "nested": {"a": {"x": [1, 2]}, "b": {"x": [3]}, "c": [9]},
}
KNOWN = Environment.of(DATA)
inf, nan = math.inf, math.nan


def value(text: str, environment: Environment = KNOWN) -> Value:
    return evaluate(parse(text), environment)


def left(text: str, environment: Environment = KNOWN) -> str:
    """What is left to the run, written as an expression."""
    found = value(text, environment)
    assert isinstance(found, Residual)
    return write_expression(found.expr, Names())


def plain(found: Value) -> Any:
    """A value as plain data."""
    if isinstance(found, Array):
        return [plain(one) for one in found.items]
    if isinstance(found, Object):
        return {name: plain(one) for name, one in found.entries}
    assert not isinstance(found, Residual)
    return found


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same type: for Python, true is 1."""
    return type(one) is type(other) and (one == other or one != one and other != other)


CASES = [
    # constants
    ("null", None),
    ("true", True),
    ("12", 12.0),
    ("0x1F", 31.0),
    ("0o17", 15.0),
    ("-1.5e2", -150.0),
    ("NaN", nan),
    ("-Infinity", -inf),
    ("'it''s'", "it's"),
    # names
    ("github.event_name", "push"),
    ("GitHub.Event_Name", "push"),
    ("github['event_name']", "push"),
    ("github.nothing", None),
    ("github.nothing.below", None),
    ("github.event_name.length", None),
    ("github.run_number", 7.0),
    ("matrix.deep.A[1]", 2.0),
    ("matrix.deep.a[2]", None),
    ("matrix.deep.a[-1]", None),
    ("matrix.deep.a['1']", 2.0),
    ("matrix.deep.a[1.9]", 2.0),
    ("matrix.deep.a[true]", 2.0),
    ("matrix.deep.a['x']", None),
    ("matrix.deep['a'][0]", 1.0),
    ("matrix[format('o{0}', 's')]", "ubuntu-latest"),
    ("matrix[inputs.text]", None),
    ("github[github]", None),
    ("fromJSON('{\"5\": 1}')[5]", 1.0),
    ("fromJSON('{\"true\": 1}')[true]", 1.0),
    ("fromJSON('{\"\": 1}')[null]", 1.0),
    ("fromJSON('[1]')[fromJSON('[]')]", None),
    # filters
    ("github.event.labels.*.name", ["bug", "UI"]),
    ("github.event.labels.*.id", [1.0, 3.0]),
    ("github.event.labels.*.name[0]", []),
    ("github.event.labels[0].*", ["bug", 1.0]),
    ("github.event.empty.*", []),
    ("github.event_name.*", []),
    ("github.none.*.x", []),
    ("nested.*.x", [[1.0, 2.0], [3.0]]),
    ("nested.*.x.*", [1.0, 2.0, 3.0]),
    ("nested.*.*", [[1.0, 2.0], [3.0], 9.0]),
    ("nested.*[0]", [9.0]),
    ("nested.*.x[0]", [1.0, 3.0]),
    # ! && ||
    ("!true", False),
    ("!''", True),
    ("!'false'", False),
    ("!0", True),
    ("!-0", True),
    ("!NaN", True),
    ("!null", True),
    ("!Infinity", False),
    ("!fromJSON('[]')", False),
    ("!fromJSON('{}')", False),
    ("true && 'yes' || 'no'", "yes"),
    ("false && 'yes' || 'no'", "no"),
    ("true && '' || 'no'", "no"),
    ("null && fromJSON('wrong')", None),
    ("1 || fromJSON('wrong')", 1.0),
    ("0 || '' || null", None),
    ("1 && 2 && 3", 3.0),
    ("1 && 0 && fromJSON('wrong')", 0.0),
    ("'' || false || 0", 0.0),
    # == and !=
    ("'abc' == 'ABC'", True),
    ("'é' == 'É'", True),
    ("'ß' == 'SS'", False),  # letter by letter
    ("'ı' == 'I'", False),
    ("'ς' == 'Σ'", True),
    ("github.ref == 'refs/heads/main'", True),
    ("'1' == 1", True),
    ("' 1 ' == 1", True),
    ("'0x10' == 16", True),
    ("'1e1' == 10", True),
    ("'1_0' == 10", False),
    ("'inf' == Infinity", False),
    ("'Infinity' == Infinity", True),
    ("'' == 0", True),
    ("null == 0", True),
    ("null == false", True),
    ("null == ''", True),
    ("true == 1", True),
    ("true == '1'", True),
    ("true == 'true'", False),
    ("false == 'false'", False),
    ("false == ''", True),
    ("NaN == NaN", False),
    ("NaN != NaN", True),
    ("0 == -0", True),
    ("'x' != 'X'", False),
    ("matrix.none == null", True),
    ("fromJSON('[]') == fromJSON('[]')", False),
    ("github.event == github.event", True),
    ("github.event.labels == github.event.labels", True),
    ("fromJSON('[]') == ''", False),
    ("fromJSON('{}') == 'Object'", False),
    # < <= > >=
    ("1 < 2", True),
    ("'10' < 9", False),
    ("'a' < 'B'", True),
    ("'a' < '['", True),
    ("'b' <= 'B'", True),
    ("'' < 'a'", True),
    ("'a' < 1", False),
    ("'a' > 1", False),
    ("NaN <= NaN", False),
    ("null <= 0", True),
    ("true > false", True),
    ("'b' > 'A'", True),
    ("2 >= '2'", True),
    ("fromJSON('[]') < fromJSON('[1]')", False),
    ("github.event >= github.event", True),
    ("'\U00010400' < '\uffff'", True),  # by their 16-bit units
    # contains, startsWith, endsWith
    ("contains('Hello', 'ELL')", True),
    ("contains('abc', '')", True),
    ("contains(123, 2)", True),
    ("contains(null, '')", True),
    ("contains('Object', fromJSON('{}'))", False),
    ("contains(fromJSON('{\"a\": 1}'), 'a')", False),
    ("contains(github.event.labels.*.name, 'ui')", True),
    ("contains(github.event.labels.*.name, 'u')", False),
    ("contains(fromJSON('[1, 2]'), '2')", True),
    ("contains(fromJSON('[null]'), 0)", True),
    ("contains(fromJSON('[]'), null)", False),
    ("contains(github.event.head_commit.message, '[skip CI]')", True),
    ("startsWith(github.ref, 'REFS/heads/')", True),
    ("startsWith(github.ref, 'refs/tags/')", False),
    ("startsWith(12, 1)", True),
    ("startsWith('a', null)", True),
    ("startsWith(fromJSON('[]'), 'A')", False),
    ("endsWith('a.TAR.gz', '.tar.GZ')", True),
    ("endsWith('a', fromJSON('[]'))", False),
    ("endsWith(true, 'UE')", True),
    # format, join
    ("format('{0}-{1}-{0}', 'a', 2)", "a-2-a"),
    ("format('{{{0}}}', 1)", "{1}"),
    ("format('{{}}')", "{}"),
    ("format('')", ""),
    ("format('{0}{1}{2}', null, true, fromJSON('[]'))", "trueArray"),
    ("format('{00}', 'x')", "x"),
    ("format('{0}', github.event)", "Object"),
    ("format('x', 'unused')", "x"),
    ("format(1)", "1"),
    ("join(fromJSON('[1, \"b\", null, true]'))", "1,b,,true"),
    ("join(fromJSON('[1, 2]'), ' - ')", "1 - 2"),
    ("join(fromJSON('[1, 2]'), null)", "12"),
    ("join(fromJSON('[1, 2]'), fromJSON('[]'))", "1,2"),
    ("join(fromJSON('[[1], {}]'))", "Array,Object"),
    ("join('text', '-')", "text"),
    ("join(github.event)", ""),
    ("join(github.event.labels.*.name, '+')", "bug+UI"),
    # toJSON, fromJSON
    ("toJSON('a\"b\\\n')", '"a\\"b\\\\\\n"'),
    ("toJSON(1.50)", "1.5"),
    ("toJSON(-0)", "0"),
    ("toJSON(null)", "null"),
    ("toJSON('é')", '"é"'),
    ("toJSON(fromJSON('[]'))", "[]"),
    (
        'toJSON(fromJSON(\'{"a":[1,{}],"b":null}\'))',
        '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": null\n}',
    ),
    ('fromJSON(\'{"A": 1, "a": 2}\').a', 1.0),
    ("fromJSON(' [1e2] ')[0]", 100.0),
    ("fromJSON(true)", True),
    ("fromJSON(12)", 12.0),
    ("fromJSON(toJSON(matrix)).node", 18.0),
    ("fromJSON('\"x\"')", "x"),
    (f"fromJSON('{'9' * 400}')", inf),
    # numbers as text
    ("format('{0}', 1.0)", "1"),
    ("format('{0}', 0.1)", "0.1"),
    ("format('{0}', 100000000000000)", "100000000000000"),
    ("format('{0}', 1e15)", "1E+15"),
    ("format('{0}', 123456789012345678)", "1.23456789012346E+17"),
    ("format('{0}', 0.0001)", "0.0001"),
    ("format('{0}', 0.00001)", "1E-05"),
    ("format('{0}', 0.84551240822557006)", "0.84551240822557"),
    ("format('{0}', -0)", "0"),
    ("format('{0}', -Infinity)", "-Infinity"),
    ("format('{0}', NaN)", "NaN"),
    # case
    ("case(true, 1, 2)", 1.0),
    ("case(false, 1, 1 == 1, 'b', 2)", "b"),
    ("case(false, fromJSON('wrong'), 2)", 2.0),
    ("case(github.event_name == 'push', matrix.deep, 2).a[0]", 1.0),
    # status
    ("always()", True),
    ("always() && 1", 1.0),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_values(text: str, expected: object) -> None:
    """GitHub's coercions, comparisons and functions."""
    found = plain(value(text))
    assert same(found, expected), found


def test_the_table_is_large() -> None:
    """What issue 3 asks for."""
    assert len(CASES) >= 150


ERRORS = [
    ("format('{0')", "the format '{0' has a '{' or '}' too many", None),
    ("format('}')", "the format '}' has a '{' or '}' too many", None),
    ("format('{a}', 1)", "the format '{a}' has a '{' or '}' too many", None),
    ("format('{1}', 1)", "the format '{1}' uses '{1}', but is given 1 values", None),
    ("'a' == fromJSON('')", "'fromJSON' is given an empty text", "fromJSON('')"),
    ("fromJSON('{')", "'fromJSON' is given '{', which is no JSON: ", None),
    ("fromJSON('[NaN]')", "'fromJSON' is given '[NaN]', which is no JSON: ", None),
    ("fromJSON('1 2')", "'fromJSON' is given '1 2', which is no JSON: ", None),
    ("!case('x', 1, 2)", "a condition of 'case' is not true or false", "case('x', 1, 2)"),
    ("case(null, 1, 2)", "a condition of 'case' is not true or false", None),
    (f"fromJSON('{'[' * 200}{']' * 200}')", "the data has more than 100 levels", None),
]


@pytest.mark.parametrize(("text", "message", "place"), ERRORS)
def test_errors_have_a_message_and_a_place(text: str, message: str, place: str | None) -> None:
    """GitHub ends the run there; who asks makes a diagnostic of it."""
    with pytest.raises(EvaluationError) as caught:
        value(text)
    assert caught.value.message.startswith(message)
    assert caught.value.span is not None
    assert caught.value.span.text == (place or text)


RUN = Environment.of(
    {
        ("github", "event_name"): "push",
        ("github", "event"): {"labels": [{"name": "a"}, {"name": UNKNOWN}]},
        "needs": {"a": {"result": UNKNOWN}, "b": {"result": UNKNOWN}},
        "jobs": {"x": UNKNOWN},
        "list": [1, UNKNOWN],
    }
)

RESIDUALS = [
    ("steps.a.outcome", "steps.a.outcome"),
    ("github", "github"),
    ("github.actor", "github.actor"),
    ("github[github.event_name]", "github.push"),
    ("github[inputs.x]", "github[inputs.x]"),
    ("github.event[inputs.x]", "github.event[inputs.x]"),
    ("inputs.list[0]", "inputs.list[0]"),
    ("inputs.list.*.name", "inputs.list.*.name"),
    ("true && inputs.a", "inputs.a"),
    ("inputs.a && true", "inputs.a && true"),  # null && true is null
    ("inputs.a && false && inputs.b", "inputs.a && false"),
    ("inputs.a || 1 || inputs.b", "inputs.a || 1"),
    ("false || inputs.a || 0 || inputs.b", "inputs.a || 0 || inputs.b"),
    ("github.event_name == 'push' && inputs.a", "inputs.a"),
    ("inputs.a && github.event_name", "inputs.a && 'push'"),
    ("inputs.a && fromJSON('wrong')", "inputs.a && fromJSON('wrong')"),
    ("!inputs.a", "!inputs.a"),
    ("inputs.a == github.event_name", "inputs.a == 'push'"),
    ("inputs.a == fromJSON('[]')", "inputs.a == fromJSON('[]')"),
    ("needs.*.result", None),
    ("jobs.*.result", "jobs.*.result"),
    ("jobs.x.result", "jobs.x.result"),
    ("toJSON(needs)", "toJSON(needs)"),
    ("list[1]", "list['1']"),
    (
        "contains(needs.*.result, 'failure')",
        "needs.a.result == 'failure' || needs.b.result == 'failure'",
    ),
    ("contains(fromJSON('[1, 2]'), inputs.a)", "inputs.a == 1 || inputs.a == 2"),
    ("contains(list, inputs.a)", "inputs.a == 1 || list['1'] == inputs.a"),
    ("contains(github.event.labels.*.name, 'b')", "github.event.labels['1'].name == 'b'"),
    ("contains(inputs.a, github.event_name)", "contains(inputs.a, 'push')"),
    ("contains(fromJSON('[[]]'), inputs.a)", "contains(fromJSON('[[]]'), inputs.a)"),
    ("format('{0}/{1}/{2}', 1, inputs.a, 'x')", "format('1/{0}/x', inputs.a)"),
    ("format(inputs.a, 1 == 1)", "format(inputs.a, true)"),
    ("format('<{0}>', format('{0}-{1}', inputs.a, 2))", "format('<{0}-2>', inputs.a)"),
    ("join(needs.*.result, ' ')", "format('{0} {1}', needs.a.result, needs.b.result)"),
    ("join(inputs.a, github.event_name)", "join(inputs.a, 'push')"),
    ("startsWith(inputs.a, github.event_name)", "startsWith(inputs.a, 'push')"),
    (
        "case(1 == 2, 1, inputs.a, github.event_name, fromJSON(''))",
        "case(inputs.a, 'push', fromJSON(''))",
    ),
    ("success()", "success()"),
    ("failure('a') && !cancelled()", "failure('a') && !cancelled()"),
    ("hashFiles('a', github.event_name)", "hashFiles('a', 'push')"),
    ("fromJSON(inputs.a).x", "fromJSON(inputs.a).x"),
    ("(inputs.a || inputs.b).x[0]", "(inputs.a || inputs.b).x[0]"),
]


@pytest.mark.parametrize(("text", "expected"), RESIDUALS)
def test_what_only_the_run_knows_is_left(text: str, expected: str | None) -> None:
    """With everything known worked out, and no more: it has the same value."""
    if expected is None:
        assert not is_known(value(text, RUN))
    else:
        assert left(text, RUN) == expected


def test_a_known_match_decides_in_a_list_of_unknown_values() -> None:
    """It is in the list, whatever the others are."""
    assert value("contains(github.event.labels.*.name, 'A')", RUN) is True


def test_residuals_keep_their_place() -> None:
    """A reference that is not known is the one that was written."""
    found = value("true && inputs.a", RUN)
    assert isinstance(found, Residual)
    assert found.expr.span is not None
    assert found.expr.span.text == "inputs.a"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((), ""),
        (("a", "github.event_name", "b"), "apushb"),
        (("matrix.node", "-", "matrix.flag", "matrix.none"), "18-false"),
        (("github.event",), "Object"),
        (("1 == 1",), "true"),
    ],
)
def test_templates_are_text(parts: tuple[str, ...], expected: str) -> None:
    """Also one of a single value."""
    exprs = tuple(Literal(value=one) if len(one) == 1 else parse(one) for one in parts)
    assert evaluate(Template(parts=exprs), KNOWN) == expected


def test_a_template_keeps_what_it_does_not_know() -> None:
    """Texts next to each other become one, templates in templates a part of them."""
    inner = Template(parts=(Literal(value="<"), parse("inputs.a")))
    parts = (Literal(value="v"), parse("github.event_name"), inner, Literal(value=">"))
    found = evaluate(Template(parts=parts), RUN)
    assert found == Residual(
        Template(parts=(Literal(value="vpush<"), parse("inputs.a"), Literal(value=">")))
    )


def test_functions_of_the_environment_win() -> None:
    """As values, or computed from the arguments."""
    given: dict[str, Any] = {
        "success": False,
        "always": Residual(Ref(path=("a",))),
        "hashFiles": lambda arguments: f"hash of {len(arguments)}",
    }
    environment = Environment.of({}, given)
    assert value("success()", environment) is False
    assert value("hashFiles('a', 'b')", environment) == "hash of 2"
    assert left("always()", environment) == "a"
    assert left("failure()", environment) == "failure()"
    assert value("success()", environment.extended({"a": 1})) is False


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("matrix", "OS"), "linux"),
        (("Matrix", "none"), None),
        (("ref", "full"), "refs/heads/x"),
        (("ref", "full", "below"), None),
        (("ref", "name"), Residual(Ref(path=("ref", "name")))),
        (("github", "event", "action"), "opened"),
        (("github", "event", "pull_request", "number"), 7.0),
        (("github", "event", "pull_request", "title"), Residual(Ref(path=("title",)))),
        (("github", "event", "Sender", "login"), None),
        (("env", "A"), Residual(Ref(path=("env", "A")))),
        (("env", "A", "b"), Residual(Ref(path=("env", "A", "b")))),
        (("env", "B"), None),
        (("nowhere",), Residual(Ref(path=("nowhere",)))),
    ],
)
def test_lookup(path: tuple[str, ...], expected: Value) -> None:
    """The longest known path wins, what is below it is complete, all else is left to the run."""
    environment = Environment.of(
        {
            ("matrix",): {"os": "linux"},
            ("ref", "full"): "refs/heads/x",
            ("github", "event"): {"action": "opened", "pull_request": {"number": 1}},
            ("github", "event", "pull_request"): {"number": 7, "title": Ref(path=("title",))},
            ("env",): {"A": UNKNOWN},
        }
    )
    assert environment.lookup(path) == expected


def test_the_environment_can_be_extended() -> None:
    """What is added wins; the old one stays as it is."""
    inner = KNOWN.extended({"matrix": {"os": "mac"}})
    assert inner.lookup(("matrix", "os")) == "mac"
    assert inner.lookup(("github", "event_name")) == "push"
    assert KNOWN.lookup(("matrix", "os")) == "ubuntu-latest"


@pytest.mark.parametrize("data", [object(), {"a": {1, 2}}, [b"x"]])
def test_only_data_has_values(data: object) -> None:
    """Anything else is a mistake of the caller."""
    with pytest.raises(EvaluationError, match="no value of an expression"):
        value_of(data)


@pytest.mark.parametrize(
    "expr",
    [
        Raw(format="github", text="?"),
        Star(),
        Binary(
            op=Op.MATCH,
            left=Literal(value="a"),
            right=Literal(value="a"),
            semantics=Semantics.GITHUB,
        ),
        Binary(
            op=Op.MATCH,
            left=Literal(value="a"),
            right=Literal(value="(?=a)"),
            semantics=Semantics.CIRCLECI,
        ),
        Exists(filter=Filter(patterns=(Pattern(text="a"),))),
        Changes(filter=Filter(patterns=(Pattern(text="a"),))),
    ],
)
def test_what_has_no_rules_here_is_left(expr: Expr) -> None:
    """What GitHub has no operator for, what no automaton can do, and what nobody knows."""
    assert evaluate(expr, KNOWN) == Residual(expr)


def _op(semantics: Semantics, op: Op, left: Constant, right: Constant) -> Expr:
    return Binary(op=op, left=Literal(value=left), right=Literal(value=right), semantics=semantics)


OF_OTHERS = [
    # undefined is null, and equals neither a text nor the empty one; texts are told by their case
    (_op(Semantics.GITLAB, Op.EQ, None, None), True),
    (_op(Semantics.GITLAB, Op.EQ, None, ""), False),
    (_op(Semantics.GITLAB, Op.NE, None, "a"), True),
    (_op(Semantics.GITLAB, Op.EQ, "Main", "main"), False),
    (_op(Semantics.GITLAB, Op.MATCH, "release/1", "^release"), True),
    (_op(Semantics.GITLAB, Op.MATCH, "x-release", "release"), True),
    (_op(Semantics.GITLAB, Op.MATCH, "Release", "(?i)^release"), True),
    (_op(Semantics.GITLAB, Op.MATCH, None, "."), False),
    (_op(Semantics.GITLAB, Op.NOT_MATCH, None, "."), True),
    # the whole text has to match, and there are types
    (_op(Semantics.CIRCLECI, Op.MATCH, "xmain", "main"), False),
    (_op(Semantics.CIRCLECI, Op.MATCH, "main", "ma.."), True),
    (_op(Semantics.CIRCLECI, Op.EQ, "1", 1.0), False),
    (_op(Semantics.CIRCLECI, Op.EQ, True, 1.0), False),
    (_op(Semantics.CIRCLECI, Op.EQ, "Main", "main"), False),
    (_op(Semantics.CIRCLECI, Op.LT, 2.0, 10.0), True),
    (Unary(op=Op.NOT, operand=Literal(value=""), semantics=Semantics.CIRCLECI), True),
    # the finding operator of Groovy, and its truth
    (_op(Semantics.GROOVY, Op.MATCH, "x-main", "ma.n"), True),
    (_op(Semantics.GROOVY, Op.EQ, "true", True), False),
    (_op(Semantics.GROOVY, Op.AND, "false", "x"), "x"),
    (Unary(op=Op.NOT, operand=Literal(value="false"), semantics=Semantics.GROOVY), False),
]


@pytest.mark.parametrize(("expr", "expected"), OF_OTHERS)
def test_operators_of_other_systems(expr: Expr, expected: Constant) -> None:
    """As their vendors document them."""
    assert evaluate(expr, KNOWN) == expected


def _filter(*texts: str) -> Filter:
    return Filter(patterns=tuple(Pattern(text=one) for one in texts))


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Matches(value=Literal(value="feat/x"), filter=_filter("feat/*")), True),
        (Matches(value=Literal(value="main"), filter=_filter("feat/*")), False),
        (Matches(value=Literal(value=None), filter=_filter("**")), False),
        (Changes(filter=_filter("src/**")), True),
        (Changes(filter=_filter("*.md")), False),
        (Exists(filter=_filter("Dockerfile")), True),
        (Exists(filter=_filter("*/Dockerfile")), False),
    ],
)
def test_filters_in_conditions(expr: Expr, expected: bool) -> None:
    """They ask names, the files that were changed, and those of the repository."""
    files = {("changed_files",): ["src/a.py", "x/b"], ("files",): ["Dockerfile"]}
    assert evaluate(expr, Environment.of(files)) is expected
    every = Environment.of({("changed_files",): True})
    assert evaluate(Changes(filter=_filter("x")), every) is True


def test_depth_is_bounded() -> None:
    """An error, no crash; a long chain is not deep."""
    deep: Expr = parse("inputs.debug")
    for _ in range(5_000):
        deep = Unary(op=Op.NOT, operand=deep, semantics=Semantics.GITHUB)
    with pytest.raises(EvaluationError, match="more than 100 levels"):
        evaluate(deep, KNOWN)
    chain: Expr = parse("false")
    for _ in range(5_000):
        chain = Binary(op=Op.OR, left=chain, right=parse("''"), semantics=Semantics.GITHUB)
    assert evaluate(chain, KNOWN) == ""


def test_memory_is_bounded() -> None:
    """A format can double what it is given again and again."""
    expr = parse("'0123456789'")
    for _ in range(9):
        pattern = Literal(value="{0}" * 10)
        call = parse("format('', 1)")
        expr = type(call)(function="format", arguments=(pattern, expr))  # type: ignore[call-arg]
    with pytest.raises(EvaluationError, match="memory|characters"):
        evaluate(expr, KNOWN)


def test_a_long_list_is_not_spelled_out() -> None:
    """The expression that is left does not become larger than what was written."""
    text = f"contains(fromJSON('{[*range(100)]}'), inputs.a)"
    assert left(text, RUN) == text


@pytest.mark.parametrize(
    ("one", "truth_of", "number", "text"),
    [
        (None, False, 0.0, ""),
        (True, True, 1.0, "true"),
        (False, False, 0.0, "false"),
        (0.0, False, 0.0, "0"),
        (-0.0, False, 0.0, "0"),
        (nan, False, nan, "NaN"),
        (inf, True, inf, "Infinity"),
        ("", False, 0.0, ""),
        (" ", True, 0.0, " "),
        ("+Infinity", True, inf, "+Infinity"),
        ("nan", True, nan, "nan"),
        ("5.", True, 5.0, "5."),
        (".", True, nan, "."),
        ("0xg", True, nan, "0xg"),
        ("-0x1", True, nan, "-0x1"),
        ("1" * 400, True, inf, "1" * 400),
        (Array(()), True, nan, "Array"),
        (Object(()), True, nan, "Object"),
    ],
)
def test_coercions(one: Any, truth_of: bool, number: float, text: str) -> None:
    """The public ones, used wherever GitHub wants a certain type."""
    assert truth(one) is truth_of
    assert same(as_number(one), number)
    assert as_text(one) == text


primitives = st.none() | st.booleans() | st.floats() | st.text(max_size=5)


@given(primitives, primitives)
def test_comparisons_fit_together(one: Any, other: Any) -> None:
    """Equality is symmetric, and no two values are less than each other."""
    assert loose_equal(one, other) is loose_equal(other, one)
    assert loose_less(one, other) + loose_less(other, one) + loose_equal(one, other) <= 1


json_data = st.recursive(
    st.none() | st.booleans() | st.floats(-1e300, 1e300) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4).map(str.lower), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_data)
def test_json_comes_back(data: Any) -> None:
    """Numbers keep 15 digits."""
    environment = Environment.of({"x": data})
    assert value("toJSON(fromJSON(toJSON(x)))", environment) == value("toJSON(x)", environment)


@given(st.floats(-1e300, 1e300) | st.sampled_from([nan, inf, -inf]))
def test_numbers_have_one_text(number: float) -> None:
    """It stands for almost the same number, and is what constants in a text become."""
    text = as_text(number)
    assert text == written(number)
    assert same(as_number(text), number) or math.isclose(as_number(text), number, rel_tol=1e-14)


def test_evaluating_is_fast() -> None:
    """Tens of microseconds; the bound leaves room for slow machines."""
    expr = parse("github.event_name == 'push' && startsWith(github.ref, 'refs/heads/')")
    assert timeit(lambda: evaluate(expr, KNOWN), number=1_000) < 0.1
