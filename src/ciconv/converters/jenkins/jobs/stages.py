"""What a stage says of itself, before its steps are read.

https://www.jenkins.io/doc/book/pipeline/syntax/#stage
"""

from ciconv.converters.jenkins.expressions.read import read_template
from ciconv.converters.jenkins.jobs.agents import is_none
from ciconv.converters.jenkins.sections import Directive, Section, directives, extra
from ciconv.converters.jenkins.steps.frame import Place
from ciconv.ir.expression import Template, text
from ciconv.ir.step import Extra
from ciconv.source import Comment


def title_of(stage: Directive, place: Place) -> Template:
    """Return what a stage is called."""
    node = stage.named("name") or next(iter(stage.values), None)
    return text("stage") if node is None else read_template(node, place.scope)


def left_over(section: Section) -> tuple[Extra, ...]:
    """Return the directives of a stage that nobody took."""
    return tuple(extra(one.name, one.statement, one.comments) for one in section.rest())


def comments_of_stage(
    stage: Directive, section: Section, when: Directive | None
) -> tuple[Comment, ...]:
    """Return the comments above a stage, among its directives, and in its `when`."""
    below = when.comments if when is not None else ()
    return tuple(dict.fromkeys((*stage.statement.comments, *section.comments, *below)))


def splits(stage: Directive) -> bool:
    """Return whether a stage, or one inside it, is a job of its own."""
    for one in directives(stage.body):
        if one.name in ("input", "parallel", "matrix"):
            return True
        if one.name == "agent" and not is_none(one):
            return True
    return holds_jobs(stage)


def holds_jobs(stage: Directive) -> bool:
    """Return whether a stage holds stages that are jobs."""
    return any(
        splits(inner)
        for one in directives(stage.body)
        if one.name == "stages"
        for inner in directives(one.body)
        if inner.name == "stage"
    )


def skips_checkout(stage: Directive) -> bool:
    """Return whether the options of a stage say that nothing is checked out on its machine."""
    return any(
        inner.name == "skipDefaultCheckout"
        for one in directives(stage.body)
        if one.name == "options"
        for inner in directives(one.body)
    )
