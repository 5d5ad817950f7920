"""Comparisons with patterns: branches, tags, texts."""

import operator
from collections.abc import Callable, Mapping

from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.ir.evaluate.value import as_number
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Unary,
    constant,
    is_boolean,
    written,
)
from ciconv.ir.expression import opposite as opposite_of
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.ir.pattern import matches
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_COMPARATORS = {
    "GLOB": PatternSyntax.ANT_GLOB,
    "EQUALS": PatternSyntax.EXACT,
    "REGEXP": PatternSyntax.JAVA,
}
# names of branches, to try patterns with
_BRANCHES = ("main", "develop", "x", "a-b", "a/b", "PRODUCTION")


def read_match(node: tree.Binary, value: Expr, pattern: Expr) -> Expr | None:
    """Return `value =~ pattern` (a search) or `value ==~ pattern` (the whole text)."""
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        return None
    if not is_known(value):
        return None
    syntax = PatternSyntax.RE2 if node.op == "=~" else PatternSyntax.JAVA
    return matching(value, pattern.value, syntax, node.span)


def opposite(condition: Expr, span: Span | None) -> Expr:
    """Return what is true where a condition is not; a comparison has the other sign."""
    if isinstance(condition, Binary) and condition.op in (Op.EQ, Op.NE):
        op = Op.NE if condition.op is Op.EQ else Op.EQ
        return replace(condition, op=op, span=span)
    return Unary(op=Op.NOT, operand=condition, semantics=Semantics.GROOVY, span=span)


def matching(value: Expr, text: str, syntax: PatternSyntax, span: Span) -> Expr:
    """Return whether a value passes one pattern."""
    pattern = Pattern(text=text, syntax=syntax, span=span)
    if _is_branch_name(value):
        branch = _passing(Ref(path=("ref", "branch"), span=value.span), pattern)
        return _of_branch(branch, lambda name: bool(matches(pattern, name)), span)
    return _passing(value, pattern)


def _passing(value: Expr, pattern: Pattern) -> Matches:
    span = pattern.span
    return Matches(value=value, filter=Filter(patterns=(pattern,), span=span), span=span)


def searching(function: str, value: Expr, text: Expr, span: Span) -> Expr:
    """Return whether a value begins with a text, ends with it or contains it."""
    found = Call(function=function, arguments=(value, text), span=span)
    said = constant(text)
    if said is None or not _is_branch_name(value):
        return found
    branch = Ref(path=("ref", "branch"), span=value.span)
    search = {"startsWith": str.startswith, "endsWith": str.endswith}.get(
        function, str.__contains__
    )
    branches = replace(found, arguments=(branch, text))
    return _of_branch(branches, lambda name: search(name, said), span)


def _is_branch_name(value: Expr) -> bool:
    return isinstance(value, Ref) and value.path == ("env", "BRANCH_NAME")


def _of_branch(branches: Expr, takes: Callable[[str], bool], span: Span) -> Expr:
    """A condition about BRANCH_NAME, which is PR-N for a change request."""
    if not takes("PR-1"):
        return branches
    request = is_event("pull_request", span)
    if not any(map(takes, _BRANCHES)):
        return request
    return Binary(op=Op.OR, left=branches, right=request, semantics=Semantics.GROOVY, span=span)


def branch_condition(text: str, comparator: str, span: Span) -> Expr:
    """Return whether the branch has a name; a change request is the branch PR-N.

    Globs ignore case, and GitHub's `==` does as well.
    """
    syntax = _COMPARATORS.get(comparator, PatternSyntax.ANT_GLOB)
    branch = _name(("ref", "branch"), text, syntax, span)
    return _of_branch(branch, lambda name: _takes(text, syntax, name), span)


def as_branch(value: Expr, other: Expr) -> Expr:
    """Return the name of the branch for BRANCH_NAME that is compared with a plain text.

    For a change request BRANCH_NAME is PR-N, so no other text is equal to it.
    """
    if not _is_branch_name(value) or not isinstance(other, Literal):
        return value
    if not isinstance(other.value, str):
        return value
    if "PR-1".startswith(other.value[:4]) or not other.value:
        return value
    return Ref(path=("ref", "branch"), span=value.span)


