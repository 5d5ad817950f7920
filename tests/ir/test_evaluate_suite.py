"""GitHub's own cases for expressions, and GitHub's own evaluator, compared with ours.

The cases are in the repository actions/languageservices: CICONV_LANGUAGESERVICES names a checkout.
They are on no package registry, so that missing ones are never an error.
"""

import json
import os
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import oracles
from ciconv.ir.evaluate import (
    Array,
    Environment,
    EvaluationError,
    Object,
    Residual,
    Value,
    evaluate,
)
from ciconv.ir.expression import Ref, walk
from github_expressions import parse, read

CHECKOUT = os.environ.get("CICONV_LANGUAGESERVICES")
CASES_OF_THE_SUITE = 1020

_KINDS = {bool: "Boolean", float: "Number", str: "String", list: "Array", dict: "Object"}


def plain(value: Value) -> Any:
    """A value as plain data."""
    assert not isinstance(value, Residual)
    if isinstance(value, Array):
        return [plain(one) for one in value.items]
    if isinstance(value, Object):
        return {name: plain(one) for name, one in value.entries}
    return value


def answer(text: str, contexts: dict[str, Any]) -> tuple[str, Any]:
    """The kind and the value of an expression, or in which phase it fails."""
    if not text.strip():
        return "Null", None  # the suite asks no evaluator for this either
    expr, diagnostics = read(text)
    known = {name.lower() for name in contexts}
    if any(one.code != "unknown-context" for one in diagnostics):
        return "reading", None
    if any(isinstance(one, Ref) and one.path[0].lower() not in known for one in walk(expr)):
        return "reading", None
    try:
        value = plain(evaluate(expr, Environment.of(contexts)))
    except EvaluationError:
        return "evaluation", None
    return _KINDS.get(type(value), "Null"), value


def expected(case: dict[str, Any]) -> tuple[str, Any]:
    """What a case of the suite says; we read a text in one phase, not in two."""
    if error := case.get("err"):
        return "evaluation" if error["kind"] == "evaluation" else "reading", None
    result = case["result"]
    return result["kind"], _floats(result["value"])


def _floats(data: Any) -> Any:
    if isinstance(data, list):
        return [_floats(one) for one in data]
    if isinstance(data, dict):
        return {name: _floats(one) for name, one in data.items()}
    return float(data) if type(data) is int else data


@pytest.mark.oracle
def test_the_suite_of_github() -> None:
    """Every case, those which GitHub's own TypeScript evaluator skips too."""
    if not CHECKOUT:
        pytest.skip("set CICONV_LANGUAGESERVICES to a checkout of actions/languageservices")
    files = sorted(Path(CHECKOUT, "expressions", "testdata").glob("*.json"))
    cases = [
        (path.stem, case)
        for path in files
        for group in json.loads(path.read_text(encoding="utf-8")).values()
        for case in group
    ]
    assert len(cases) >= CASES_OF_THE_SUITE
    wrong = [
        (name, case["expr"], expected(case), found)
        for name, case in cases
        if (found := answer(case["expr"], case.get("contexts") or {})) != expected(case)
    ]
    assert wrong == []


ASK = """
import fs from 'node:fs'
import {Lexer, Parser, Evaluator} from '@actions/expressions'
import {reviver} from '@actions/expressions/data/reviver'
const {contexts, texts} = JSON.parse(fs.readFileSync(0, 'utf8'))
const context = JSON.parse(JSON.stringify(contexts), reviver)
const names = context.pairs().map(pair => pair.key)
console.log(JSON.stringify(texts.map(text => {
  try {
    const tree = new Parser(new Lexer(`toJSON(${text})`).lex().tokens, names, []).parse()
    return new Evaluator(tree, context).evaluate().coerceString()
  } catch { return null }
})))
"""

CONTEXTS = {"c": {"list": [1, "a", {"n": "x"}, ["n"]], "obj": {"1": "one", "Name": "v", "n": {}}}}
VALUES = (
    *("null", "true", "false", "0", "-0", "1", "-1", "2.5", "0x10"),
    *(
        "''",
        "' '",
        "'a'",
        "'A'",
        "'ab'",
        "'1'",
        "' 1 '",
        "'0x10'",
        "'0o17'",
        "'1e3'",
        "'.5'",
        "'5.'",
    ),
    *("'+1'", "'1_0'", "'true'", "'nan'", "'inf'", "'Infinity'", "'é'", "'É'", "'ı'", "'I'", "'𐐀'"),
    *(
        "'\uffff'",
        "'n'",
        "'name'",
        "'{0}'",
        "'[1]'",
        "fromJSON('[]')",
        "fromJSON('[1,\"a\",null]')",
    ),
    *('fromJSON(\'{"a":1,"B":[true]}\')', "c", "c.list", "c.obj", "c.*", "c.list.*", "c.*.n"),
)
OPERATIONS = ("==", "!=", "<", "<=", ">", ">=", "&&", "||")
OF_TWO = ("contains", "startsWith", "endsWith", "join", "format")
OF_ONE = (
    "!{}",
    "toJSON({})",
    "fromJSON({})",
    "join({})",
    "({}).*",
    "({}).n",
    "({}).*.n",
    "case({}, 1, 2)",
)


def questions() -> list[str]:
    """Every operator and function for every pair of values."""
    pairs = list(product(VALUES, VALUES))
    return [
        *(f"{one} {operator} {other}" for one, other in pairs for operator in OPERATIONS),
        *(f"{function}({one}, {other})" for one, other in pairs for function in OF_TWO),
        *(f"({one})[{other}]" for one, other in pairs),
        *(pattern.format(one) for one in VALUES for pattern in OF_ONE),
    ]


@pytest.mark.oracle
def test_the_evaluator_of_github() -> None:
    """Tens of thousands of small expressions; NaN and very large numbers are written otherwise."""
    folder = oracles.package("@actions/expressions")
    texts = questions()
    done = subprocess.run(
        [oracles.tool("node"), "--input-type=module", "-e", ASK],
        input=json.dumps({"contexts": CONTEXTS, "texts": texts}),
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        check=True,
    )
    environment = Environment.of(CONTEXTS)
    wrong = []
    for text, theirs in zip(texts, json.loads(done.stdout), strict=True):
        try:
            ours: Value = evaluate(parse(f"toJSON({text})"), environment)
        except EvaluationError:
            ours = None
        if ours != theirs:
            wrong.append((text, ours, theirs))
    assert wrong == []
