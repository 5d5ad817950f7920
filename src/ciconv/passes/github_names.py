"""Names of other systems that GitHub has no name for, but an expression.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
"""

from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Op,
    Ref,
    Semantics,
    Star,
    Template,
    Unary,
    both,
    either,
)
from ciconv.ir.job import Choice
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Step
from ciconv.ir.walk import rewrite

_KINDS = {("ref", "branch"): "refs/heads/", ("ref", "tag"): "refs/tags/"}
_REF = Ref(path=("ref", "full"))


def with_own_names(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with expressions of GitHub for the names that it lacks."""
    return rewrite(rewrite(pipeline, _asking), lambda node: node, whole=_said)


def _asking(node: Node) -> Node:
    """What only asks whether there is a branch, or a tag, tests the kind of the ref."""
    if isinstance(node, Choice | Step):
        condition = None if node.condition is None else _asked(node.condition)
        may_fail = None if node.may_fail is None else _asked(node.may_fail)
        return replace(node, condition=condition, may_fail=may_fail)
    if isinstance(node, Call) and node.function == "case":
        last = len(node.arguments) - 1
        arguments = (
            _asked(one) if number % 2 == 0 and number < last else one
            for number, one in enumerate(node.arguments)
        )
        return replace(node, arguments=tuple(arguments))
    return _spelled(node)


def with_spelled_addresses(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with the address of the run put together of names that GitHub has."""
    return rewrite(pipeline, _spelled)


def _spelled(node: Node) -> Node:
    if not isinstance(node, Template):
        return node
    parts = tuple(piece for part in node.parts for piece in _pieces(part))
    return node if parts == node.parts else replace(node, parts=parts)


def with_run_url(parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Return the parts of a text, with a name for the address of the run."""
    size = len(RUN_URL)
    for at in range(len(parts) - size + 1):
        found = parts[at : at + size]
        if found == RUN_URL:
            first, last = found[0].span, found[-1].span
            span = first if first is None or last is None else first.to(last)
            return (
                *parts[:at],
                Ref(path=("run", "url"), span=span),
                *with_run_url(parts[at + size :]),
            )
    return parts


def _pieces(part: Expr) -> tuple[Expr, ...]:
    """A part of a text; for the address of the run how it is usually put together."""
    if not isinstance(part, Ref) or part.path != ("run", "url"):
        return (part,)
    return tuple(replace(one, span=part.span) for one in RUN_URL)


def _asked(expr: Expr) -> Expr:
    """An expression of which only counts whether it is true."""
    if isinstance(expr, Ref) and expr.path in _KINDS:
        return replace(_is_of(_KINDS[expr.path]), span=expr.span)
    if isinstance(expr, Unary):
        return replace(expr, operand=_asked(expr.operand))
    if isinstance(expr, Binary) and expr.op in (Op.AND, Op.OR):
        return replace(expr, left=_asked(expr.left), right=_asked(expr.right))
    return expr


def _said(node: Node) -> Node | None:
    if isinstance(node, Binary) and node.op in (Op.EQ, Op.NE):
        return _compared(node, node.left, node.right) or _compared(node, node.right, node.left)
    if isinstance(node, Call) and node.function == "startsWith":
        return _beginning(node)
    if not isinstance(node, Ref):
        return None
    if node.path in _KINDS:
        name = both(_is_of(_KINDS[node.path]), Ref(path=("ref", "name")))
        return replace(either(name, Literal(value="")), span=node.span)
    value = _VALUES.get(node.path)
    return None if value is None else replace(value, span=node.span)


def _beginning(call: Call) -> Expr | None:
    """How a branch or a tag begins, as how the whole ref does."""
    name, begin = call.arguments
    if not isinstance(name, Ref) or name.path not in _KINDS or not isinstance(begin, Literal):
        return None
    if not isinstance(begin.value, str):
        return None
    whole = Literal(value=f"{_KINDS[name.path]}{begin.value}", span=begin.span)
    return replace(call, arguments=(_REF, whole))


def _compared(whole: Binary, name: Expr, value: Expr) -> Expr | None:
    """A comparison of the whole ref, which needs no test of what kind it is."""
    if not isinstance(name, Ref) or name.path not in _KINDS:
        return None
    kind = _KINDS[name.path]
    if isinstance(value, Ref) and value.path == ("ref", "default"):
        pattern = Literal(value=f"{kind}{{0}}", span=value.span)
        whole_name = Call(function="format", arguments=(pattern, value), span=value.span)
        return replace(whole, left=_REF, right=whole_name)
    if not isinstance(value, Literal):
        return None
    if value.value in ("", None):  # whether it is of that kind at all
        is_kind = replace(_is_of(kind), span=whole.span)
        if whole.op is Op.NE:
            return is_kind
        return Unary(op=Op.NOT, operand=is_kind, semantics=Semantics.GITHUB, span=whole.span)
    if not isinstance(value.value, str):
        return None
    return replace(whole, left=_REF, right=Literal(value=f"{kind}{value.value}", span=value.span))


def _is_of(kind: str) -> Call:
    return Call(function="startsWith", arguments=(_REF, Literal(value=kind)))


def _github(*path: str) -> Ref:
    return Ref(path=("github", *path))


# the address of the run, as pieces of a text
RUN_URL: tuple[Expr, ...] = (
    Ref(path=("server", "url")),
    Literal(value="/"),
    Ref(path=("repo", "path")),
    Literal(value="/actions/runs/"),
    Ref(path=("run", "id")),
)
_LABELS = Index(
    base=Index(base=_github("event", "pull_request", "labels"), key=Star()),
    key=Literal(value="name"),
)
_VALUES: dict[tuple[str, ...], Expr] = {
    ("ci",): Literal(value="true"),
    ("pr", "labels"): Call(function="join", arguments=(_LABELS, Literal(value=","))),
    ("run", "url"): Call(
        function="format",
        arguments=(
            Literal(value="{0}/{1}/actions/runs/{2}"),
            *(_github(one) for one in ("server_url", "repository", "run_id")),
        ),
    ),
}
