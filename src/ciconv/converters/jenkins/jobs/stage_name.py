"""STAGE_NAME, which Jenkins sets in each stage and no other system has.

https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
"""

from collections.abc import Iterable

from ciconv.converters.jenkins.steps.frame import Place
from ciconv.ir.expression import Literal, Ref, Template
from ciconv.ir.step import EnvVar, Step
from ciconv.ir.walk import nodes
from ciconv.source import Span

NAME = "STAGE_NAME"


def expect_stage_name(place: Place) -> None:
    """Let expressions speak of the variable, which the stage then has; Jenkins itself sets it."""
    if place.scope.context.expand:
        place.scope.shared.env[NAME] = None


def stage_name(
    title: Template, steps: Iterable[Step], place: Place, span: Span
) -> tuple[EnvVar, ...]:
    """Return the variable when steps of a stage speak of it."""
    if not place.scope.context.expand:
        return ()
    is_used = any(_speaks(node) for step in steps for node in nodes(step))
    return (EnvVar(name=NAME, value=title, span=span),) if is_used else ()


def _speaks(node: object) -> bool:
    if isinstance(node, Ref):
        return node.path == ("env", NAME)
    return isinstance(node, Literal) and isinstance(node.value, str) and NAME in node.value
