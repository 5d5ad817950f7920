"""`parameters`: what is asked of whoever starts a build; every other build has the defaults.

https://www.jenkins.io/doc/book/pipeline/syntax/#parameters
"""

from ciconv.converters.jenkins.expressions.methods import items_of
from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import Directive, Section, extra
from ciconv.ir.expression import Literal, Ref, Template, constant, text
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Extra
from ciconv.ir.trigger import Input, Word
from ciconv.syntax.groovy import tree

_TYPES = {"string": "string", "text": "string", "booleanParam": "boolean", "choice": "choice"}
_KNOWN = ("name", "defaultValue", "description", "choices", None)


class Parameters:
    """What was read of `parameters`."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.env: list[EnvVar] = []
        self.extras: list[Extra] = []


def read_parameters(parameters: Directive | None, scope: Scope) -> Parameters:
    """Return the inputs, and the variables in which scripts see them."""
    found = Parameters()
    for one in Section(parameters.body).rest() if parameters is not None else ():
        node = one.named("name") or next(iter(one.values), None)
        name = None if node is None else constant(read_expression(node, scope))
        if name is None or one.name == "separator":  # which only parts the others
            found.extras.append(extra(f"parameters.{one.name}", one.statement, one.comments))
            continue
        scope.shared.parameters[name] = one.name
        if one.name == "password":
            ref = Ref(path=("secrets", name), span=one.span)
            found.extras.append(extra("parameters.password", one.statement, one.comments))
        else:
            ref = Ref(path=("inputs", name), span=one.span)
            found.inputs.append(_input(name, one, scope))
            found.extras += _computed(one, scope)
            for argument in one.arguments:
                if argument.name not in _KNOWN:
                    key = f"parameters.{one.name}.{argument.name}"
                    found.extras.append(extra(key, argument))
            if one.name not in _TYPES:
                found.extras.append(extra(f"parameters.{one.name}", one.statement))
        value = Template(parts=(ref,), span=one.span)
        found.env.append(EnvVar(name=name, value=value, span=one.span))
    return found


def _computed(one: Directive, scope: Scope) -> tuple[Extra, ...]:
    """A default that is worked out before each build, or is the value of the build before."""
    node = one.named("defaultValue")
    if node is None or isinstance(read_expression(node, scope), Literal):
        return ()
    return (extra(f"parameters.{one.name}.defaultValue", node),)


def _input(name: str, one: Directive, scope: Scope) -> Input:
    options = _choices(one, scope) if one.name == "choice" else ()
    default = text(options[0].text) if options else _default(one, scope)
    described = one.named("description")
    return Input(
        name=name,
        type=_TYPES.get(one.name, "string"),
        description=None if described is None else constant(read_expression(described, scope)),
        default=default,
        options=options,
        span=one.span,
        comments=one.comments,
    )


def _default(one: Directive, scope: Scope) -> Template:
    node = one.named("defaultValue")
    said = None if node is None else _said(node, scope)
    if one.name == "booleanParam":
        return _boolean(said == "true")
    return text("") if said is None or node is None else replace(text(said), span=node.span)


def _said(node: tree.Expr, scope: Scope) -> str | None:
    """A constant; of `params.X ?: 'text'` the text, which is the value of the first build."""
    node = tree.plain(node)
    while isinstance(node, tree.Ternary) and node.yes is None:
        node = tree.plain(node.no)
    return constant(read_expression(node, scope))


def _boolean(value: bool) -> Template:
    return Template(parts=(Literal(value=value),))


def _choices(one: Directive, scope: Scope) -> tuple[Word, ...]:
    """A list, or one choice a line."""
    node = one.named("choices")
    if node is None:
        return ()
    items = items_of(node, scope)
    if items is None:
        said = constant(read_expression(node, scope)) or ""
        return tuple(Word(text=line, span=node.span) for line in said.split("\n"))
    return tuple(_word(item, within) for item, within in items)


def _word(node: tree.Expr, scope: Scope) -> Word:
    said = constant(read_expression(node, scope))
    return Word(text=node.span.text if said is None else said, span=node.span)
