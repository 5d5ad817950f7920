"""Steps in the background, which only the newest runners of GitHub know, as programs of the shell.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsrun
"""

from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Template, constant, join_texts
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Cancel, Group, Run, Step, Wait
from ciconv.ir.walk import steps_of, with_jobs
from ciconv.profile import Feature, Outcome

_SHELLS = ("bash", "sh")


def with_background_programs(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with scripts that go on in the background of their shell.

    Where others wait for such a step it stays as it is.
    """
    return with_jobs(
        pipeline, lambda job: _job(job, Place(pipeline=pipeline.id, job=job.id), context)
    )


def _job(job: Job, place: Place, context: Context) -> Job:
    every = tuple(steps_of(job.steps))
    if not any(one.background for one in every):
        return job
    if any(isinstance(one, Wait | Cancel) for one in every):
        return job
    return replace(job, steps=tuple(_steps(job.steps, place, context)))


def _steps(steps: tuple[Step, ...], place: Place, context: Context) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Group):
            yield replace(step, steps=tuple(_steps(step.steps, place, context)))
        elif isinstance(step, Run) and step.background and _is_of_unix(step):
            said = "the script goes on in the background of its shell; what it says is in a file"
            context.lose(place.at(step).loss(Feature.BACKGROUND, Outcome.LOWERED), said, step)
            yield _program(step)
        else:
            yield step


def _is_of_unix(step: Run) -> bool:
    said = "bash" if step.shell is None else constant(step.shell) or ""
    return said.split(" ")[0].rpartition("/")[2] in _SHELLS


def _program(step: Run) -> Run:
    before = Literal(value="{\n", span=step.script.span)
    after = Literal(value='\n} > "$(mktemp)" 2>&1 < /dev/null &\n', span=step.script.span)
    parts: list[Expr] = list(step.script.parts)
    if parts and isinstance(parts[-1], Literal) and isinstance(parts[-1].value, str):
        parts[-1] = replace(parts[-1], value=parts[-1].value.rstrip("\n"))
    script = Template(parts=join_texts([before, *parts, after]), span=step.script.span)
    return replace(step, script=script, background=False)
