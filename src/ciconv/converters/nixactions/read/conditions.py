"""Conditions of jobs and steps as expressions: the way back of `expressions/conditions.py`."""

import re
from collections.abc import Iterable
from functools import reduce

from ciconv.converters.nixactions.read.texts import FORMAT
from ciconv.converters.shell_tests import bash
from ciconv.converters.shell_tests.bash import NotUnderstood
from ciconv.converters.shell_tests.read import truth
from ciconv.converters.shell_tests.read_names import Names
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Raw,
    Ref,
    Semantics,
    Unary,
    both,
    conjuncts,
    disjuncts,
    either,
    has_status_function,
    operation,
)

_LOADED = re.compile(r"\. \S+; ciconv_changed\b")
_STATUS = re.compile(r"(success|failure|always|cancelled)\(\)")


def job_condition(text: str, ancestors: frozenset[str], names: Names) -> Expr | None:
    """Return what a job's `"if"` asks for, None for nothing but the success of all ancestors.

    `ancestors`: all jobs it waits for, directly or not. A condition that does not ask for their
    success has a status function, as NixActions asks for nothing else than what is written.
    """
    if match := _STATUS.fullmatch(text):
        return Call(function=match[1])
    try:
        found = truth(bash.parse(_unescaped(text)), names)
    except NotUnderstood:
        return Raw(format=FORMAT, text=text)
    return _with_status(found, ancestors)


def _unescaped(text: str) -> str:
    """The bash that is left of a text pasted between double quotes, without loading functions."""
    text = _LOADED.sub("ciconv_changed", text)
    return re.sub(r"\\([\"$`\\])", r"\1", text)


def _with_status(expr: Expr, ancestors: frozenset[str]) -> Expr | None:
    if not ancestors:
        return expr
    parts = [_failure(one, ancestors) for one in conjuncts(expr)]
    single = tuple(_without_calls(parts))
    asked = frozenset(filter(None, (_result(one, "success") for one in single)))
    if asked == ancestors:
        return _after_success([one for one in single if _result(one, "success") is None])
    if Call(function="failure") in parts:
        return _all(parts)
    always = Call(function="always")
    return always if expr == Literal(value=True) else _all([always, *parts])


def _after_success(parts: list[Expr]) -> Expr | None:
    """Return all the parts, after success, which needs no word where no status is asked for."""
    if any(map(has_status_function, parts)):
        return _all([Call(function="success"), *parts])
    return _all(parts) if parts else None


def _all(parts: Iterable[Expr]) -> Expr:
    return reduce(both, parts)


def _failure(expr: Expr, ancestors: frozenset[str]) -> Expr:
    inner = _plain(expr)
    jobs = [_result(one, "failure") for one in disjuncts(inner)]
    if None not in jobs and frozenset(filter(None, jobs)) == ancestors:
        return Call(function="failure")
    return inner


def _plain(expr: Expr) -> Expr:
    """`!(!a && !b)`, which has no bar in it, as `a || b`."""
    if not (isinstance(expr, Unary) and isinstance(expr.operand, Binary)):
        return expr
    parts = [_opposite(one) for one in conjuncts(expr.operand)]
    if any(one is None for one in parts) or len(parts) < 2:
        return expr
    return reduce(either, (one for one in parts if one is not None))


def _opposite(expr: Expr) -> Expr | None:
    if isinstance(expr, Unary):
        return expr.operand
    if isinstance(expr, Binary) and expr.op is Op.NE:
        return Binary(op=Op.EQ, left=expr.left, right=expr.right, semantics=expr.semantics)
    return None


def _without_calls(parts: list[Expr]) -> Iterable[Expr]:
    """The success of a call as the success of each of its jobs: what `success()` covers."""
    failures = {_none_of(one): one for one in parts if _none_of(one)}
    for one in parts:
        if one in failures.values():
            jobs = _none_of(one)
            if any(_any_of(other, "success") == jobs for other in parts):
                yield from (_is(job, "success") for job in sorted(jobs))
                continue
        if _any_of(one, "success") in failures:
            continue
        yield one


def _none_of(expr: Expr) -> frozenset[str]:
    """The jobs none of which may have failed."""
    if isinstance(expr, Unary):
        return _any_of(_plain(expr.operand), "failure")
    if isinstance(expr, Binary) and expr.op is Op.NE:
        return _any_of(
            Binary(op=Op.EQ, left=expr.left, right=expr.right, semantics=expr.semantics), "failure"
        )
    return frozenset()


def _any_of(expr: Expr, result: str) -> frozenset[str]:
    jobs = [_result(one, result) for one in disjuncts(_plain(expr))]
    return frozenset() if None in jobs else frozenset(filter(None, jobs))


def _is(job: str, result: str) -> Expr:
    ref = Ref(path=("needs", job, "result"))
    return operation(Op.EQ, ref, Literal(value=result))


def _result(expr: Expr, result: str) -> str | None:
    """The job whose result is compared with this one."""
    if not isinstance(expr, Binary) or expr.op is not Op.EQ or not isinstance(expr.left, Ref):
        return None
    path = expr.left.path
    fits = len(path) == 3 and (path[0], path[2]) == ("needs", "result")
    return path[1] if fits and expr.right == Literal(value=result) else None


_SUCCESS = Call(function="success")
_IN_STEP = re.compile(r'\( set \+u; \. \S+; \. "\$JOB_ENV"; (.*) \)', re.DOTALL)


def step_condition(text: str | None, names: Names) -> Expr | None:
    """Return what a step's `condition` asks for; None for a step that runs while all went well."""
    if text is None or text == "success()":
        return None
    if match := _STATUS.fullmatch(text):
        return Call(function=match[1])
    match = _IN_STEP.fullmatch(text.replace("'\\''", "'"))
    try:
        found = truth(bash.parse(match[1] if match else text), names)
    except NotUnderstood:
        return Raw(format=FORMAT, text=text)
    parts = conjuncts(found)
    if parts.count(_SUCCESS) == 1:
        return _after_success([one for one in parts if one != _SUCCESS])
    if Call(function="success") in parts or Call(function="failure") in parts:
        return found
    opposite = negated_success(parts)
    return opposite if opposite is not None else _all([Call(function="always"), found])


def negated_success(parts: tuple[Expr, ...]) -> Expr | None:
    """Return the condition of a step after a failure: `! good && …`; None for any other."""
    good = Unary(op=Op.NOT, operand=Call(function="success"), semantics=Semantics.GITHUB)
    if good not in parts:
        return None
    return _all([Call(function="failure"), *(one for one in parts if one != good)])