def as_primary(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Return what a comparison of BRANCH_IS_PRIMARY, which no other system has, compares."""
    is_name = isinstance(left, Ref) and left.path == ("env", "BRANCH_IS_PRIMARY")
    if not is_name or not isinstance(right, Literal) or right.value != "true":
        return left, right
    return Ref(path=("ref", "branch"), span=left.span), Ref(path=("ref", "default"), span=left.span)


def tag_condition(text: str, comparator: str, span: Span) -> Expr:
    """Return whether a tag of the name is built."""
    return _name(("ref", "tag"), text, _COMPARATORS.get(comparator, PatternSyntax.ANT_GLOB), span)


def comparator_syntax(comparator: str) -> PatternSyntax:
    """Return the language of patterns that a comparator means."""
    return _COMPARATORS.get(comparator, PatternSyntax.ANT_GLOB)


def _name(path: tuple[str, ...], text: str, syntax: PatternSyntax, span: Span) -> Expr:
    ref = Ref(path=path, span=span)
    if syntax is PatternSyntax.EXACT:
        value = Literal(value=text, span=span)
        return Binary(op=Op.EQ, left=ref, right=value, semantics=Semantics.GROOVY, span=span)
    return matching(ref, text, syntax, span)


def _takes(text: str, syntax: PatternSyntax, name: str) -> bool:
    return bool(matches(Pattern(text=text, syntax=syntax), name))


def is_event(name: str, span: Span) -> Expr:
    """Return whether the run was started by an event, in GitHub's word."""
    left, right = Ref(path=("event",), span=span), Literal(value=name, span=span)
    return Binary(op=Op.EQ, left=left, right=right, semantics=Semantics.GROOVY, span=span)


def as_texts(expr: Binary) -> Binary:
    """Return a comparison of GitHub's of a name with a text, or nothing, for any other value.

    Names of branches and events are texts, never numbers: `'' == false` and `'' == null` hold.
    https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators
    """
    if expr.semantics is not Semantics.GITHUB or expr.op not in (Op.EQ, Op.NE):
        return expr
    left, right = expr.left, expr.right
    if isinstance(left, Literal):
        left, right = right, left
    if not isinstance(left, Ref) or left.path[0] not in _TEXTS or not isinstance(right, Literal):
        return expr
    if isinstance(right.value, str):
        return expr
    text = written(float(right.value)) if right.value else None
    return replace(expr, left=left, right=Literal(value=text, span=right.span))


def as_truth(expr: Binary) -> Expr:
    """Return a comparison of GitHub's of what is true or false with a constant, without one.

    GitHub makes numbers of both, so `!x == null` is `x`; Groovy does not.
    """
    left, right, op = expr.left, expr.right, expr.op
    if isinstance(left, Literal):
        left, right, op = right, left, _MIRRORED.get(op, op)
    is_one = isinstance(right, Literal) and is_boolean(left) and op in _COMPARES
    if expr.semantics is not Semantics.GITHUB or not is_one or not isinstance(right, Literal):
        return expr
    number, compares = as_number(right.value), _COMPARES[op]
    if compares(1, number) == compares(0, number):
        return Literal(value=compares(1, number), span=expr.span)
    return left if compares(1, number) else opposite_of(left)


_MIRRORED = {Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE}
_COMPARES: dict[Op, Callable[[float, float], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def asks_whether_set(expr: Binary) -> bool:
    """Return whether a value is compared with an empty text: what is not set is one for GitHub."""
    match expr:
        case Binary(op=Op.EQ | Op.NE, left=Ref(path=path), right=Literal(value="" | None)):
            return path[0] != "secrets"
    return False


def are_sizes_of_texts(expr: Binary, inputs: Mapping[str, str]) -> bool:
    """Return whether GitHub takes a name of a branch, an event or any text for a number.

    `inputs`: their types by lower-case name.
    """
    sides = (one for one in (expr.left, expr.right) if isinstance(one, Ref))
    is_size = expr.op in (Op.LT, Op.LE, Op.GT, Op.GE) and expr.semantics is Semantics.GITHUB
    return is_size and any(
        one.path[0] in _TEXTS
        or (one.path[0] == "inputs" and inputs.get(one.path[-1].lower()) != "number")
        for one in sides
    )


_TEXTS = frozenset(("actor", "event", "pr", "ref"))
