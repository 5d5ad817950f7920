"""Inputs as variables that whoever starts a pipeline is asked for.

https://docs.gitlab.com/ci/pipelines/#prefill-variables-in-manual-pipelines
"""

from ciconv.context import Context, Place
from ciconv.converters.gitlab.expressions.conditions import Scope, input_variable
from ciconv.converters.gitlab.expressions.values import write_value
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Input
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry


def write_inputs(pipeline: Pipeline, scope: Scope, context: Context) -> list[Entry]:
    """Return an entry of `variables` for each input."""
    found: dict[str, Input] = {}
    place = Place(pipeline=pipeline.id)
    for one in sorted(pipeline.inputs, key=lambda one: one.of is EventKind.CALL):
        name = input_variable(one.name)
        if name in found:
            _report_again(found[name], one, place, context)
        found[name] = _merged(found.get(name), one)
    return [_entry(one, name, place, scope, context) for name, one in found.items()]


def _merged(one: Input | None, other: Input) -> Input:
    """An input that several ways to start have."""
    if one is None:
        return other
    return replace(
        one,
        description=one.description or other.description,
        default=one.default or other.default,
        options=one.options or other.options,
        comments=(*one.comments, *other.comments),
    )


def _report_again(first: Input, one: Input, place: Place, context: Context) -> None:
    """Say of an input of another way to start that it is the variable there is already."""
    alike = all(getattr(first, key) == getattr(one, key) for key in ("default", "type", "options"))
    said = f"the input {one.name!r} is one variable for all ways to start"
    if not alike:
        said = f"{said}: its default, type and options are those of a manual start"
    outcome = Outcome.LOWERED if alike and first.required == one.required else Outcome.APPROXIMATED
    context.lose(place.loss(Feature.INPUT, outcome), said, one)


def _entry(one: Input, name: str, place: Place, scope: Scope, context: Context) -> Entry:
    value = _default(one, place, scope, context)
    options = [option.text for option in one.options]
    if one.type == "boolean":
        options = ["true", "false"]
    if options and value not in options:
        if one.type == "choice" and value == "":
            value = options[0]
        else:
            options.insert(0, value)
    entries = [build.entry("value", build.text(value))]
    if options:
        entries.append(build.entry("options", build.sequence(*map(build.text, options))))
    said = one.description or ""
    entries.append(build.entry("description", build.text(said or f"{one.name} ({one.type})")))
    others = scope.events - {"workflow_dispatch", "workflow_call"}
    _report(one, place, context, matters=bool(others) and value not in ("", "false"))
    return build.entry(name, build.mapping(*entries), one.comments)


def _default(one: Input, place: Place, scope: Scope, context: Context) -> str:
    if one.default is None:
        return "false" if one.type == "boolean" else ""
    try:
        return write_value(one.default, scope)
    except CannotSay as error:
        loss = place.loss(Feature.INPUT, Outcome.APPROXIMATED)
        context.lose(loss, f"the input {one.name!r} has no default: {error}", error.expr)
        return ""


def _report(one: Input, place: Place, context: Context, *, matters: bool) -> None:
    """Say what a variable does not have of an input; `matters`: its default in other pipelines."""
    loss = place.loss(Feature.INPUT, Outcome.APPROXIMATED)
    if one.required:
        said = f"the variable {one.name!r} may be left empty, as none is required"
        context.lose(loss, said, one)
    if one.deprecated is not None:
        context.lose(loss, f"nothing says that {one.name!r} is deprecated", one)
    if one.type in ("number", "environment"):
        said = f"the variable {one.name!r} takes any text, not only those of its type"
        context.lose(loss, said, one)
    said = f"the input {one.name!r} is a variable, which has its default in every pipeline"
    outcome = Outcome.APPROXIMATED if matters else Outcome.LOWERED
    context.lose(place.loss(Feature.INPUT, outcome), said, one)
