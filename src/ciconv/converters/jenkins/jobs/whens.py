"""`when`: the conditions of a stage.

https://www.jenkins.io/doc/book/pipeline/syntax/#when
"""

from collections.abc import Callable
from functools import reduce

from ciconv.converters.jenkins.expressions.comparisons import (
    as_primary,
    branch_condition,
    comparator_syntax,
    is_event,
    matching,
    opposite,
    tag_condition,
)
from ciconv.converters.jenkins.expressions.methods import value_of
from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.expressions.unknown import askable, is_known
from ciconv.converters.jenkins.scope import Scope
from ciconv.converters.jenkins.sections import Directive, Section, directives
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.plugins import kept_as_written
from ciconv.ir.expression import (
    Binary,
    Changes,
    Expr,
    Literal,
    Op,
    Raw,
    Ref,
    Semantics,
    Unary,
    conjuncts,
    constant,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.node import replace
from ciconv.ir.step import Step
from ciconv.ir.walk import replace_references
from ciconv.syntax.groovy import tree

_ORDER = ("beforeAgent", "beforeInput", "beforeOptions")


def read_when(when: Directive, scope: Scope) -> Expr | None:
    """Return the condition of a stage; None when it only says in which order things are done."""
    section = Section(when.body)
    for name in _ORDER:
        _tell_order(section.take(name), scope)
    found = _all([_condition(one, scope) for one in section.rest()], when, Op.AND)
    whole = None if found is None else with_constants(found, scope)
    if isinstance(whole, Literal) and whole.value is True:
        return None
    return whole


def _tell_order(one: Directive | None, scope: Scope) -> None:
    """Say what becomes of `beforeAgent false`: other systems ask before they have a machine."""
    value = tree.plain(one.values[0]) if one is not None and one.values else None
    is_later = isinstance(value, tree.Constant) and value.value is False
    if one is not None and is_later and scope.context.expand:
        said = "the condition is asked for before there is a machine, and before anything else"
        scope.context.diagnostics.note("groovy-only", said, one.span)


def known_part(when: Directive, place: Place) -> tuple[Expr | None, tuple[Step, ...]]:
    """Return what can be asked of a condition, and a step that fails in the place of the rest.

    The steps of the stage stand behind that one: whoever says what was not understood has them.
    """
    condition = read_when(when, place.scope)
    if condition is None or is_known(condition) or not place.scope.context.expand:
        return condition, ()
    known = [one for one in conjuncts(condition) if is_known(one)]
    failing = kept_as_written("when", when.statement.span)
    whole = _all(known, when, Op.AND)
    return whole, (replace(failing, comments=when.comments),)


def asks_first(when: Directive | None) -> bool:
    """Return whether `beforeInput true` stands in a `when`."""
    for one in directives(when.body) if when is not None else ():
        if one.name == "beforeInput" and one.values:
            value = tree.plain(one.values[0])
            return isinstance(value, tree.Constant) and value.value is True
    return False


def with_constants(condition: Expr, scope: Scope) -> Expr:
    """Return a condition with the values of variables that never change."""

    def known(ref: Ref) -> Expr | None:
        if ref.path[0] != "env" or ref.path[1] in scope.shared.changed:
            return None
        value = scope.shared.env.get(ref.path[1])
        said = None if value is None else constant(value)
        return None if said is None else Literal(value=said, span=ref.span)

    return replace_references(askable(condition), known)


def _all(conditions: list[Expr], node: Directive, op: Op) -> Expr | None:
    def both(left: Expr, right: Expr) -> Expr:
        return Binary(op=op, left=left, right=right, semantics=Semantics.GROOVY, span=node.span)

    return reduce(both, conditions) if conditions else None


def _condition(one: Directive, scope: Scope) -> Expr:
    reader = _CONDITIONS.get(one.name)
    found = None if reader is None else reader(one, scope)
    if found is None:
        return Raw(format="jenkins", text=one.span.text, span=one.span)
    return found if found.span is not None else replace(found, span=one.span)


def _nested(one: Directive, scope: Scope, op: Op) -> Expr | None:
    return _all([_condition(inner, scope) for inner in directives(one.body)], one, op)


def _all_of(one: Directive, scope: Scope) -> Expr | None:
    return _nested(one, scope, Op.AND)


def _any_of(one: Directive, scope: Scope) -> Expr | None:
    return _nested(one, scope, Op.OR)


def _not(one: Directive, scope: Scope) -> Expr | None:
    inner = _nested(one, scope, Op.AND)
    if inner is None or isinstance(inner, Raw):
        return None
    return opposite(inner, one.span)


def _said(one: Directive, name: str, scope: Scope) -> str | None:
    """A constant argument, by its name or without one."""
    node = one.named(name) or next(iter(one.values), None)
    return None if node is None else constant(read_expression(node, scope))


def _comparator(one: Directive, scope: Scope, usual: str = "GLOB") -> str:
    node = one.named("comparator")
    return usual if node is None else constant(read_expression(node, scope)) or usual


def _branch(one: Directive, scope: Scope) -> Expr | None:
    said = _said(one, "pattern", scope)
    return None if said is None else branch_condition(said, _comparator(one, scope), one.span)


def _tag(one: Directive, scope: Scope) -> Expr | None:
    said = _said(one, "pattern", scope)
    if said is None:
        return None if one.values or one.arguments else _building_tag(one, scope)
    return tag_condition(said, _comparator(one, scope), one.span)


def _building_tag(one: Directive, scope: Scope) -> Expr | None:
    tag = Ref(path=("ref", "tag"), span=one.span)
    nothing = Literal(value=None)
    return Binary(op=Op.NE, left=tag, right=nothing, semantics=Semantics.GROOVY, span=one.span)


# attributes of a change request and the names of what they are
_REQUEST = {
    "id": ("pr", "number"),
    "target": ("pr", "base"),
    "branch": ("pr", "head"),
    "url": ("pr", "url"),
    "title": ("pr", "title"),
    "author": ("pr", "author"),
}


def _change_request(one: Directive, scope: Scope) -> Expr | None:
    """Any request, or one whose attributes compare as they say; EQUALS unless they say."""
    found: list[Expr] = [is_event("pull_request", one.span)]
    comparator = _comparator(one, scope, "EQUALS")
    for argument in one.arguments:
        if argument.name == "comparator":
            continue
        said = constant(read_expression(argument.value, scope))
        path = _REQUEST.get(argument.name or "")
        if said is None or path is None:
            return None
        ref = Ref(path=path, span=argument.span)
        if comparator == "EQUALS":
            value = Literal(value=said, span=argument.span)
            found.append(
                Binary(
                    op=Op.EQ, left=ref, right=value, semantics=Semantics.GROOVY, span=argument.span
                )
            )
        else:
            found.append(matching(ref, said, comparator_syntax(comparator), argument.span))
    return _all(found, one, Op.AND)


def _environment(one: Directive, scope: Scope) -> Expr | None:
    name, value = _said(one, "name", scope), one.named("value")
    if name is None or value is None:
        return None
    left, right = scope.shared.variable(name), read_expression(value, scope)
    if not is_known(right):
        return None
    if isinstance(right, Literal) and right.value == "":  # one that is not set is empty, too
        empty = replace(left, span=one.span)
        return Unary(op=Op.NOT, operand=empty, semantics=Semantics.GROOVY, span=one.span)
    ignored = read_expression(one.named("ignoreCase") or tree.Constant(value=False), scope)
    if not isinstance(ignored, Literal):
        return None
    # texts that are compared without case are compared as GitHub does
    semantics = Semantics.GITHUB if ignored.value is True else Semantics.GROOVY
    first, second = as_primary(replace(left, span=one.span), right)
    return Binary(op=Op.EQ, left=first, right=second, semantics=semantics, span=one.span)


def _equals(one: Directive, scope: Scope) -> Expr | None:
    expected, actual = one.named("expected"), one.named("actual")
    if expected is None or actual is None:
        return None
    left, right = read_expression(actual, scope), read_expression(expected, scope)
    if not (is_known(left) and is_known(right)):
        return None
    return Binary(op=Op.EQ, left=left, right=right, semantics=Semantics.GROOVY, span=one.span)


def _expression(one: Directive, scope: Scope) -> Expr | None:
    """The last value of a block; names it declares before that are known."""
    inner = scope.inner()
    *before, last = one.body.statements or (None,)
    for statement in before:
        if not isinstance(statement, tree.Declaration) or len(statement.targets) != 1:
            return None
        value = statement.value
        known = None if value is None else value_of(value, inner, read_expression)
        inner.declare(statement.targets[0].name, known, statement)
    if isinstance(last, tree.Jump) and last.word == "return" and last.value is not None:
        return read_expression(last.value, inner)
    return read_expression(last.value, inner) if isinstance(last, tree.Expression) else None


_CAUSES = {
    "TimerTrigger": "schedule",
    "UserIdCause": "workflow_dispatch",
    "SCMTrigger": "push",
    "UpstreamCause": "workflow_run",
    "BuildUpstreamCause": "workflow_run",
}


def _triggered_by(one: Directive, scope: Scope) -> Expr | None:
    said = _said(one, "cause", scope)
    event = _CAUSES.get((said or "").rpartition(".")[2].rpartition("$")[2])
    if event is None or one.named("detail") is not None:
        return None
    return is_event(event, one.span)


def _changeset(one: Directive, scope: Scope) -> Expr | None:
    said = _said(one, "pattern", scope)
    if said is None:
        return None
    syntax = comparator_syntax(_comparator(one, scope))
    pattern = Pattern(text=said, syntax=syntax, span=one.span)
    return Changes(filter=Filter(patterns=(pattern,), span=one.span), span=one.span)


def _changelog(one: Directive, scope: Scope) -> Expr | None:
    said = _said(one, "pattern", scope)
    if said is None:
        return None
    message = Ref(path=("commit", "message"), span=one.span)
    return matching(message, said, PatternSyntax.RE2, one.span)


_CONDITIONS: dict[str, Callable[[Directive, Scope], Expr | None]] = {
    "allOf": _all_of,
    "anyOf": _any_of,
    "not": _not,
    "branch": _branch,
    "tag": _tag,
    "buildingTag": _building_tag,
    "changeRequest": _change_request,
    "environment": _environment,
    "equals": _equals,
    "expression": _expression,
    "triggeredBy": _triggered_by,
    "changeset": _changeset,
    "changelog": _changelog,
}
