"""The condition of a whole pipeline as part of what starts it.

https://docs.gitlab.com/ci/yaml/workflow/
"""

from collections.abc import Iterator

from ciconv.converters.gitlab.expressions.conditions import (
    Scope,
    known_of,
    simplified,
    write_condition,
)
from ciconv.converters.gitlab.expressions.logic import both
from ciconv.converters.gitlab.triggers.write import Start
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Expr, together
from ciconv.ir.job import Choice
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline


def with_condition(
    pipeline: Pipeline, starts: tuple[Start, ...], scope: Scope
) -> tuple[Pipeline, tuple[Start, ...]]:
    """Return what starts the pipeline when its condition holds, too.

    What rules cannot ask for as a whole is asked for by each of the jobs, in the pipeline that is
    returned.
    """
    condition = pipeline.condition
    if condition is None:
        return pipeline, starts
    try:
        return pipeline, tuple(_asking(starts, condition, scope))
    except CannotSay:
        jobs = (
            replace(job, choices=tuple(_under(condition, one) for one in job.choices))
            for job in pipeline.jobs
        )
        return replace(pipeline, jobs=tuple(jobs), condition=None), starts


def _asking(starts: tuple[Start, ...], condition: Expr, scope: Scope) -> Iterator[Start]:
    for one in starts:
        asked = write_condition(simplified(condition, known_of(one.event)), scope)
        if asked is not False:
            yield Start(
                event=one.event,
                condition=both(one.condition, asked),
                changes=one.changes,
                comments=one.comments,
            )


def _under(condition: Expr, choice: Choice) -> Choice:
    return replace(choice, condition=together(condition, choice.condition))
