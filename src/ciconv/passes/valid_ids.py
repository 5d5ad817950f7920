"""Ids of jobs and steps: GitHub and NixActions take letters, digits, `-` and `_` alone.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_id
"""

import re
from collections.abc import Iterable
from functools import partial

from ciconv.ir.expression import Expr, Literal, Ref, text
from ciconv.ir.job import Job, JobBase
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Cancel, Group, Step, Wait
from ciconv.ir.walk import replace_references, steps_of

IDENTIFIER = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]*")


def with_valid_ids(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with ids that GitHub takes; jobs keep what they were called as names."""
    names = _valid(job.id for job in pipeline.jobs)
    jobs = tuple(_with_step_ids(job) if isinstance(job, Job) else job for job in pipeline.jobs)
    if all(old == new for old, new in names.items()):
        return pipeline if jobs == pipeline.jobs else replace(pipeline, jobs=jobs)
    jobs = tuple(_renamed(job, names) for job in jobs)
    value_of = partial(_of_job, names)
    return replace_references(replace(pipeline, jobs=jobs), value_of)


def _valid(ids: Iterable[str]) -> dict[str, str]:
    """The ids to use; GitHub does not tell upper from lower case in them."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for old in dict.fromkeys(ids):
        clean = old if IDENTIFIER.fullmatch(old) else _clean(old)
        new = unused(clean, taken, by=str.lower)
        taken.add(new.lower())
        found[old] = new
    return found


def _clean(name: str) -> str:
    clean = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "job"
    return clean if IDENTIFIER.fullmatch(clean) else f"_{clean}"


def _renamed(job: JobBase, names: dict[str, str]) -> JobBase:
    needs = job.needs and tuple(replace(one, job=names.get(one.job, one.job)) for one in job.needs)
    if names[job.id] == job.id:
        return replace(job, needs=needs)
    own = partial(_own_name, job.id)  # which scripts are told, whatever the id is
    name = job.name if job.name is not None else text(job.id, of=job)
    return replace_references(replace(job, id=names[job.id], needs=needs, name=name), own)


def _own_name(name: str, ref: Ref) -> Expr | None:
    return Literal(value=name, span=ref.span) if ref.path == ("run", "job") else None


def _of_job(names: dict[str, str], ref: Ref) -> Expr | None:
    return _with_part(names, ref) if ref.path[0] in ("needs", "jobs") else None


def _with_part(names: dict[str, str], ref: Ref) -> Expr | None:
    if len(ref.path) < 2 or names.get(ref.path[1], ref.path[1]) == ref.path[1]:
        return None
    return replace(ref, path=(ref.path[0], names[ref.path[1]], *ref.path[2:]))


def _with_step_ids(job: Job) -> Job:
    ids = [step.id for step in steps_of((*job.steps, *job.finally_steps)) if step.id is not None]
    names = _valid(ids)
    if all(old == new for old, new in names.items()):
        return job
    steps = tuple(_renamed_step(step, names) for step in job.steps)
    last = tuple(_renamed_step(step, names) for step in job.finally_steps)
    value_of = partial(_of_step, names)
    return replace_references(replace(job, steps=steps, finally_steps=last), value_of)


def _renamed_step(step: Step, names: dict[str, str]) -> Step:
    if isinstance(step, Group):
        step = replace(step, steps=tuple(_renamed_step(one, names) for one in step.steps))
    if isinstance(step, Wait | Cancel):
        step = replace(step, targets=tuple(names.get(one, one) for one in step.targets))
    return step if step.id is None else replace(step, id=names[step.id])


def _of_step(names: dict[str, str], ref: Ref) -> Expr | None:
    return _with_part(names, ref) if ref.path[0] == "steps" else None
