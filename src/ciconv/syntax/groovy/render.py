"""A tree as text: four blanks a level, and one item a line in brackets that would be too long.

What stands in quotes and in comments is as the tree has it. Rendered are the constructs that a
writer of pipelines needs; trees nest less than a few hundred levels, as readers cap them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ciconv.source import Comment
from ciconv.syntax.groovy.build import Script as ShellScript
from ciconv.syntax.groovy.operators import ATOM, LOWEST, strength
from ciconv.syntax.groovy.quote import escaped
from ciconv.syntax.groovy.scripts import indented
from ciconv.syntax.groovy.tree import (
    Argument,
    Assignment,
    Binary,
    Block,
    Call,
    Catch,
    Closure,
    Constant,
    Declaration,
    Expr,
    Expression,
    ForIn,
    If,
    Index,
    Interpolation,
    Jump,
    ListLiteral,
    MapLiteral,
    Name,
    Opaque,
    Parentheses,
    Property,
    Quote,
    Script,
    Statement,
    String,
    Ternary,
    Text,
    Try,
    Unary,
    While,
    walk,
)

WIDTH = 100
TAB = "    "


def render(script: Script) -> str:
    """Return the text of a file."""
    first = f"{script.shebang}\n" if script.shebang else ""
    return first + "".join(f"{line}\n" for line in _lines(script.body, ""))


def render_expression(expr: Expr) -> str:
    """Return the text of an expression as it stands at the beginning of a line."""
    return _expr(expr, "", LOWEST)


def _lines(block: Block, indent: str) -> Iterator[str]:
    """The lines of the statements; each may hold the lines of a long text."""
    for one in block.statements:
        yield from (line for comment in one.comments for line in _comment(comment, indent))
        yield indent + _STATEMENTS[type(one)](one, indent)
    yield from (line for comment in block.trailing for line in _comment(comment, indent))


def _comment(comment: Comment, indent: str) -> Iterator[str]:
    for line in comment.text.splitlines() or [""]:
        yield f"{indent}// {line}".rstrip()


def _block(block: Block, indent: str) -> str:
    """`{`, the statements, `}`."""
    inner = "\n".join(_lines(block, indent + TAB))
    return f"{{\n{inner}\n{indent}}}" if inner else "{ }"


def _expression(one: Expression, indent: str) -> str:
    return _expr(one.value, indent, LOWEST)


def _declaration(one: Declaration, indent: str) -> str:
    names = ", ".join(f"{target.type} {target.name}".strip() for target in one.targets)
    words = " ".join((*one.modifiers, one.type or ("" if one.modifiers else "def")))
    left = f"{words.strip()} {f'({names})' if one.unpacks else names}"
    return left if one.value is None else f"{left} = {_expr(one.value, indent, LOWEST)}"


def _if(one: If, indent: str) -> str:
    text = f"if ({_expr(one.condition, indent, LOWEST)}) {_block(one.then, indent)}"
    if one.otherwise is None:
        return text
    only = one.otherwise.statements
    if len(only) == 1 and isinstance(only[0], If) and not only[0].comments:
        return f"{text} else {_if(only[0], indent)}"
    return f"{text} else {_block(one.otherwise, indent)}"


def _while(one: While, indent: str) -> str:
    return f"while ({_expr(one.condition, indent, LOWEST)}) {_block(one.body, indent)}"


def _for(one: ForIn, indent: str) -> str:
    variable = f"{one.variable.type} {one.variable.name}".strip()
    return f"for ({variable} in {_expr(one.values, indent, LOWEST)}) {_block(one.body, indent)}"


def _try(one: Try, indent: str) -> str:
    text = f"try {_block(one.body, indent)}"
    for clause in one.catches:
        text += f" catch ({_caught(clause)}) {_block(clause.body, indent)}"
    return text if one.finally_ is None else f"{text} finally {_block(one.finally_, indent)}"


def _caught(clause: Catch) -> str:
    return f"{' | '.join(clause.types)} {clause.name}".strip()


def _jump(one: Jump, indent: str) -> str:
    return one.word if one.value is None else f"{one.word} {_expr(one.value, indent, LOWEST)}"


def _opaque(one: Opaque, indent: str) -> str:
    return one.text


_STATEMENTS: dict[type[Statement], Callable[[Any, str], str]] = {
    Expression: _expression,
    Declaration: _declaration,
    If: _if,
    While: _while,
    ForIn: _for,
    Try: _try,
    Jump: _jump,
    Opaque: _opaque,
}


def _expr(expr: Expr, indent: str, weakest: int) -> str:
    """An expression; in parentheses when it binds less than its place asks for."""
    text = _EXPRESSIONS[type(expr)](expr, indent)
    return f"({text})" if strength(expr) < weakest else text


def _constant(expr: Constant, indent: str) -> str:
    words = {True: "true", False: "false", None: "null"}
    known = words.get(expr.value) if isinstance(expr.value, bool | None) else None
    return expr.text or known or repr(expr.value)


def _name(expr: Name, indent: str) -> str:
    return expr.name


def _string(expr: String, indent: str) -> str:
    quote = expr.quote
    body = "".join(_part(one, indent, quote) for one in expr.parts)
    if quote is Quote.DOUBLE and "\n" in body:  # of code, which simple quotes keep on one line
        quote = Quote.TRIPLE_DOUBLE
        body = "".join(_part(one, indent, quote) for one in expr.parts)
    closing = "/$" if quote is Quote.DOLLAR_SLASHY else quote.value
    return f"{quote.value}{body}{closing}"


def _script(expr: ShellScript, indent: str) -> str:
    text = indented(expr.constant or "", indent)
    return f"'''{escaped(text, expr.quote)}'''"


def _part(part: Text | Interpolation, indent: str, quote: Quote) -> str:
    if isinstance(part, Text):
        return escaped(part.value, quote)
    value = _expr(part.value, indent, LOWEST)
    return f"${{{value}}}" if part.braces else f"${value}"


def _property(expr: Property, indent: str) -> str:
    name = expr.name if isinstance(expr.name, str) else _string(expr.name, indent)
    return f"{_expr(expr.base, indent, ATOM)}{expr.op}{name}"


def _index(expr: Index, indent: str) -> str:
    keys = ", ".join(_expr(one, indent, LOWEST) for one in expr.keys)
    return f"{_expr(expr.base, indent, ATOM)}[{keys}]"


def _call(expr: Call, indent: str) -> str:
    function = _expr(expr.function, indent, ATOM)
    closures = "".join(f" {_closure(one, indent)}" for one in expr.closures)
    if not expr.arguments and not expr.parentheses:
        return f"{function}{closures}"
    if expr.parentheses or not expr.arguments:
        arguments = _bracketed("(", expr.arguments, ")", indent + function)
        return f"{function}{arguments}{closures}"
    loose = _loose(expr.arguments, indent + function)
    if not (loose[0].isalnum() or loose[0] in "'\"_"):  # `sh [a]` would be an index
        return f"{function}({loose}){closures}"
    return f"{function} {loose}{closures}"


def _argument(one: Argument, indent: str) -> str:
    value = _expr(one.value, indent, LOWEST)
    if one.spread:
        return f"*: {value}" if one.name == "" else f"*{value}"
    if one.name is not None:
        return f"{one.name}: {value}"
    return value if one.key is None else f"{_key(one.key, indent)}: {value}"


def _key(key: Expr, indent: str) -> str:
    text = _expr(key, indent, LOWEST)
    return text if isinstance(key, String | Parentheses | Constant) else f"({text})"


def _bracketed(opening: str, items: Sequence[Argument], closing: str, before: str) -> str:
    """Items in brackets, one a line where a line would be too long; `before` is what it has."""
    indent = before[: len(before) - len(before.lstrip(" "))]
    flat = ", ".join(_argument(one, indent) for one in items)
    fits = "\n" not in flat and len(before) + len(flat) + 4 <= WIDTH
    if fits or not items or any(map(_has_lines, items)):
        return f"{opening}{flat}{closing}"
    if len(items) == 1 and isinstance(items[0].value, ListLiteral | MapLiteral):
        return f"{opening}{_broken(items[0].value, indent)}{closing}"
    if len(items) == 1:
        return f"{opening}{flat}{closing}"
    inner = indent + TAB
    lines = ",\n".join(inner + _argument(one, inner) for one in items)
    return f"{opening}\n{lines}\n{indent}{closing}"


def _has_lines(node: Argument) -> bool:
    """Whether something in it stands on several lines in any case."""
    return any(
        isinstance(one, Closure)
        or isinstance(one, String)
        and one.quote in (Quote.TRIPLE_SINGLE, Quote.TRIPLE_DOUBLE)
        for one in walk(node)
    )


def _broken(expr: ListLiteral | MapLiteral, indent: str) -> str:
    items = expr.items if isinstance(expr, ListLiteral) else expr.entries
    inner = indent + TAB
    lines = ",\n".join(inner + _argument(one, inner) for one in items)
    return f"[\n{lines}\n{indent}]"


def _loose(items: Sequence[Argument], before: str) -> str:
    """Arguments without parentheses; a line that would be too long ends behind a comma."""
    indent = before[: len(before) - len(before.lstrip(" "))]
    texts = [_argument(one, indent) for one in items]
    flat = ", ".join(texts)
    first = flat.partition("\n")[0]
    if len(before) + 1 + len(first) <= WIDTH or len(texts) == 1 or "\n" in flat:
        return flat
    return f",\n{indent}{TAB}".join(texts)


def _closure(expr: Closure, indent: str) -> str:
    if expr.parameters is None:
        return _block(expr.body, indent)
    names = ", ".join(f"{one.type} {one.name}".strip() for one in expr.parameters)
    inner = "\n".join(_lines(expr.body, indent + TAB))
    return f"{{ {f'{names} ' if names else ''}->\n{inner}\n{indent}}}"


def _list(expr: ListLiteral, indent: str) -> str:
    return _bracketed("[", expr.items, "]", indent)


def _map(expr: MapLiteral, indent: str) -> str:
    return _bracketed("[", expr.entries, "]", indent) if expr.entries else "[:]"


def _unary(expr: Unary, indent: str) -> str:
    operand = _expr(expr.operand, indent, strength(expr))
    return f"{operand}{expr.op}" if expr.postfix else f"{expr.op}{operand}"


def _binary(expr: Binary, indent: str) -> str:
    own = strength(expr)
    left, right = _expr(expr.left, indent, own), _expr(expr.right, indent, own + 1)
    blank = "" if expr.op in ("..", "..<") else " "
    return f"{left}{blank}{expr.op}{blank}{right}"


def _ternary(expr: Ternary, indent: str) -> str:
    own = strength(expr)
    condition, no = _expr(expr.condition, indent, own + 1), _expr(expr.no, indent, own)
    if expr.yes is None:
        return f"{condition} ?: {no}"
    return f"{condition} ? {_expr(expr.yes, indent, own + 1)} : {no}"


def _assignment(expr: Assignment, indent: str) -> str:
    return f"{_expr(expr.target, indent, ATOM)} {expr.op} {_expr(expr.value, indent, LOWEST)}"


def _parentheses(expr: Parentheses, indent: str) -> str:
    return f"({_expr(expr.value, indent, LOWEST)})"


_EXPRESSIONS: dict[type[Expr], Callable[[Any, str], str]] = {
    String: _string,
    ShellScript: _script,
    Constant: _constant,
    Name: _name,
    Property: _property,
    Index: _index,
    Call: _call,
    Closure: _closure,
    ListLiteral: _list,
    MapLiteral: _map,
    Unary: _unary,
    Binary: _binary,
    Ternary: _ternary,
    Assignment: _assignment,
    Parentheses: _parentheses,
}
