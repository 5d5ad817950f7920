"""Comparisons with patterns: branches, tags, texts."""

from ciconv.converters.jenkins.expressions.unknown import is_known
from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.pattern import matches
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_COMPARATORS = {
    "GLOB": PatternSyntax.ANT_GLOB,
    "EQUALS": PatternSyntax.EXACT,
    "REGEXP": PatternSyntax.JAVA,
}


def read_match(node: tree.Binary, value: Expr, pattern: Expr) -> Expr | None:
    """Return `value =~ pattern` (a search) or `value ==~ pattern` (the whole text)."""
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        return None
    if not is_known(value):
        return None
    syntax = PatternSyntax.RE2 if node.op == "=~" else PatternSyntax.JAVA
    return matching(value, pattern.value, syntax, node.span)


def matching(value: Expr, text: str, syntax: PatternSyntax, span: Span) -> Matches:
    """Return whether a value passes one pattern."""
    pattern = Pattern(text=text, syntax=syntax, span=span)
    if not matches(pattern, "PR-1"):
        value = as_branch(value, Literal(value="main"))
    return Matches(value=value, filter=Filter(patterns=(pattern,), span=span), span=span)


def branch_condition(text: str, comparator: str, span: Span) -> Expr:
    """Return whether the branch has a name; a change request is the branch PR-N.

    Globs ignore case, and GitHub's `==` does as well.
    """
    syntax = _COMPARATORS.get(comparator, PatternSyntax.ANT_GLOB)
    branch = _name(("ref", "branch"), text, syntax, span)
    if not _takes(text, syntax, "PR-1"):
        return branch
    request = is_event("pull_request", span)
    if not any(_takes(text, syntax, name) for name in ("main", "develop", "x", "a-b", "a/b")):
        return request
    return Binary(op=Op.OR, left=branch, right=request, semantics=Semantics.GROOVY, span=span)


def as_branch(value: Expr, other: Expr) -> Expr:
    """Return the name of the branch for BRANCH_NAME that is compared with a plain text.

    For a change request BRANCH_NAME is PR-N, so no other text is equal to it.
    """
    is_name = isinstance(value, Ref) and value.path == ("env", "BRANCH_NAME")
    if not is_name or not isinstance(other, Literal) or not isinstance(other.value, str):
        return value
    if "PR-1".startswith(other.value[:4]) or not other.value:
        return value
    return Ref(path=("ref", "branch"), span=value.span)


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
