"""When a job is part of a pipeline, as its `rules` say it: a condition of GitLab's variables."""

from collections.abc import Iterator

from ciconv.converters.gitlab.expressions.grammar import NATIVE, dialect
from ciconv.converters.pratt import Place, parse
from ciconv.ir.evaluate import Environment, EvaluationError, condition, simplified
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, Semantics, Unary
from ciconv.syntax.node import Mapping, Node, Scalar, data
from ciconv.validators.gitlab.config import items_of

ALWAYS, NEVER = Literal(value=True), Literal(value=False)
MAX_RULES = 12  # of a job: combinations of more take too long


def test_of(scalar: Scalar) -> Expr | None:
    """Return the condition of a text, None where it is none."""
    return parse(dialect(), Place(scalar.text, 0, len(scalar.text), scalar.span_of)).expr


def presence(job: Mapping) -> Expr | None:
    """Return when a job is there; None where nobody can tell, as with `only` and `except`."""
    if job.get("only") is not None or job.get("except") is not None:
        return None
    if job.get("rules") is None:
        return ALWAYS
    rules = items_of(job, "rules")
    if len(rules) > MAX_RULES:
        return None
    found: Expr = NEVER
    before: Expr = ALWAYS  # no earlier rule holds
    for rule in rules:
        if not isinstance(rule, Mapping):
            return None
        test = _test(rule)
        if test is None:
            return None
        when = rule.get("when")
        if not (isinstance(when, Scalar) and when.text == "never"):
            found = both(Op.OR, found, both(Op.AND, before, test))
        before = both(Op.AND, before, opposite(test))
    return found


def _test(rule: Mapping) -> Expr | None:
    """All that a rule asks for; changed and existing files are facts of their own."""
    whole: Expr = ALWAYS
    test = rule.get("if")
    if isinstance(test, Scalar):
        parsed = test_of(test)
        if parsed is None:
            return None
        whole = parsed
    for name, node in _files(rule):
        whole = both(Op.AND, whole, Ref(path=("files", name, str(data(node)))))
    return whole


def _files(rule: Mapping) -> Iterator[tuple[str, Node]]:
    for name in ("changes", "exists"):
        node = rule.get(name)
        if node is not None:
            yield name, node


def both(op: Op, left: Expr, right: Expr) -> Expr:
    """Return two conditions joined."""
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITLAB)


def opposite(test: Expr) -> Expr:
    """Return the condition that holds when another one does not."""
    return Unary(op=Op.NOT, operand=test, semantics=Semantics.GITLAB)


def may_hold(test: Expr) -> bool:
    """Return whether a condition does not contradict itself."""
    try:
        return simplified(test) is not False
    except EvaluationError:
        return True


def may_hold_without(test: Expr, name: str) -> bool:
    """Return whether a condition may hold where a variable is not set."""
    try:
        return condition(test, Environment.of({(NATIVE, name): None})) is not False
    except EvaluationError:
        return True
