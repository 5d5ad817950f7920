"""Folders of programs that tools are put into: in PATH, where a script would hand them on."""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Run, Step
from ciconv.profile import Feature, Outcome

_FOLDER = r"(?:~|\$HOME)?/[\w./-]+"
_LINE = re.compile(
    rf"""^(?:printf\ '%s\\n'(?P<many>(?:\ {_FOLDER})+)|echo\ "?(?P<one>{_FOLDER})"?)
    \ >>\ "\$GITHUB_PATH"(?:\n|\Z)""",
    re.MULTILINE | re.VERBOSE,
)


def with_folders(job: Job, pipeline: Pipeline, context: Context, place: Place) -> Job:
    """Return the job with PATH in its environment, where scripts of tools add to it.

    In a container nobody knows what PATH is before it starts.
    """
    own = {one.name for one in (*pipeline.env, *job.env)}
    found = tuple(dict.fromkeys(one for step in job.steps for one in _folders(step)))
    if job.container is not None or "PATH" in own or not found:
        return job
    loss = place.loss(Feature.VARIABLE, Outcome.LOWERED)
    context.lose(loss, "the job sets PATH, which a script would pass on", job)
    value = Template(parts=(*(part for one in reversed(found) for part in _parts(one)), _PATH))
    env = (*job.env, EnvVar(name="PATH", value=value, span=job.span))
    return replace(job, env=env, steps=tuple(map(_without, job.steps)))


_PATH = Ref(path=("env", "PATH"))


def _folders(step: Step) -> Iterator[str]:
    """The folders that a script of the catalog adds to PATH."""
    for script in _texts(step):
        for match in _LINE.finditer(script):
            yield from (match["many"] or match["one"]).split()


def _texts(step: Step) -> Iterator[str]:
    """The constant parts of a script of the catalog."""
    if isinstance(step, Run) and step.tool is not None:
        yield from (constant(one) or "" for one in step.script.parts if isinstance(one, Literal))


def _parts(folder: str) -> Iterator[Expr]:
    """A folder as it stands in PATH, and the colon behind it."""
    rest = re.sub(r"^(~|\$HOME)", "", folder)
    if rest != folder:
        yield Ref(path=("env", "HOME"))
    yield Literal(value=f"{rest}:")


def _without(step: Step) -> Step:
    if not isinstance(step, Run) or not any(map(_LINE.search, _texts(step))):
        return step
    parts = tuple(
        replace(one, value=_LINE.sub("", constant(one) or "")) if isinstance(one, Literal) else one
        for one in step.script.parts
    )
    return replace(step, script=replace(step.script, parts=parts))
