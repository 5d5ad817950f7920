"""Child pipelines of files that are at hand: their jobs in the place of the job that starts them.

https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#parent-child-pipelines
"""

from collections.abc import Callable

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.gitlab.expressions.junctions import all_of, any_of
from ciconv.diagnostics import Label
from ciconv.ir.expression import Expr, Ref, Template, constant, text
from ciconv.ir.job import Job, Need
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Use
from ciconv.ir.walk import replace_references, with_label
from ciconv.passes.stage_needs import stage_needs
from ciconv.profile import Feature, Outcome

MAX_DEPTH = 2  # GitLab's own limit of children of children

_WAITS = ("depend", "mirror")
_KNOWN = frozenset(("include", "include.local", "strategy", "forward.yaml_variables"))


class Child(Struct, frozen=True, kw_only=True):
    """What a file gives: jobs in stages, when there is a pipeline at all, variables of all jobs."""

    jobs: tuple[Job, ...]
    stages: tuple[str, ...]
    condition: Expr | None
    env: tuple[EnvVar, ...] = ()


def files_of_child(job: Job) -> tuple[str, ...]:
    """Return the files that a job starts a pipeline of; none where they are not all in here.

    A job that is started by hand, or in several ways, stays what it is: so do generated files,
    those of other projects, inputs, and variables that are kept from the child.
    """
    step = job.steps[0] if len(job.steps) == 1 else None
    if not isinstance(step, Use) or step.ref.name != "trigger" or job.matrix is not None:
        return ()
    given = {one.name: constant(one.value) for one in step.arguments}
    ways = {(one.start, one.may_fail, one.exit_codes, one.env) for one in job.choices}
    is_plain = len(ways) == 1 and job.choices[0].start == "auto"
    if not is_plain or not given.keys() <= _KNOWN or given.get("forward.yaml_variables") == "false":
        return ()
    files = [constant(one.value) for one in step.arguments if one.name.startswith("include")]
    return tuple(one.lstrip("/") for one in files if one) if all(files) else ()


def with_children(
    jobs: tuple[Job, ...], read: Callable[[Job], Child | None], context: Context
) -> tuple[Job, ...]:
    """Return the jobs with those of child pipelines in the place of the jobs that start them."""
    parts: dict[str, tuple[Job, ...]] = {}
    found: list[Job] = []
    for job in jobs:
        child = read(job)
        if child is None:
            found.append(job)
            continue
        parts[job.id] = _parts(job, child)
        found += parts[job.id]
        _tell(job, context)
    return tuple(_rewired(job, parts) for job in found)


def _tell(job: Job, context: Context) -> None:
    (step,) = job.steps
    arguments = step.arguments if isinstance(step, Use) else ()
    waits = any(one.name == "strategy" and constant(one.value) in _WAITS for one in arguments)
    said = f"the jobs of the pipeline that {job.id!r} starts stand in its place"
    if not waits:
        said = f"{said}: later jobs wait for them, and their failure counts"
    outcome = Outcome.LOWERED if waits else Outcome.APPROXIMATED
    context.lose(Place(pipeline="gitlab-ci").loss(Feature.CALL, outcome), said, step)


def _parts(call: Job, child: Child) -> tuple[Job, ...]:
    """The jobs of a child as jobs of its parent, under names that are theirs alone."""
    names = {job.id: f"{call.id}__{job.id}" for job in child.jobs}
    whole = Pipeline(
        id="", path="", stages=child.stages, condition=child.condition, jobs=child.jobs
    )
    whole = replace_references(whole, lambda ref: _meant(ref, names))
    gate = all_of((any_of(one.condition for one in call.choices), whole.condition))
    found = (_as_part(job, call, gate, names) for job in stage_needs(whole) if isinstance(job, Job))
    parts = (replace(job, env=_env(job, child)) for job in found)
    if call.span is None:
        return tuple(parts)
    label = Label(call.span, f"started here by {call.id!r}")
    return tuple(with_label(job, label) for job in parts)


def _meant(ref: Ref, names: dict[str, str]) -> Expr | None:
    """What the outcome of another job of the child is called in its parent."""
    if ref.path[0] == "needs" and len(ref.path) > 1 and ref.path[1] in names:
        return replace(ref, path=("needs", names[ref.path[1]], *ref.path[2:]))
    return None


def _as_part(job: Job, call: Job, gate: Expr | None, names: dict[str, str]) -> Job:
    """A job of a child under its new name; those that wait for none wait as the call does."""
    needs: tuple[Need, ...] | None = call.needs
    if job.needs:
        needs = tuple(replace(one, job=names.get(one.job, one.job)) for one in job.needs)
    tolerated = call.choices[0].may_fail
    choices = tuple(
        replace(one, condition=all_of((gate, one.condition)), may_fail=one.may_fail or tolerated)
        for one in job.choices
    )
    title = Template(parts=(*text(f"{call.id} / {job.id}").parts,), span=job.span)
    return replace(
        job,
        id=names[job.id],
        name=job.name or title,
        calls=(call.id, *job.calls),
        stage=call.stage,
        needs=needs,
        choices=choices,
    )


def _env(job: Job, child: Child) -> tuple[EnvVar, ...]:
    """The variables of a job of a child, with those of the child that it has no other ones for."""
    return tuple({one.name: one for one in (*child.env, *job.env)}.values())


def _rewired(job: Job, parts: dict[str, tuple[Job, ...]]) -> Job:
    """The job with its needs of a call made needs of all jobs of the child."""
    if not job.needs or parts.keys().isdisjoint(one.job for one in job.needs):
        return job
    needs = []
    for need in job.needs:
        own = parts.get(need.job)
        needs += [need] if own is None else [replace(need, job=one.id) for one in own]
    return replace(job, needs=tuple(needs))
