"""Stages that ask whether to go on."""

from msgspec import Struct
from msgspec.structs import replace

from ciconv.converters.jenkins.sections import Directive, directive, directives
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
