"""A job that does nothing, for jobs that do not need any of those they wait for.

CircleCI leaves a job out when filters keep all out that it requires; other systems then start it.
One more requirement that is always there says so. Reading takes it away again.
https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
"""

from collections.abc import Iterable

from ciconv.ir.expression import Expr, conjuncts, constant
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.step import Run
from ciconv.syntax import build
from ciconv.syntax.node import Entry

_SCRIPT = ": # jobs that require this one also run when filters keep the others out"


def is_start(job: JobBase) -> bool:
    """Whether a job was only written so that others may run."""
    if not isinstance(job, Job) or len(job.steps) != 1 or not isinstance(job.steps[0], Run):
        return False
    return constant(job.steps[0].script) == _SCRIPT


def without_starts(jobs: Iterable[JobBase]) -> list[JobBase]:
    """Return the jobs without those that do nothing, and without waiting for them."""
    found = list(jobs)
    starts = {job.id for job in found if is_start(job)}
    if not starts:
        return found
    return [
        replace(job, needs=tuple(need for need in job.needs or () if need.job not in starts))
        for job in found
        if job.id not in starts
    ]


def start_name(names: dict[str, str]) -> str:
    """Return a name for the job that no other job of the workflow has."""
    taken = {*names, *names.values()}
    return next(one for one in ("start", "start-of-all", "start-of-all-jobs") if one not in taken)


def start_definition(name: str) -> Entry:
    """Return the definition of the job."""
    image = build.mapping(("image", build.text("cimg/base:current")))
    run = build.mapping(("run", build.text(_SCRIPT)))
    return build.entry(
        name,
        build.mapping(
            ("docker", build.sequence(image)),
            ("resource_class", build.text("small")),
            ("steps", build.sequence(run)),
        ),
    )


def needs_start(own: tuple[Expr, ...], others: list[tuple[Expr, ...]]) -> bool:
    """Whether a job may run where none of those that it waits for does.

    `own`, `others`: what each of them asks for before the run, all of which has to hold.
    """
    asked = [part for one in own for part in conjuncts(one)]
    return bool(others) and not any(
        all(part in asked for one in other for part in conjuncts(one)) for other in others
    )
