"""Names of other systems that GitHub has no name for, but an expression.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
"""

from ciconv.ir.expression import Binary, Call, Expr, Index, Literal, Op, Ref, Semantics, Star, Unary
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import rewrite

_KINDS = {("ref", "branch"): "refs/heads/", ("ref", "tag"): "refs/tags/"}
_REF = Ref(path=("ref", "full"))


def with_own_names(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with expressions of GitHub for the names that it lacks."""
    return rewrite(pipeline, lambda node: node, whole=_said)


def _said(node: Node) -> Node | None:
    if isinstance(node, Binary) and node.op in (Op.EQ, Op.NE):
        return _compared(node, node.left, node.right) or _compared(node, node.right, node.left)
    if not isinstance(node, Ref):
        return None
    if node.path in _KINDS:
        name = _binary(Op.AND, _is_of(_KINDS[node.path]), Ref(path=("ref", "name")))
        return replace(_binary(Op.OR, name, Literal(value="")), span=node.span)
    value = _VALUES.get(node.path)
    return None if value is None else replace(value, span=node.span)


def _compared(whole: Binary, name: Expr, value: Expr) -> Expr | None:
    """A comparison of the whole ref, which needs no test of what kind it is."""
    if not isinstance(name, Ref) or name.path not in _KINDS or not isinstance(value, Literal):
        return None
    kind = _KINDS[name.path]
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


def _binary(op: Op, left: Expr, right: Expr) -> Binary:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB)


def _github(*path: str) -> Ref:
    return Ref(path=("github", *path))


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
