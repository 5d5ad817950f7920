"""Parameters that hold for every start, which GitHub has only when somebody starts by hand.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#inputs-context
"""

import re
from functools import partial
from typing import TypeGuard

from ciconv.context import Context, Place
from ciconv.ir.expression import Call, Expr, Literal, Op, Ref, Template, either, operation
from ciconv.ir.naming import unused
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Input
from ciconv.ir.walk import replace_references, rewrite
from ciconv.profile import Feature, Outcome

_EVENT = Ref(path=("event",))
_BY_HAND = Literal(value="workflow_dispatch")


def with_input_names(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with inputs under names that GitHub takes; others are reported."""
    names: dict[str, str] = {}
    for one in pipeline.inputs:
        taken = {name.lower() for name in names.values()}
        names[one.name] = unused(_NO_NAME.sub("_", one.name), taken, by=str.lower)
    if all(old == new for old, new in names.items()):
        return pipeline
    for one in pipeline.inputs:
        if one.name != names[one.name]:
            loss = Place(pipeline=pipeline.id).loss(Feature.INPUT, Outcome.APPROXIMATED)
            said = f"no input can be called {one.name!r} here, so it is {names[one.name]!r}"
            context.lose(loss, said, one)
    inputs = tuple(replace(one, name=names[one.name]) for one in pipeline.inputs)
    return replace_references(replace(pipeline, inputs=inputs), partial(_called, names))


# https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputsinput_id
_NO_NAME = re.compile(r"^(?=[^A-Za-z_])|[^\w-]", re.ASCII)


def _called(names: dict[str, str], ref: Ref) -> Ref | None:
    if len(ref.path) != 2 or ref.path[0] != "inputs" or ref.path[1] not in names:
        return None
    return replace(ref, path=("inputs", names[ref.path[1]]))


def with_few_inputs(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with as many inputs as GitHub takes; the last ones have their default."""
    by_hand = [one for one in pipeline.inputs if one.of in (None, EventKind.MANUAL)]
    if len(by_hand) <= MAX_INPUTS:
        return pipeline
    left_out = {one.name: one for one in by_hand[MAX_INPUTS:]}
    for one in left_out.values():
        loss = Place(pipeline=pipeline.id).loss(Feature.INPUT, Outcome.APPROXIMATED)
        said = f"GitHub takes {MAX_INPUTS} inputs: {one.name!r} has its default in every run"
        context.lose(loss, said, one)

    def default_of(ref: Ref) -> Expr | None:
        one = left_out.get(ref.path[1]) if _is_input(ref) else None
        if one is None:
            return None
        return Literal(value="", span=ref.span) if one.default is None else one.default

    kept = tuple(one for one in pipeline.inputs if one.name not in left_out)
    return replace_references(replace(pipeline, inputs=kept), default_of)


# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs
MAX_INPUTS = 25


def _is_input(node: Node) -> TypeGuard[Ref]:
    return isinstance(node, Ref) and len(node.path) == 2 and node.path[0] == "inputs"


def with_defaults(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with the default of an input wherever another event has none.

    A default that is false or empty needs nothing: that is what an input is that is not there.
    """
    values = {one.name: value for one in pipeline.inputs if (value := _value(one)) is not None}
    off = frozenset(one.name for one in pipeline.inputs if _is_off(one))
    if not values and not off:
        return pipeline
    return rewrite(pipeline, lambda node: node, whole=partial(_said, values, off))


def _is_off(one: Input) -> bool:
    """Whether an input is false in every run that nobody starts by hand."""
    if one.of is not None or one.default is None:
        return False
    first = next(iter(one.default.parts), None)
    return isinstance(first, Literal) and first.value is False


def _said(values: dict[str, Expr], off: frozenset[str], node: Node) -> Node | None:
    if isinstance(node, Template) and any(_names(part, off) for part in node.parts):
        # as a text it is `false` and not nothing
        parts = (
            either(part, Literal(value="false")) if _names(part, off) else part
            for part in node.parts
        )
        return rewrite(
            replace(node, parts=tuple(parts)),
            lambda one: one,
            whole=partial(_said, values, frozenset()),
        )
    if isinstance(node, Input):
        return node  # its default speaks of nothing
    if _is_input(node):
        value = values.get(node.path[1])
        return None if value is None else replace(value, span=node.span)
    return None


def _names(part: Expr, inputs: frozenset[str]) -> bool:
    """Whether a part of a text is one of some inputs."""
    return isinstance(part, Ref) and part.path[0] == "inputs" and part.path[-1] in inputs


def _value(one: Input) -> Expr | None:
    if one.of is not None or one.default is None or len(one.default.parts) != 1:
        return None
    (default,) = one.default.parts
    given = Ref(path=("inputs", one.name))
    if not isinstance(default, Literal) or default.value in (False, None, "", 0.0):
        return None
    if default.value is True:
        return either(operation(Op.NE, _EVENT, _BY_HAND), given)
    if isinstance(default.value, float):  # zero is a value, too
        here = operation(Op.EQ, _EVENT, _BY_HAND)
        arguments = (here, given, Literal(value=default.value))
        return Call(function="case", arguments=arguments)
    return either(given, Literal(value=default.value))
