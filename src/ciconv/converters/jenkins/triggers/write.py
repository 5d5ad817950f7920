"""`triggers`, `parameters`, and the condition that keeps a pipeline from builds it is not for.

A multibranch job builds every branch, tag and change request it is told to, so the pipeline itself
looks whether it is meant.
"""

from collections.abc import Iterable
from functools import partial, reduce

from ciconv.context import Context, Place
from ciconv.converters.jenkins.expressions.write import parameter
from ciconv.ir.expression import (
    Binary,
    Changes,
    Expr,
    Literal,
    Matches,
    Op,
    Ref,
    Semantics,
    Unary,
    constant,
    walk,
)
from ciconv.ir.filter import Filter, Pattern
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Input, Trigger
from ciconv.ir.walk import comments_of
from ciconv.profile import Feature, Outcome
from ciconv.source import Comment
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t

_REQUESTS = (EventKind.PULL_REQUEST, EventKind.PULL_REQUEST_TARGET)
_BY_NAME = {
    EventKind.SCHEDULE: "schedule",
    EventKind.MANUAL: "workflow_dispatch",
    EventKind.UPSTREAM: "workflow_run",
    EventKind.CALL: "workflow_run",  # another pipeline starts it with the step `build`
}
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_REQUEST = Ref(path=("pr", "number"))
_NO_REQUEST = Unary(op=Op.NOT, operand=_REQUEST, semantics=Semantics.GROOVY)
_BRANCH = Ref(path=("ref", "branch"))
_TAG = Ref(path=("ref", "tag"))


def guard(pipeline: Pipeline) -> Expr | None:
    """Return when a build is one the pipeline is for; None when it is for all of them.

    What no trigger of Jenkins stands for can only be started by hand; what has none, not at all.
    """
    if not pipeline.triggers:
        return Literal(value=False)
    cases = [_case(one) for one in pipeline.triggers]
    if None in cases and not any(map(_is_sure, pipeline.triggers)):
        return None
    found = [one for one in cases if one is not None]
    if _takes_all(pipeline.triggers):
        return None
    if _NO_REQUEST in found:  # which is what all other starts are, too
        found = [one for one in found if one == _NO_REQUEST or _of_requests(one)]
    return reduce(partial(_binary, Op.OR), dict.fromkeys(found)) if found else None


def _of_requests(expr: Expr) -> bool:
    return any(isinstance(one, Ref) and one.path[0] == "pr" for one in walk(expr))


def _is_sure(trigger: Trigger) -> bool:
    return trigger.kind in (EventKind.PUSH, *_REQUESTS, *_BY_NAME)


def _takes_all(triggers: tuple[Trigger, ...]) -> bool:
    """Whether every branch, tag and change request is built."""
    free = [one for one in triggers if one.branches is None and one.paths is None]
    pushes = any(one.kind is EventKind.PUSH and one.tags is None for one in free)
    return pushes and any(one.kind in _REQUESTS for one in free)


def _case(trigger: Trigger) -> Expr | None:
    """When a build is one of a trigger's; None for what Jenkins knows nothing of."""
    if trigger.kind is EventKind.PUSH:
        return _with_paths(_pushed(trigger), trigger)
    if trigger.kind in _REQUESTS:
        base = Ref(path=("pr", "base"))
        found: Expr = _REQUEST if trigger.branches is None else _passes(base, trigger.branches)
        return _with_paths(found, trigger)
    name = _BY_NAME.get(trigger.kind)
    if name is None:
        return _event("workflow_dispatch")
    return _event(name)


def _pushed(trigger: Trigger) -> Expr:
    if trigger.branches is None and trigger.tags is None:
        return _NO_REQUEST
    parts = [
        _passes(ref, wanted)
        for ref, wanted in ((_BRANCH, trigger.branches), (_TAG, trigger.tags))
        if wanted is not None
    ]
    return reduce(partial(_binary, Op.OR), parts)


def _passes(ref: Ref, wanted: Filter) -> Expr:
    """A filter without any pattern lets nothing in, one that leaves nothing out everything."""
    if not wanted.patterns:
        wanted = Filter(patterns=(Pattern(text="**"),) if wanted.ignore else ())
    if not wanted.patterns:
        return Literal(value=False)
    return Matches(value=ref, filter=wanted, span=wanted.span)


