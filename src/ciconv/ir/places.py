"""Where what was lost without a place of its own stands in the source."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Loss
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Project
from ciconv.ir.walk import all_steps, nodes
from ciconv.source import Span


def placed(said: Iterable[Diagnostic], *projects: Project) -> Iterator[Diagnostic]:
    """Yield the diagnostics; a loss at something that was made stands at what it was made for.

    That is the step, else the job, else the pipeline that the loss names, in the first of the
    projects that has it and knows where it was read.
    """
    for one in said:
        if one.span is None and one.loss is not None:
            found = (_place(one.loss, project) for project in projects)
            yield replace(one, span=next(filter(None, found), None))
        else:
            yield one


def _place(loss: Loss, project: Project) -> Span | None:
    return next((one.span for one in _named(loss, project) if one.span is not None), None)


def _named(loss: Loss, project: Project) -> Iterator[Node]:
    """What a loss names, from the inside to the outside, and then what is in its pipeline."""
    for pipeline in project.pipelines:
        if pipeline.id == loss.pipeline:
            if loss.step:
                steps = all_steps(pipeline)
                yield from (one for job, one in steps if (job.id, one.id) == (loss.job, loss.step))
            if loss.job:
                yield from (job for job in pipeline.jobs if job.id == loss.job)
            yield from nodes(pipeline)
