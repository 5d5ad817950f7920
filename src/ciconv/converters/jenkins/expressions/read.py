"""Groovy expressions → expressions of the IR; what the run alone knows is Raw.

https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
"""

from ciconv.converters.jenkins.expressions.comparisons import (
    as_branch,
    as_primary,
    opposite,
    read_match,
)
from ciconv.converters.jenkins.expressions.known import known_path
from ciconv.converters.jenkins.expressions.methods import JSON, contained, is_of_json, read_method
from ciconv.converters.jenkins.expressions.names import (
    NOTHING,
    entry_of,
    is_parameter,
    member,
    read_result,
    read_variable,
)
from ciconv.converters.jenkins.expressions.unknown import (
    as_template,
    as_value,
    is_known,
    joined,
    raw,
)
from ciconv.converters.jenkins.scope import Data, Scope
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Op,
    Raw,
    Ref,
    Semantics,
    Template,
    Unary,
    as_boolean,
    operation,
    written,
)
from ciconv.ir.node import replace
from ciconv.syntax.groovy import tree

_OPERATORS = {
    "||": Op.OR,
    "&&": Op.AND,
    "==": Op.EQ,
    "!=": Op.NE,
    "<": Op.LT,
    "<=": Op.LE,
    ">": Op.GT,
    ">=": Op.GE,
}


MAX_DEPTH = 80  # expressions inside each other; what is deeper is not understood


def read_expression(node: tree.Expr, scope: Scope) -> Expr:
    """Return an expression; where part of it is unknown, that part is Raw."""
    shared = scope.shared
    if shared.depth >= MAX_DEPTH:
        return raw(node)
    shared.depth += 1
    found = _read(tree.plain(node), scope)
    shared.depth -= 1
    return found


def _read(node: tree.Expr, scope: Scope) -> Expr:
    path = known_path(node)
    if path is not None:
        return Ref(path=path, span=node.span)
    match node:
        case tree.String():
            return _string(node, scope)
        case tree.Constant():
            number = isinstance(node.value, int) and not isinstance(node.value, bool)
            value = float(node.value) if number and node.value is not None else node.value
            return Literal(value=value, span=node.span)
        case tree.Name():
            return _name(node, scope)
        case tree.Property() | tree.Index():
            return _member(node, scope)
        case tree.Unary() | tree.Binary() | tree.Ternary():
            return _operation(node, scope)
        case tree.Call() if node.span in scope.shared.found_out:
            return scope.shared.found_out[node.span]
        case tree.Call():
            found = read_method(node, scope, read_expression)
            return raw(node) if found is None else found
        case tree.Cast():
            return read_expression(node.value, scope) if node.op != "instanceof" else raw(node)
    return raw(node)


def read_template(node: tree.Expr, scope: Scope) -> Template:
    """Return a value as text with expressions in it."""
    return as_template(as_value(read_expression(node, scope), node))


def _string(node: tree.String, scope: Scope) -> Expr:
    known = node.constant
    if known is not None:
        return Literal(value=known, span=node.span)
    values = [
        Literal(value=part.value, span=part.span)
        if isinstance(part, tree.Text)
        else _placed(read_expression(_pasted(part.value), scope), part)
        for part in node.parts
    ]
    return joined(values, node)


def _pasted(node: tree.Expr) -> tree.Expr:
    """What is pasted into a text: `x ?: ''` is `x`, as what is not set is empty there anyway."""
    node = tree.plain(node)
    if isinstance(node, tree.Ternary) and node.yes is None:
        other = tree.plain(node.no)
        if isinstance(other, tree.String) and other.constant == "":
            return node.condition
    return node


def _placed(value: Expr, part: tree.Interpolation) -> Expr:
    """A value at the place where it is pasted; how a list or a map looks, Groovy alone says."""
    if isinstance(value, Call) and value.function == JSON:
        return raw(part.value)
    value = as_value(value, part.value)
    return value if isinstance(value, Template) else replace(value, span=part.span)


def _member(node: tree.Property | tree.Index, scope: Scope) -> Expr:
    entry = entry_of(node, scope)
    if entry is not None:
        return read_expression(*entry)
    found = read_variable(node, scope) or _of_json(node, scope)
    return raw(node) if found is None else replace(found, span=node.span)


def _of_json(node: tree.Property | tree.Index, scope: Scope) -> Expr | None:
    """A part of what a text says as JSON."""
    base, name = read_expression(node.base, scope), member(node, scope)
    number = tree.plain(node.keys[0]) if isinstance(node, tree.Index) else None
    key: str | float | None = name
    if isinstance(number, tree.Constant) and type(number.value) is int:
        key = float(number.value)
    if key is None or not is_of_json(base):
        return None
    return Index(base=base, key=Literal(value=key))


def _name(node: tree.Name, scope: Scope) -> Expr:
    if scope.holds_data(node.name):
        return raw(node)
    if scope.knows(node.name):
        value = scope.get(node.name)
        if value is None or isinstance(value, Data):
            return raw(node)
        return replace(value, span=node.span)
    shared = scope.shared
    is_outside = node.name.isupper() and node.name not in shared.assigned
    if is_outside or node.name in shared.env or node.name in shared.parameters:
        return replace(shared.variable(node.name), span=node.span)
    return raw(node)


