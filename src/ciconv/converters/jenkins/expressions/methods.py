"""Calls of methods and functions inside expressions."""

import re
from collections.abc import Callable

from ciconv.converters.jenkins.expressions.comparisons import as_branch, searching
from ciconv.converters.jenkins.expressions.unknown import as_value, is_known, joined
from ciconv.converters.jenkins.scope import Data, Given, Scope, Value, bound, outermost
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Index,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    constant,
    constant_text,
    expressions,
    operation,
)
from ciconv.ir.node import replace
from ciconv.syntax.groovy import tree

ReadExpression = Callable[[tree.Expr, Scope], Expr]

_SAME = frozenset(("trim", "toString", "strip", "toInteger"))
JSON = "fromJSON"
_SEARCHES = {"contains": "contains", "startsWith": "startsWith", "endsWith": "endsWith"}


def read_method(node: tree.Call, scope: Scope, read: ReadExpression) -> Expr | None:
    """Return what a call gives, None when only the run knows."""
    function = tree.plain(node.function)
    if isinstance(function, tree.Name):
        return _plain_call(function.name, node, scope, read)
    if not isinstance(function, tree.Property) or not isinstance(function.name, str):
        return None
    arguments = tuple(read(one, scope) for one in node.positional)
    if function.name == "join" and (found := _joined(function.base, arguments, node, scope, read)):
        return found
    if function.name == "contains" and (found := contained(function.base, arguments, scope, read)):
        return found
    is_search = function.name in _SEARCHES and len(arguments) == 1
    value = read(_any_case(function.base, arguments[0]) if is_search else function.base, scope)
    if not all(map(is_known, (value, *arguments))):
        return None
    return _method(function.name, value, arguments, node)


def _any_case(base: tree.Expr, wanted: Expr) -> tree.Expr:
    """What small letters are looked for in, whatever the letters of `base.toLowerCase()` were."""
    called = tree.plain(base)
    function = called.function if isinstance(called, tree.Call) and not called.positional else None
    said = constant(wanted)
    is_lowered = isinstance(function, tree.Property) and function.name == "toLowerCase"
    if not is_lowered or said is None or said != said.lower():
        return base
    return function.base if isinstance(function, tree.Property) else base


def _method(name: str, value: Expr, arguments: tuple[Expr, ...], node: tree.Call) -> Expr | None:
    if name in _SAME and not arguments:
        return value
    if name == "stripIndent" and not arguments:
        return _without_indent(value)
    if name in _SEARCHES and len(arguments) == 1:
        return searching(_SEARCHES[name], value, arguments[0], node.span)
    if name in ("equals", "equalsIgnoreCase") and len(arguments) == 1:
        same = _equal(value, arguments[0], node)
        return same if name == "equals" else replace(same, semantics=Semantics.GITHUB)
    if name == "toBoolean" and not arguments:
        return _equal(value, Literal(value="true"), node)
    if name == "isEmpty" and not arguments:
        return _equal(value, Literal(value=""), node)
    return _of_constant(name, value, arguments, node)


_BEGIN = re.compile(r"^[ \t]*(?=[^ \t\n])", re.MULTILINE)


def _without_indent(value: Expr) -> Expr | None:
    """A text without the blanks that all lines begin with; None where the run alone knows it."""
    if not isinstance(value, Literal | Template):
        return None
    whole = constant_text(value, "\0")
    common = min((len(one) for one in _BEGIN.findall(whole)), default=0)
    stripped = re.sub(rf"^[ \t]{{0,{common}}}", "", whole, flags=re.MULTILINE)
    others = expressions(value)
    found: list[Expr] = []
    for number, text in enumerate(stripped.split("\0")):
        found += others[number - 1 : number] if number else []
        found += [Literal(value=text, span=value.span)] if text else []
    if len(found) == 1 and isinstance(found[0], Literal):
        return found[0]
    return Template(parts=tuple(found), span=value.span)


def _equal(left: Expr, right: Expr, node: tree.Call) -> Binary:
    left, right = as_branch(left, right), as_branch(right, left)
    return Binary(op=Op.EQ, left=left, right=right, semantics=Semantics.GROOVY, span=node.span)


def _of_constant(
    name: str, value: Expr, arguments: tuple[Expr, ...], node: tree.Call
) -> Expr | None:
    """Methods of texts that are known."""
    text = constant(value)
    if text is None or isinstance(value, Template):
        return None
    given = [constant(one) for one in arguments]
    if name == "toLowerCase":
        return Literal(value=text.lower(), span=node.span)
    if name == "toUpperCase":
        return Literal(value=text.upper(), span=node.span)
    if name == "replace" and len(given) == 2 and given[0] is not None and given[1] is not None:
        return Literal(value=text.replace(given[0], given[1]), span=node.span)
    return None


def _joined(
    base: tree.Expr,
    arguments: tuple[Expr, ...],
    node: tree.Call,
    scope: Scope,
    read: ReadExpression,
) -> Expr | None:
    """`[a, b].join(' ')`: the texts with another one between them."""
    items = items_of(base, scope)
    between = constant(arguments[0]) if arguments else ""
    if items is None or between is None or len(arguments) > 1:
        return None
    values: list[Expr] = []
    for number, (item, within) in enumerate(items):
        values += [Literal(value=between)] if number and between else []
        values.append(read(item, within))
    return joined(values, node) if all(map(is_known, values)) else None


