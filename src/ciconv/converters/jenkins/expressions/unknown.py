"""What is not understood, and what is put together of constants."""

from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Op,
    Raw,
    Ref,
    Template,
    Unary,
    as_boolean,
    constant,
    parts_of,
    walk,
)
from ciconv.ir.node import replace
from ciconv.ir.walk import replace_references
from ciconv.syntax.groovy import tree


def raw(node: tree.Expr) -> Raw:
    """Return an expression that nobody understood, as it is written."""
    return Raw(format="jenkins", text=node.span.text, span=node.span)


def is_known(expr: Expr) -> bool:
    """Return whether nothing in an expression is Raw."""
    return not any(isinstance(one, Raw) for one in walk(expr))


def as_template(expr: Expr) -> Template:
    """Return an expression as text: constants are written out, neighbours joined."""
    parts: list[Expr] = []
    for part in parts_of(expr):
        said = constant(part)
        last = parts[-1] if parts else None
        if said is None:
            parts.append(part)
        elif isinstance(last, Literal):
            parts[-1] = replace(last, value=f"{last.value}{said}")
        elif said:
            parts.append(Literal(value=said, span=part.span))
    return Template(parts=tuple(parts), span=expr.span)


def joined(values: list[Expr], node: tree.Expr) -> Expr:
    """Return texts put together: a constant when all of them are."""
    parts: list[Expr] = []
    for one in values:
        parts += parts_of(one)
    template = as_template(Template(parts=tuple(parts), span=node.span))
    said = constant(template)
    return template if said is None else Literal(value=said, span=node.span)


def as_value(value: Expr, node: tree.Expr) -> Expr:
    """Return what an expression is where nobody asks whether it holds: true or false, or a text.

    In Groovy `a && b` and `a != null` are none of their operands.
    """
    node = tree.plain(node)
    asks = isinstance(node, tree.Binary) and node.op in ("&&", "||", "!=") and is_known(value)
    return as_boolean(value) if asks else value


def as_condition(expr: Expr) -> Expr:
    """Return a condition without what only makes values true or false."""
    match expr:
        case Unary(op=Op.NOT, operand=Unary(op=Op.NOT, operand=inner)):
            return as_condition(inner)
        case Binary(op=Op.AND | Op.OR):
            left, right = as_condition(expr.left), as_condition(expr.right)
            is_same = left is expr.left and right is expr.right
            return expr if is_same else replace(expr, left=left, right=right)
    return expr


def askable(condition: Expr) -> Expr:
    """Return a condition that asks for settings, as no system lets conditions see secrets."""

    def known(ref: Ref) -> Expr | None:
        is_secret = ref.path[0] == "secrets" and len(ref.path) == 2
        return Ref(path=("vars", ref.path[1]), span=ref.span) if is_secret else None

    return replace_references(as_condition(condition), known)
