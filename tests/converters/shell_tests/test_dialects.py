"""Tests in the words of real shells: they answer as GitHub does, and are read back.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import shutil
import subprocess

import pytest

from ciconv.catalog.catalog import Catalog
from ciconv.converters.script_steps.names import Names as WrittenNames
from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.dialects import BASH, SH, Dialect
from ciconv.converters.shell_tests.read import truth_of_all
from ciconv.converters.shell_tests.read_names import Names
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.converters.shell_tests.write import test as in_shell
from ciconv.ir.evaluate import Environment, condition
from ciconv.ir.expression import Binary, Call, Expr, Literal, Matches, Op, Ref, Semantics, Unary
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline

DIALECTS = [pytest.param(BASH, "bash", id="bash"), pytest.param(SH, "dash", id="dash")]
X, Y = Ref(path=("env", "X")), Ref(path=("env", "Y"))


def both(op: Op, left: Expr, right: Expr) -> Binary:
    """GitHub's operator."""
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB)


def text(value: str | float | bool | None) -> Literal:
    """A constant."""
    return Literal(value=value)


def passes(syntax: PatternSyntax, *patterns: str) -> Matches:
    """Whether X passes a filter."""
    found = tuple(Pattern(text=one, syntax=syntax) for one in patterns)
    return Matches(value=X, filter=Filter(patterns=found))


def call(function: str, *arguments: Expr) -> Call:
    """A function call."""
    return Call(function=function, arguments=arguments)


EXPRESSIONS = [
    X,
    Unary(op=Op.NOT, operand=X, semantics=Semantics.GITHUB),
    both(Op.EQ, X, text("Main")),
    both(Op.NE, X, text("main")),
    both(Op.EQ, X, text("a b")),
    both(Op.EQ, X, text("")),
    both(Op.NE, X, text("")),
    both(Op.EQ, X, text(0.0)),
    both(Op.EQ, X, Y),
    both(Op.AND, X, both(Op.OR, Y, both(Op.EQ, X, text("0")))),
    both(Op.OR, both(Op.AND, X, Y), both(Op.EQ, Y, text("main"))),
    call("contains", X, text("AI")),
    call("contains", text("linux,main"), X),
    call("startsWith", X, text("m")),
    call("endsWith", X, text("N")),
    call("startsWith", X, text("")),
    call("contains", X, text("*")),
    both(Op.LT, text(2.0), text(10.0)),
    passes(PatternSyntax.ANT_GLOB, "MAIN"),
    passes(PatternSyntax.ANT_GLOB, "MA*"),
    passes(PatternSyntax.JAVA, "m.*|[0.]+", r"\$HOME"),
    passes(PatternSyntax.EXACT, "it's", "-n"),
]
VALUES = ["", "main", "MAIN", "0", "0.0", "a b", "*", "it's", "$HOME", "\\", "-n", "("]


def names(dialect: Dialect) -> WrittenNames:
    """The names of an empty job."""
    job = Job(id="j")
    return WrittenNames(
        catalog=Catalog.builtin(),
        format="gitlab",
        pipeline=Pipeline(id="p", jobs=(job,)),
        job=job,
        dialect=dialect,
    )


@pytest.mark.parametrize(("dialect", "shell"), DIALECTS)
@pytest.mark.parametrize("number", range(len(EXPRESSIONS)))
def test_the_answer_is_github_s(dialect: Dialect, shell: str, number: int) -> None:
    """For all values, those among them that a shell would read as something else."""
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    expr = EXPRESSIONS[number]
    command = in_shell(expr, names(dialect))
    lines = []
    wanted = []
    for x in VALUES:
        for y in ("", "main"):
            env = {("env", "X"): x, ("env", "Y"): y}
            wanted.append(condition(expr, Environment.of(env)))
            assigned = " ".join(
                f"{name}='{value.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'"
                for name, value in (("X", x), ("Y", y))
            )
            lines.append(f"{assigned}\nif {command}; then echo True; else echo False; fi\n")
    done = subprocess.run(
        [shell], input="".join(lines), capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stderr == ""
    assert done.stdout.split() == [str(one) for one in wanted]


@pytest.mark.parametrize("dialect", [BASH, SH])
@pytest.mark.parametrize("number", range(len(EXPRESSIONS)))
def test_a_test_is_read_back(dialect: Dialect, number: int) -> None:
    """As something that has the same value whatever the variables are."""
    expr = EXPRESSIONS[number]
    found = truth_of_all(
        bash.parse(in_shell(expr, names(dialect))),
        Names(catalog=Catalog.builtin(), format="gitlab"),
    )
    for x in VALUES:
        for y in ("", "main"):
            environment = Environment.of({("env", "X"): x, ("env", "Y"): y})
            assert condition(found, environment) == condition(expr, environment)


@pytest.mark.parametrize("op", [Op.MATCH, Op.NOT_MATCH])
def test_regular_expressions_are_not_said(op: Op) -> None:
    """Those of shells are others."""
    with pytest.raises(CannotSay):
        in_shell(both(op, X, text("a")), names(BASH))


@pytest.mark.parametrize("op", [Op.EQ, Op.NE])
@pytest.mark.parametrize(("system", "said"), [("macOS", "Darwin"), ("Linux", "Linux")])
def test_the_system_is_what_uname_says(op: Op, system: str, said: str) -> None:
    """As people write it; the way back names it as GitHub does."""
    expr = both(op, Ref(path=("os",)), text(system))
    command = in_shell(expr, names(BASH))
    assert command == f'[ "$(uname -s)" {"=" if op is Op.EQ else "!="} {said} ]'
    known = Names(catalog=Catalog.builtin(), format="gitlab")
    assert truth_of_all(bash.parse(command), known) == expr