def contained(
    base: tree.Expr, arguments: tuple[Expr, ...], scope: Scope, read: ReadExpression
) -> Expr | None:
    """Return whether x is one of them, `[a, b].contains(x)`; None where nobody knows them."""
    items = items_of(base, scope)
    if items is None or len(arguments) != 1:
        return None
    return one_of(arguments[0], [read(node, within) for node, within in items], base)


def one_of(value: Expr, items: list[Expr], node: tree.Expr) -> Expr:
    """Return whether a value is one of some."""
    found: Expr = Literal(value=False, span=node.span)
    for number, item in enumerate(items):
        left = as_branch(value, item)
        same = Binary(op=Op.EQ, left=left, right=item, semantics=Semantics.GROOVY, span=node.span)
        found = (
            same
            if not number
            else Binary(
                op=Op.OR, left=found, right=same, semantics=Semantics.GROOVY, span=node.span
            )
        )
    return found


def items_of(node: tree.Expr, scope: Scope) -> list[tuple[tree.Expr, Scope]] | None:
    """Return the items of a list that is known, with the scope they are written in."""
    node = tree.plain(node)
    if isinstance(node, tree.Name):
        value = scope.get(node.name)
        return items_of(value.node, value.scope) if isinstance(value, Data) else None
    if isinstance(node, tree.ListLiteral) and not any(one.spread for one in node.items):
        return [(one.value, scope) for one in node.items]
    if isinstance(node, tree.Cast) and node.op == "as":
        return items_of(node.value, scope)
    return None


def _plain_call(name: str, node: tree.Call, scope: Scope, read: ReadExpression) -> Expr | None:
    if name == "isUnix" and not node.positional:
        return _is_unix(node, scope)
    if name == "fileExists":
        return _file_exists(node, scope, read)
    if name == "readJSON":
        return _of_json(node, scope, read)
    method = scope.shared.functions.get(name)
    result = None if method is None else _result(method)
    if method is None or result is None or not scope.shared.enter(name):
        return None
    given = arguments_of(method.parameters, node, scope, read)
    found = read(result, bound(method.parameters, given, outermost(scope)))
    scope.shared.leave()
    scope.shared.called.add(name)
    return found if is_known(found) else None


def _is_unix(node: tree.Call, scope: Scope) -> Expr:
    """What the machine is, as far as its labels tell; else its system is asked for."""
    if scope.shared.is_unix is not None:
        return Literal(value=scope.shared.is_unix, span=node.span)
    system, windows = Ref(path=("os",), span=node.span), Literal(value="Windows")
    return operation(Op.NE, system, windows, node.span)


def _of_json(node: tree.Call, scope: Scope, read: ReadExpression) -> Expr | None:
    """What a text says as JSON: `readJSON(text: params.X)`; files are for the run."""
    given = node.named("text")
    value = None if given is None or len(node.arguments) > 1 else read(given, scope)
    if value is None or not is_known(value):
        return None
    return Call(function=JSON, arguments=(value,), span=node.span)


def is_of_json(value: Expr) -> bool:
    """Return whether a value is a part of a text that is JSON, so that it may have parts."""
    while isinstance(value, Index):
        value = value.base
    return isinstance(value, Call) and value.function == JSON


def _file_exists(node: tree.Call, scope: Scope, read: ReadExpression) -> Expr | None:
    given = node.named("file") or next(iter(node.positional), None)
    path = None if given is None else constant(read(given, scope))
    if path is None:
        return None
    digest = Call(function="hashFiles", arguments=(Literal(value=path),), span=node.span)
    nothing = Literal(value="")
    return operation(Op.NE, digest, nothing, node.span)


def _result(method: tree.Method) -> tree.Expr | None:
    """What a function gives that does nothing else."""
    if len(method.body.statements) != 1:
        return None
    (only,) = method.body.statements
    if isinstance(only, tree.Jump) and only.word == "return":
        return only.value
    return only.value if isinstance(only, tree.Expression) else None


def arguments_of(
    parameters: tuple[tree.Parameter, ...], node: tree.Call, scope: Scope, read: ReadExpression
) -> dict[str, Given]:
    """Return the values of parameters in one call, with where they are given.

    With fewer values than parameters, the last of those that have defaults are left out.
    """
    values: list[tree.Expr] = list(node.positional)
    if any(one.name is not None for one in node.arguments):
        values.insert(0, tree.MapLiteral(entries=node.arguments, span=node.span))
    optional = [one.name for one in parameters if one.default is not None]
    missing = max(0, len(parameters) - len(values))
    left_out = set(optional[len(optional) - missing :])
    found: dict[str, Given] = {}
    for parameter in parameters:
        given = values.pop(0) if values and parameter.name not in left_out else None
        value = parameter.default if given is None else given
        found[parameter.name] = None if value is None else value_of(value, scope, read), given
    return found


def value_of(node: tree.Expr, scope: Scope, read: ReadExpression) -> Value | None:
    """Return what an expression is: data stays a tree, what is unknown is None."""
    node = tree.plain(node)
    if isinstance(node, tree.ListLiteral | tree.MapLiteral | tree.Closure):
        return Data(node, scope)
    if isinstance(node, tree.Name) and isinstance(known := scope.get(node.name), Data):
        return known
    found = as_value(read(node, scope), node)
    return found if is_known(found) else None
