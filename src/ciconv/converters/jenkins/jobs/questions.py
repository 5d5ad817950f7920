"""Stages that ask whether to go on, and the jobs that wait for the answer."""

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.jobs.stages import title_of
from ciconv.converters.jenkins.jobs.whens import asks_first, read_when
from ciconv.converters.jenkins.sections import Directive, Section, directive, directives, extra
from ciconv.converters.jenkins.steps.conditions import both
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.ir.expression import Expr, constant, text
from ciconv.ir.job import ApprovalJob, Choice
from ciconv.syntax.groovy import tree

_KNOWN = {"steps", "when"}


def lone_question(stage: Directive) -> Directive | None:
    """Return the step `input` of a stage that has no other one; None for any other stage."""
    inside = directives(stage.body)
    if not {one.name for one in inside} <= _KNOWN:
        return None
    steps = next((one for one in inside if one.name == "steps"), None)
    found = () if steps is None else directives(steps.body)
    if steps is None or len(found) != 1 or len(steps.body.statements) != 1:
        return None
    only = found[0]
    asks = only.name == "input" and {one.name for one in only.arguments} <= {None, "message"}
    return only if asks else None


class Asking(Struct, frozen=True):
    """A question between the steps of a stage: the stage up to it, and what is left of it."""

    before: Directive | None
    question: Directive
    after: Directive | None


def question_inside(stage: Directive) -> Asking | None:
    """Return the first step `input` of a stage, None where it cannot stand between two jobs.

    What the answer says may not be used, and the stage may have neither a machine nor `post`.
    """
    inside = {one.name: one for one in directives(stage.body)}
    steps = inside.get("steps")
    if steps is None or not inside.keys() <= {"steps", "when", "environment", "tools"}:
        return None
    statements = steps.body.statements
    for number, statement in enumerate(statements):
        found = directive(statement)
        if found is not None and found.name == "input":
            before, after = statements[:number], statements[number + 1 :]
            return Asking(_with(stage, steps, before), found, _with(stage, steps, after))
    return None


def _with(
    stage: Directive, steps: Directive, statements: tuple[tree.Statement, ...]
) -> Directive | None:
    """The stage with other steps, None without any."""
    if not statements:
        return None
    own = _with_statements(steps, statements)
    inside = tuple(
        own.statement if one is steps.statement else one for one in stage.body.statements
    )
    return _with_statements(stage, inside)


def _with_statements(one: Directive, statements: tuple[tree.Statement, ...]) -> Directive:
    call, closure = one.value, one.closure
    assert isinstance(call, tree.Call) and closure is not None
    other = replace(closure, body=replace(closure.body, statements=statements))
    value = replace(call, closures=(*call.closures[:-1], other))
    statement = tree.Expression(
        value=value, span=one.statement.span, comments=one.statement.comments
    )
    return Directive(name=one.name, statement=statement, value=value)


def question_before(
    asked: Directive, stage: Directive, outer: Expr | None, place: Place
) -> ApprovalJob:
    """Return the job that waits until somebody agrees that a stage may begin."""
    inside = Section(asked.body)
    node = next((one.values[0] for one in [inside.take("message")] if one and one.values), None)
    if node is None:
        node = asked.named("message") or next(iter(asked.values), None)
    message = text("continue") if node is None else read_template(node, place.scope)
    when = _when(stage)
    condition = outer
    if when is not None and asks_first(when):
        condition = both(condition, read_when(when, place.scope))
    kept = [extra(f"input.{one.name}", one.statement) for one in inside.rest()]
    kept += [
        extra(f"input.{one.name}", one)
        for one in asked.arguments
        if one.name not in (None, "message")
    ]
    name = constant(title_of(stage, place)) or "stage"
    return ApprovalJob(
        id=f"approve-{name}",
        name=message,
        choices=(Choice(condition=condition),),
        extras=tuple(kept),
        span=asked.title,
        comments=tuple(inside.comments),
    )


def question_alone(
    stage: Directive, question: Directive, outer: Expr | None, place: Place
) -> ApprovalJob:
    """Return the job that a stage is which only asks."""
    name, when = title_of(stage, place), _when(stage)
    condition = None if when is None else read_when(when, place.scope)
    return ApprovalJob(
        id=constant(name) or "stage",
        name=name,
        choices=(Choice(condition=both(outer, condition)),),
        span=stage.title,
        comments=(*stage.statement.comments, *question.statement.comments),
    )


def _when(stage: Directive) -> Directive | None:
    return next((one for one in directives(stage.body) if one.name == "when"), None)