def _with_paths(found: Expr, trigger: Trigger) -> Expr:
    if trigger.paths is None or not trigger.paths.patterns:
        return found
    changed: Expr = Changes(filter=trigger.paths, span=trigger.paths.span)
    if trigger.kind is EventKind.PUSH and (trigger.tags is not None or trigger.branches is None):
        changed = _binary(Op.OR, changed, _TAG)  # nobody asks which files a tag changes
    return _binary(Op.AND, found, changed)


def _event(name: str) -> Expr:
    return _binary(Op.EQ, Ref(path=("event",)), Literal(value=name))


def _binary(op: Op, left: Expr, right: Expr) -> Expr:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GROOVY)


def write_triggers(pipeline: Pipeline) -> tuple[t.Statement, ...]:
    """Return `triggers { … }`: schedules of the main branch, and upstream pipelines."""
    found: list[t.Statement] = []
    times = [one for one in pipeline.triggers if one.cron is not None]
    if times:
        found.append(groovy.statement(groovy.call("cron", _cron(times)), _comments(times)))
    above = [one for one in pipeline.triggers if one.upstreams]
    if above:
        names = ",".join(one.text for trigger in above for one in trigger.upstreams)
        result = groovy.path("hudson", "model", "Result", "FAILURE")
        call = groovy.call("upstream", upstreamProjects=names, threshold=result)
        found.append(groovy.statement(call, _comments(above)))
    others = [one for one in pipeline.triggers if one.cron is None and not one.upstreams]
    if not found:
        return ()
    return (groovy.statement(groovy.block("triggers", tuple(found)), _comments(others)),)


def _cron(triggers: list[Trigger]) -> t.Expr:
    zone = triggers[0].timezone or "Etc/UTC"
    lines = [f"TZ={zone}", *(_times(one.cron or "") for one in triggers)]
    text = t.string("\n".join(lines))
    is_primary = groovy.path("env", "BRANCH_IS_PRIMARY")
    condition = t.Binary(op="==", left=is_primary, right=groovy.literal("true"))
    return t.Ternary(condition=condition, yes=text, no=groovy.literal(""))


def _times(cron: str) -> str:
    """A schedule with numbers for the names of days and months, which Jenkins does not know."""
    fields = cron.split()
    if len(fields) != 5:
        return cron
    for number, name in enumerate(_MONTHS, 1):
        fields[3] = fields[3].upper().replace(name, str(number))
    for number, name in enumerate(_DAYS):
        fields[4] = fields[4].upper().replace(name, str(number))
    return " ".join(fields)


def write_parameters(pipeline: Pipeline, context: Context) -> tuple[t.Statement, ...]:
    """Return `parameters { … }`, each name once."""
    named = {parameter(one.name): one for one in reversed(pipeline.inputs)}
    inputs = [one for one in pipeline.inputs if named.get(parameter(one.name)) is one]
    if not inputs:
        return ()
    for one in inputs:
        if parameter(one.name) != one.name.replace("-", "_"):
            loss = Place(pipeline=pipeline.id).loss(Feature.INPUT, Outcome.APPROXIMATED)
            said = f"no variable is called {one.name!r}, so the input is {parameter(one.name)!r}"
            context.lose(loss, said, one)
    calls = tuple(groovy.statement(_parameter(one), comments_of(one)) for one in inputs)
    return (groovy.statement(groovy.block("parameters", calls)),)


def _parameter(one: Input) -> t.Call:
    default = "" if one.default is None else constant(one.default) or ""
    said = {} if one.description is None else {"description": one.description}
    name = parameter(one.name)
    if one.type == "boolean":
        return groovy.call("booleanParam", name=name, defaultValue=default == "true", **said)
    if one.options:
        texts = [option.text for option in one.options]
        texts.sort(key=lambda text: text != default)  # the first one is the default
        return groovy.call("choice", name=name, choices=groovy.listed(tuple(texts)), **said)
    kind = "text" if "\n" in default else "string"
    return groovy.call(kind, name=name, defaultValue=default, **said)


def _comments(nodes: Iterable[Node]) -> tuple[Comment, ...]:
    return tuple(comment for one in nodes for comment in comments_of(one))
