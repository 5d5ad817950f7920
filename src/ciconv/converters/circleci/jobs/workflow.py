"""Workflows: each is a pipeline of its own.

https://circleci.com/docs/guides/orchestrate/workflows/
"""

from ciconv.converters.circleci.expressions.logic import read_logic
from ciconv.converters.circleci.jobs.entries import read_list
from ciconv.converters.circleci.jobs.files import with_caches, with_workspaces
from ciconv.converters.circleci.jobs.given import apart, with_given
from ciconv.converters.circleci.jobs.graph import Graph, with_needs
from ciconv.converters.circleci.jobs.instances import Instance, read_instances
from ciconv.converters.circleci.jobs.start import without_starts
from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.steps import negated
from ciconv.converters.circleci.triggers.filters import EVERY, NONE, condition_of, is_none, union
from ciconv.converters.circleci.triggers.read import read_inputs, read_schedules, read_triggers
from ciconv.converters.fields import Fields
from ciconv.ir.expression import Binary, Expr, Literal, Op, Semantics, together
from ciconv.ir.job import Choice, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.trigger import EventKind, Trigger
from ciconv.syntax.node import Entry, Mapping, Scalar, Sequence

_NO_WORKFLOW = "build"  # the job that runs when a configuration has no workflow


def read_workflows(config: Config) -> tuple[Pipeline, ...]:
    """Return the pipelines of a configuration."""
    entry = config.fields.entry("workflows")
    if entry is None or not isinstance(entry.value, Mapping):
        return _without_workflows(config)
    fields = Fields(entry.value, config.context, "'workflows'")
    version = fields.scalar("version")
    if version is not None and version.text not in ("2", "2.0", "2.1"):
        config.context.diagnostics.warning(
            "unknown-version", f"there is no version {version.text!r} of workflows", version.span
        )
    found = []
    for one in fields.rest():
        if isinstance(one.value, Mapping):
            found.append(_workflow(one, config))
        else:
            config.context.diagnostics.error(
                "wrong-type", f"the workflow {one.name!r} has to be a mapping", one.span
            )
    if not found:
        return _without_workflows(config)
    comments = (*entry.comments, *fields.comments)
    return (replace(found[0], comments=(*comments, *found[0].comments)), *found[1:])


def _without_workflows(config: Config) -> tuple[Pipeline, ...]:
    job = config.scope.jobs.get(_NO_WORKFLOW)
    if job is None:
        config.context.diagnostics.error(
            "nothing-runs",
            "the configuration has neither workflows nor a job 'build', so nothing runs",
            None if config.fields.whole is None else config.fields.whole.span,
        )
        return ()
    name = Scalar(text=_NO_WORKFLOW, value=_NO_WORKFLOW, span=job.key.span)
    jobs = Scalar(text="jobs", value="jobs", span=job.key.span)
    items = Sequence(items=(name,), span=job.key.span)
    body = Mapping(entries=(Entry(key=jobs, value=items),), span=job.key.span)
    return (_workflow(Entry(key=name, value=body), config),)


def _workflow(entry: Entry, config: Config) -> Pipeline:
    context, what = config.context, f"the workflow {entry.name!r}"
    fields = Fields(entry.value, context, what)
    condition, files = apart(_condition(fields, config), config)
    schedules = read_schedules(fields.node("triggers"), context)
    fields.require("jobs", entry.key.span)
    listed = read_list(fields.node("jobs"), config, what)
    instances = read_instances(listed, config)
    graph = Graph(instances, context)
    jobs = tuple(with_needs(one, graph) for one in instances)
    branches = union(tuple(one.reach.branches for one in graph.reached))
    tags = union(tuple(one.reach.tags for one in graph.reached))
    conditioned = []
    for job, one in zip(jobs, graph.reached, strict=True):
        asked = condition_of(one.reach, branches, tags)
        asked = together(*_listed(asked), *_listed(files))
        conditioned.append(_conditioned(with_given(job, config), asked))
    conditioned = _that_run(without_starts(conditioned), config)
    jobs = with_caches(with_workspaces(tuple(conditioned), context), config)
    inputs = read_inputs(config.parameters, (*jobs, *_listed(condition)), config.usage, context)
    tests = tuple(one.reach.condition for one in graph.reached if one.reach.condition is not None)
    reaches = tuple(one.reach for one in graph.reached)
    triggers = schedules or read_triggers(reaches, condition, inputs, tests, entry.key.span)
    jobs = _for_all_starts(jobs, graph.reached, triggers)
    extras = (*fields.extra("circleci", "max_auto_reruns"), *fields.leftovers("circleci"))
    return Pipeline(
        id=entry.name,
        triggers=triggers,
        condition=condition,
        inputs=inputs,
        jobs=jobs,
        extras=extras,
        span=entry.key.span,
        comments=(*entry.comments, *fields.comments),
    )


def _for_all_starts(
    jobs: tuple[JobBase, ...], reached: tuple[Instance, ...], triggers: tuple[Trigger, ...]
) -> tuple[JobBase, ...]:
    """The jobs, with filters that all of them have as conditions where only pushes are filtered."""
    if all(one.kind is EventKind.PUSH for one in triggers):
        return jobs
    filters = [one.branches for one in triggers]
    same = filters[0] if all(one == filters[0] for one in filters) else None
    reaches = {one.job.id: one.reach for one in reached}
    tags = EVERY if any(not is_none(one.tags) for one in reaches.values()) else NONE
    return tuple(
        _conditioned(job, condition_of(reaches[job.id], same or EVERY, tags)) for job in jobs
    )


def _that_run(jobs: list[JobBase], config: Config) -> list[JobBase]:
    """The jobs without those that no branch and no tag lets in; these are named."""
    never = {job.id for job in jobs if _is_never(job)}
    if not never or len(never) == len(jobs):
        return jobs
    kept: list[JobBase] = []
    for job in jobs:
        if job.id in never:
            config.context.diagnostics.warning(
                "never-runs", f"no branch and no tag lets the job {job.id!r} run", job.span
            )
            continue
        needs = tuple(need for need in job.needs or () if need.job not in never)
        kept.append(replace(job, needs=needs))
    return kept


def _is_never(job: JobBase) -> bool:
    condition = job.choices[0].condition
    return isinstance(condition, Literal) and condition.value is False


def _listed(condition: Expr | None) -> tuple[Expr, ...]:
    return () if condition is None else (condition,)


def _condition(fields: Fields, config: Config) -> Expr | None:
    """When a workflow runs; nothing where it always does."""
    parts: list[Expr] = []
    for name in ("when", "unless"):
        entry = fields.entry(name)
        if entry is None:
            continue
        fields.comments.extend(entry.comments)
        test = read_logic(entry.value, config.context, bare=True)
        parts.append(negated(test) if name == "unless" else test)
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = Binary(
            op=Op.AND, left=whole, right=part, semantics=Semantics.CIRCLECI, span=part.span
        )
    is_true = isinstance(whole, Literal) and whole.value is True
    return None if is_true else whole


def _conditioned(job: JobBase, condition: Expr | None) -> JobBase:
    if condition is None:
        return job
    return replace(job, choices=(Choice(condition=condition, span=condition.span),))
