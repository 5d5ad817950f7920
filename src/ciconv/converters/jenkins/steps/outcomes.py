"""What is said of the result of a build while it goes on: steps that end the job as a failure.

https://javadoc.jenkins.io/hudson/model/Result.html
"""

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.steps.conditions import failed
from ciconv.converters.jenkins.steps.frame import Blemish, Place
from ciconv.converters.jenkins.steps.scripts import make_run
from ciconv.ir.expression import Call, Literal, Op, Ref, both, constant, operation, text
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step, Use
from ciconv.ir.walk import steps_of
from ciconv.source import Span
from ciconv.syntax.groovy import tree

_SHELL = text("sh -xe {0}")


def failing_later(id: str, outcome: str, place: Place, span: Span) -> None:
    """Let the job end as a failure when a step ended so: what stands behind it still runs."""
    ended = operation(
        Op.EQ, Ref(path=("steps", id, "outcome"), span=span), Literal(value=outcome), span
    )
    always = Call(function="always", span=span)
    condition = both(always, ended)
    last = Run(script=text("exit 1"), shell=_SHELL, condition=condition, span=span)
    place.notes.at_the_end.append(last)


def blemished(steps: tuple[Step, ...], build: str, stage: str, place: Place) -> tuple[Step, ...]:
    """Return steps that may fail; those that `post` can ask for have a name, and are noted."""
    notes = place.notes
    if not place.scope.context.expand:
        return steps
    if (
        notes.asks_results
        and len(steps) == 1
        and isinstance(steps[0], Run | Use)
        and not steps[0].id
    ):
        steps = (replace(steps[0], id=notes.unique("tolerated")),)
    for one in steps_of(steps):
        if one.id and isinstance(one, Run | Use) and one.span is not None:
            failure = failed(one, one.span)
            notes.blemishes.append(Blemish(step=one.id, failed=failure, build=build, stage=stage))
    return steps


def set_result(node: tree.Assignment, place: Place) -> tuple[Step, ...] | None:
    """Return the steps of `currentBuild.result = 'FAILURE'`; None for a result nobody knows.

    A result only gets worse, so SUCCESS is none; UNSTABLE is a step that fails and may.
    """
    result = constant(read_expression(node.value, place.scope))
    if result == "SUCCESS":
        place.notes.say("a result only gets worse, so this changes nothing", node)
        return ()
    if result not in ("UNSTABLE", "FAILURE"):
        return None
    said = replace(text(f"echo 'the build is {result}'"), span=node.span)
    run = make_run(said, place)
    if result == "UNSTABLE":
        failing = replace(text(f"echo 'the build is {result}' >&2\nexit 1\n"), span=node.span)
        step = replace(make_run(failing, place), may_fail=Literal(value=True, span=node.span))
        return blemished((step,), result, result, place)
    id = place.notes.unique("failed")
    failing_later(id, "success", place, node.span)
    return (replace(run, id=id),)