def _operation(node: tree.Unary | tree.Binary | tree.Ternary, scope: Scope) -> Expr:
    if isinstance(node, tree.Unary):
        return _unary(node, scope)
    if isinstance(node, tree.Ternary):
        return _ternary(node, scope)
    if node.op == "+":
        return _sum(node, scope)
    if node.op in ("=~", "==~"):
        found = read_match(
            node, read_expression(node.left, scope), read_expression(node.right, scope)
        )
        return raw(node) if found is None else found
    if node.op == "in":
        value = read_expression(node.left, scope)
        among = contained(node.right, (value,), scope, read_expression)
        return among if among is not None and is_known(among) else raw(node)
    return _comparison(node, scope)


def _comparison(node: tree.Binary, scope: Scope) -> Expr:
    if (status := read_result(node)) is not None:
        return status
    op = _OPERATORS.get(node.op)
    if op is None:
        return raw(node)
    if (text := _measured(node, scope)) is not None:  # whether there is any of it
        op = Op.EQ if op is Op.EQ else Op.NE
        nothing = Literal(value="", span=node.right.span)
        return Binary(op=op, left=text, right=nothing, semantics=Semantics.GITHUB, span=node.span)
    left, right = read_expression(node.left, scope), read_expression(node.right, scope)
    if op not in (Op.AND, Op.OR) and not (is_known(left) and is_known(right)):
        return raw(node)
    if op in (Op.EQ, Op.NE):
        if is_parameter(left, scope) and right == NOTHING:
            return Literal(value=op is Op.NE, span=node.span)  # it has its default at least
        if isinstance(left, Ref) and right == NOTHING:  # what is not set is empty elsewhere
            unset = Unary(op=Op.NOT, operand=left, semantics=Semantics.GROOVY, span=node.span)
            return unset if op is Op.EQ else left
        left, right = as_primary(as_branch(left, right), as_branch(right, left))
        if _is_number(node.left) or _is_number(node.right):
            left, right = _as_text(left), _as_text(right)
    return Binary(op=op, left=left, right=right, semantics=Semantics.GROOVY, span=node.span)


def _as_text(value: Expr) -> Expr:
    """A number as the text it is made of: systems keep what they are given as texts."""
    if isinstance(value, Literal) and isinstance(value.value, float):
        return replace(value, value=written(value.value))
    return value


def _is_number(node: tree.Expr) -> bool:
    """Whether a value is a text made a number: `params.COUNT.toInteger()`."""
    call = tree.plain(node)
    method = call.function if isinstance(call, tree.Call) else None
    return isinstance(method, tree.Property) and method.name == "toInteger"


def _measured(node: tree.Binary, scope: Scope) -> Expr | None:
    """The text whose length a comparison with 0 asks for; None for any other comparison."""
    call, number = tree.plain(node.left), tree.plain(node.right)
    function = tree.plain(call.function) if isinstance(call, tree.Call) else None
    is_length = isinstance(function, tree.Property) and function.name in ("length", "size")
    is_zero = isinstance(number, tree.Constant) and number.value == 0
    if not (is_length and is_zero and node.op in (">", "!=", "==")):
        return None
    assert isinstance(function, tree.Property)
    text = read_expression(function.base, scope)
    return text if isinstance(text, Ref | Template) else None


def _unary(node: tree.Unary, scope: Scope) -> Expr:
    value = read_expression(node.operand, scope)
    if node.op == "!":
        if isinstance(value, Raw):
            return raw(node)
        return opposite(value, node.span)
    if node.op == "-" and isinstance(value, Literal) and isinstance(value.value, float):
        return Literal(value=-value.value, span=node.span)
    return raw(node)


def _ternary(node: tree.Ternary, scope: Scope) -> Expr:
    condition, no = read_expression(node.condition, scope), read_expression(node.no, scope)
    yes = condition if node.yes is None else read_expression(node.yes, scope)
    if not all(map(is_known, (condition, yes, no))):
        return raw(node)
    if isinstance(condition, Literal):
        return yes if condition.value not in (None, False, "", 0.0) else no
    if not (isinstance(yes, Literal) and yes.value) and yes is not condition:
        # `&&` and `||` give what stands behind `?` only where that is true
        arguments = (as_boolean(condition), yes, no)
        return Call(function="case", arguments=arguments, span=node.span)
    if yes is condition:
        return _github(Op.OR, yes, no, node)
    return _github(Op.OR, _github(Op.AND, condition, yes, node), no, node)


def _github(op: Op, left: Expr, right: Expr, node: tree.Expr) -> Expr:
    """`&&` and `||` that give one of their operands; `a ?: '' ?: b` is `a ?: b`."""
    empty = left.right if isinstance(left, Binary) and left.op is Op.OR is op else None
    if isinstance(left, Binary) and isinstance(empty, Literal) and not empty.value:
        left = left.left
    return operation(op, left, right, node.span)


def _sum(node: tree.Binary, scope: Scope) -> Expr:
    """`+` of texts puts them together; a long chain of them is read without recursion."""
    operands: list[tree.Expr] = [node.right]
    left = tree.plain(node.left)
    while isinstance(left, tree.Binary) and left.op == "+":
        operands.append(left.right)
        left = tree.plain(left.left)
    values = [read_expression(one, scope) for one in (left, *reversed(operands))]
    if not any(isinstance(one, Template) or _is_text(one) for one in values):
        return raw(node)
    return joined(values, node)


def _is_text(expr: Expr) -> bool:
    return isinstance(expr, Literal) and isinstance(expr.value, str)
