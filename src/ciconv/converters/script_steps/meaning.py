"""Expressions in the words of a system: what is known is put in, comparisons ask what it tells."""

from functools import partial

from ciconv.converters.script_steps.names import Names
from ciconv.ir.expression import Binary, Call, Expr, Literal, Op, Ref, Unary, constant, operation
from ciconv.ir.node import Node, replace
from ciconv.ir.walk import rewrite

_BRANCHES, _TAGS = "refs/heads/", "refs/tags/"
_FULL = ("ref", "full")
_EMPTY = operation(Op.EQ, Literal(value=""), Literal(value=""))


def in_words_of(expr: Expr, names: Names) -> Expr:
    """Return an expression that a shell of the system can answer, as far as that can be done."""
    return rewrite(expr, partial(_change, names))


def _change(names: Names, node: Node) -> Node:
    match node:
        case Ref():
            return names.value(node) or node
        case Binary(op=Op.EQ | Op.NE):
            return _compared(node, names)
        case Call(function="startsWith") if len(node.arguments) == 2:
            return _starts(node, names)
    return node


def _compared(expr: Binary, names: Names) -> Expr:
    left, right = expr.left, expr.right
    if isinstance(left, Literal) and isinstance(right, Ref):
        left, right = right, left
    value = constant(right) if isinstance(right, Literal) else None
    if not isinstance(left, Ref) or value is None:
        return expr
    if left.path == _FULL and _tells_branches(names):
        for prefix, path in ((_BRANCHES, ("ref", "branch")), (_TAGS, ("ref", "tag"))):
            if value.startswith(prefix):
                return _equal(expr, Ref(path=path, span=left.span), value.removeprefix(prefix))
    if left.path == ("event",):
        return _event(expr, left, value, names)
    return expr


def _event(expr: Binary, event: Ref, value: str, names: Names) -> Expr:
    """`github.event_name == 'pull_request'` in the system's own word for it."""
    name = names.catalog.names().get(event.path)
    near = None if name is None else name.near.get(names.format)
    word = None if near is None else near.words.get(value)
    if near is None or word is None:
        return expr
    if "." in near.name:  # a value that the job hands over under GitHub's name
        return _equal(expr, event, word)
    return _equal(expr, Ref(path=("env", near.name), span=event.span), word)


def _equal(expr: Binary, ref: Ref, value: str) -> Expr:
    return operation(expr.op, ref, Literal(value=value, span=expr.right.span), expr.span)


def _tells_branches(names: Names) -> bool:
    one = names.catalog.names().get(("ref", "branch"))
    if one is None:
        return False
    return (
        getattr(one, names.format, None) is not None
        or names.format in one.shell
        or names.format in one.near
    )


def _starts(expr: Call, names: Names) -> Expr:
    where, what = expr.arguments
    value = constant(what)
    if not isinstance(where, Ref) or where.path != _FULL or value is None:
        return expr
    for prefix, path in ((_BRANCHES, ("ref", "branch")), (_TAGS, ("ref", "tag"))):
        if value.startswith(prefix) and _tells_branches(names):
            ref = Ref(path=path, span=where.span)
            rest = value.removeprefix(prefix)
            if not rest:
                is_empty = replace(_EMPTY, left=ref)
                return replace(is_empty, op=Op.NE, span=expr.span)
            return Call(function="startsWith", arguments=(ref, Literal(value=rest)), span=expr.span)
    return expr


def is_call(expr: Expr | None, *functions: str) -> bool:
    """Whether an expression is a call of one of these functions, with nothing around it."""
    return isinstance(expr, Call) and expr.function in functions


def is_not_cancelled(expr: Expr | None) -> bool:
    """Whether an expression is `!cancelled()`."""
    return isinstance(expr, Unary) and expr.op is Op.NOT and is_call(expr.operand, "cancelled")
