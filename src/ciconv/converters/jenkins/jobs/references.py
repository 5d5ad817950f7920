"""Variables that hold what earlier steps and jobs gave out, as references to these.

Our own pipelines hand values on in variables named after where they come from: `STEPS_A_OUTPUTS_B`
in the scripts of a job, `NEEDS_A_OUTPUTS_B` from job to job.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import TypeAlias

from ciconv.converters.shell_tests.scope import shell_name
from ciconv.ir.expression import Expr, Literal, Ref, Template, written
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.step import Group, Run, Step
from ciconv.ir.walk import replace_references, steps_of

Given: TypeAlias = Mapping[str, tuple[str, ...]]

_NAMED = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)
_STEPS = re.compile(r"STEPS_(\w+?)_OUTPUTS_(\w+)")
_MARKS = ("STEPS_", "NEEDS_")


def with_references(jobs: tuple[JobBase, ...], given: Given) -> tuple[JobBase, ...]:
    """Return the jobs with references in the place of variables; `given` are those of jobs."""
    return tuple(_job(job, given) if isinstance(job, Job) else job for job in jobs)


def _job(job: Job, given: Given) -> JobBase:
    ids = tuple(one.id for one in steps_of(job.steps) if one.id is not None)
    path_of = partial(_path, given, ids)
    job = replace_references(job, partial(_reference, path_of))
    steps = tuple(_step(one, path_of) for one in job.steps)
    return job if steps == job.steps else replace(job, steps=steps)


def _reference(path_of: "partial[tuple[str, ...] | None]", ref: Ref) -> Expr | None:
    path = path_of(ref.path[1]) if ref.path[0] == "env" and len(ref.path) == 2 else None
    return None if path is None else Ref(path=path, span=ref.span)


def _path(given: Given, ids: tuple[str, ...], name: str) -> tuple[str, ...] | None:
    if not name.startswith(_MARKS):
        return None
    if name in given:
        return given[name]
    for id in ids:
        begin = shell_name(f"steps.{id}.")
        if name.startswith(f"{begin}OUTPUTS_"):
            return "steps", id, "outputs", name.removeprefix(f"{begin}OUTPUTS_").lower()
        if name in (f"{begin}OUTCOME", f"{begin}CONCLUSION"):
            return "steps", id, name.removeprefix(begin).lower()
    match = _STEPS.fullmatch(name)  # of a step that became one without an id
    return None if match is None else ("steps", match[1].lower(), "outputs", match[2].lower())


def _step(step: Step, path_of: "partial[tuple[str, ...] | None]") -> Step:
    if isinstance(step, Group):
        return replace(step, steps=tuple(_step(one, path_of) for one in step.steps))
    if not isinstance(step, Run):
        return step
    parts: list[Expr] = []
    for part in step.script.parts:
        parts += _pieces(part, path_of) if isinstance(part, Literal) else [part]
    if len(parts) == len(step.script.parts):
        return step
    return replace(step, script=Template(parts=tuple(parts), span=step.script.span))


def _pieces(part: Literal, path_of: "partial[tuple[str, ...] | None]") -> list[Expr]:
    text, at = written(part.value), 0
    found: list[Expr] = []
    if not any(mark in text for mark in _MARKS):
        return [part]
    for match in _NAMED.finditer(text):
        path = path_of(match[1] or match[2])
        if path is None:
            continue
        if match.start() > at:
            found.append(Literal(value=text[at : match.start()], span=part.span))
        found.append(Ref(path=path, span=part.span))
        at = match.end()
    if at < len(text):
        found.append(Literal(value=text[at:], span=part.span))
    return found
