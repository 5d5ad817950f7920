"""Names of jobs: those of the source, where GitLab gives them no other meaning.

https://docs.gitlab.com/ci/jobs/#job-names
"""

from typing import TypeVar

from ciconv.ir.expression import Expr, Literal, Ref
from ciconv.ir.job import JobBase
from ciconv.ir.naming import claimed
from ciconv.ir.node import Node
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import replace_references

N = TypeVar("N", bound=Node)

MAX_NAME = 255

_RESERVED = frozenset(
    """
    image services stages types before_script after_script variables cache include default
    workflow spec pages nil true false
    """.split()  # noqa: SIM905 - a table of words
)


def job_names(pipelines: tuple[Pipeline, ...]) -> dict[str, dict[str, str]]:
    """Return the names of the jobs of each pipeline, by the ids of both.

    Jobs of several pipelines that are called alike have the pipeline's id before theirs.
    """
    ids = [job.id for pipeline in pipelines for job in pipeline.jobs]
    twice = {one for one in ids if ids.count(one) > 1} if len(pipelines) > 1 else set()
    taken: set[str] = set()
    found: dict[str, dict[str, str]] = {}
    for pipeline in pipelines:
        found[pipeline.id] = {}
        for job in pipeline.jobs:
            name = f"{pipeline.id}:{job.id}" if job.id in twice else job.id
            found[pipeline.id][job.id] = claimed(_plain(name), taken)
    return found


_OWN_NAME = ("run", "job")


def with_own_name(node: N, job: JobBase, name: str) -> N:
    """Return what belongs to a job with the job's own name, where GitLab gives it another one.

    `CI_JOB_NAME` is that of the file, and has the values of the matrix behind it.
    """
    own = job.id.removeprefix(f"{job.calls[-1]}__") if job.calls else job.id
    if own == name and job.matrix is None:
        return node

    def value_of(ref: Ref) -> Expr | None:
        return Literal(value=own, span=ref.span) if ref.path == _OWN_NAME else None

    return replace_references(node, value_of)


def _plain(name: str) -> str:
    name = name.lstrip(".")[: MAX_NAME - 10] or "job"
    return f"{name}-job" if name.lower() in _RESERVED else name
