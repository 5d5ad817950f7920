"""Secrets that jobs ask for, and conditions about them."""

from ciconv.context import Context, Place
from ciconv.converters.jenkins.expressions.write import set_up
from ciconv.ir.expression import Ref, walk
from ciconv.ir.job import Job
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import nodes, steps_of
from ciconv.profile import Feature, Outcome


def secrets_in(node: Node) -> dict[str, Ref]:
    """Return the secrets that something asks for, each with its first place."""
    found: dict[str, Ref] = {}
    for one in nodes(node):
        if isinstance(one, Ref) and one.path[0] == "secrets" and len(one.path) == 2:
            found.setdefault(one.path[1], one)
    return found


def report_tests(job: Job, pipeline: Pipeline, place: Place, context: Context) -> None:
    """Say which steps ask for a variable that tells whether a secret is there."""
    held = {
        variable.name: said
        for variable in (*pipeline.env, *job.env)
        for one in walk(variable.value)
        if (said := set_up(one))
    }
    for step in steps_of(job.steps) if held else ():
        for ref in () if step.condition is None else walk(step.condition):
            if isinstance(ref, Ref) and ref.path[0] == "env" and ref.path[1] in held:
                loss = place.at(step).loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
                context.lose(loss, held[ref.path[1]], ref)
