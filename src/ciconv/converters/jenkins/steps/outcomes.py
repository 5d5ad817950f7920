"""What is said of the result of a build while it goes on: steps that end the job as a failure.

https://javadoc.jenkins.io/hudson/model/Result.html
"""

from ciconv.converters.jenkins.expressions.read import read_expression
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.converters.jenkins.steps.scripts import make_run
from ciconv.ir.expression import Call, Literal, Op, Ref, both, constant, operation, text
from ciconv.ir.node import replace
from ciconv.ir.step import Run, Step
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
        return (replace(make_run(failing, place), may_fail=Literal(value=True, span=node.span)),)
    id = place.notes.unique("failed")
    failing_later(id, "success", place, node.span)
    return (replace(run, id=id),)
