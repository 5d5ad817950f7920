"""One job of `jobs`, in both directions."""

from ciconv.context import Context
from ciconv.converters.cycles import report_cycle
from ciconv.converters.fields import Fields
from ciconv.converters.github.jobs.machine import (
    read_container,
    read_runner,
    read_services,
    write_container,
    write_runner,
)
from ciconv.converters.github.jobs.matrix import read_matrix, write_strategy
from ciconv.converters.github.jobs.sharing import (
    read_concurrency,
    read_defaults,
    read_environment,
    read_permissions,
    write_concurrency,
    write_defaults,
    write_environment,
    write_permissions,
)
from ciconv.converters.github.known_steps import reports_as_artifacts
from ciconv.converters.github.scalars import (
    add_text,
    add_tree,
    as_arguments,
    read_arguments,
    read_env,
    take_boolean,
    take_condition,
    take_number,
    take_text,
    write_extras,
    write_if,
    write_list,
    write_number,
    write_pairs,
    write_text,
)
from ciconv.converters.github.steps import read_steps, write_steps
from ciconv.converters.left_comments import with_left_comments
from ciconv.ir.job import CallJob, Choice, Job, JobBase, Need
from ciconv.ir.node import replace, shared
from ciconv.ir.step import Argument
from ciconv.ir.trigger import Output, Word
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping
from ciconv.syntax.node import Node as Tree


def read_jobs(node: Tree, context: Context) -> tuple[JobBase, ...]:
    """Return the jobs of the mapping `jobs`, in their order."""
    fields = Fields(node, context, "'jobs'")
    jobs = tuple(_read_job(entry, context) for entry in fields.rest())
    known = {job.id for job in jobs}
    for job in jobs:
        for need in job.needs or ():
            if need.job not in known:
                _report_unknown_need(job, need, known, context)
    report_cycle(jobs, context)
    if fields.comments and jobs:
        jobs = (*jobs[:-1], replace(jobs[-1], comments=(*jobs[-1].comments, *fields.comments)))
    return jobs


def _report_unknown_need(job: JobBase, need: Need, known: set[str], context: Context) -> None:
    from difflib import get_close_matches

    close = get_close_matches(need.job, sorted(known), 1)
    context.diagnostics.error(
        "unknown-need",
        f"job {job.id!r} needs {need.job!r}, which is not a job",
        need.span,
        help=f"did you mean {close[0]!r}?" if close else "",
    )


def _read_job(entry: Entry, context: Context) -> JobBase:
    fields = Fields(entry.value, context, f"the job {entry.name!r}")
    job: JobBase
    if "uses" in fields:
        job = _read_call(fields, _read_shared(fields, entry, context), context)
    else:
        job = _read_own(fields, _read_shared(fields, entry, context), context)
    extras = (*job.extras, *fields.leftovers("github"))
    return replace(job, extras=extras, comments=(*entry.comments, *fields.comments))


def _read_shared(fields: Fields, entry: Entry, context: Context) -> JobBase:
    choice = Choice(
        condition=take_condition(fields, "if", context),
        may_fail=take_boolean(fields, "continue-on-error", context),
    )
    matrix, extras = read_matrix(fields, context)
    return JobBase(
        id=entry.name,
        name=take_text(fields, "name", context),
        needs=tuple(
            Need(job=one.text, span=one.span, comments=one.comments)
            for one in fields.scalars("needs") or ()
        ),
        choices=(choice,),
        matrix=matrix,
        concurrency=read_concurrency(fields, context),
        permissions=read_permissions(fields, context),
        extras=extras,
        span=entry.key.span,
    )


def _read_call(fields: Fields, job: JobBase, context: Context) -> CallJob:
    scalar = fields.scalar("uses")
    arguments, extras = read_arguments(fields, context, "with")
    entry = fields.entry("secrets")
    inherit = entry is not None and getattr(entry.value, "text", None) == "inherit"
    secrets: tuple[Argument, ...] = ()
    if entry is not None and not inherit:
        secrets, whole = as_arguments(entry, fields, context)
        for one in whole:
            fields.wrong(one.value, "'inherit' or a mapping", "secrets")
    given = shared(job, JobBase) | {"extras": (*job.extras, *extras)}
    return CallJob(
        pipeline="" if scalar is None else scalar.text,
        pipeline_span=None if scalar is None else Word(text=scalar.text, span=scalar.span),
        arguments=arguments,
        secrets=secrets,
        inherit_secrets=inherit,
        **given,
    )


def _read_own(fields: Fields, job: JobBase, context: Context) -> Job:
    fields.require("runs-on", job.span)
    fields.require("steps", job.span)
    env, extras = read_env(fields, context)
    given = shared(job, JobBase)
    given["extras"] = (*job.extras, *extras, *fields.extra("github", "snapshot"))
    given["env"] = env
    given["timeout"] = take_number(fields, "timeout-minutes", context)
    given["cancel_timeout"] = take_number(fields, "cancel-timeout-minutes", context)
    return Job(
        runner=read_runner(fields, context),
        container=read_container(fields, context),
        services=read_services(fields, context),
        defaults=read_defaults(fields, context),
        environment=read_environment(fields, context),
        outputs=_read_outputs(fields, context),
        steps=read_steps(fields.node("steps"), context, fields),
        **given,
    )


def _read_outputs(fields: Fields, context: Context) -> tuple[Output, ...]:
    arguments, extras = read_arguments(fields, context, "outputs")
    for one in extras:
        fields.wrong(one.value, "a mapping", "outputs")
    return tuple(
        Output(name=one.name, value=one.value, span=one.span, comments=one.comments)
        for one in arguments
    )


def write_jobs(jobs: tuple[JobBase, ...], context: Context) -> Mapping:
    """Return the mapping `jobs`."""
    return build.mapping(
        *(
            with_left_comments(build.entry(job.id, _write_job(job, context), job.comments), job)
            for job in jobs
        )
    )


def _write_job(job: JobBase, context: Context) -> Mapping:
    entries: list[Entry] = []
    add_text(entries, "name", job.name, context)
    if job.needs:
        names = [build.text(one.job, one.comments) for one in job.needs]
        needs = names[0] if len(names) == 1 else write_list(*names)
        entries.append(build.entry("needs", needs))
    choice = job.choices[0]
    if choice.condition is not None:
        entries.append(
            build.entry("if", write_if(choice.condition, context), choice.condition.comments)
        )
    if isinstance(job, Job) and job.runner is not None:
        entries.append(write_runner(job.runner, context))
    add_tree(entries, "permissions", write_permissions(job.permissions))
    if isinstance(job, Job):
        environment = write_environment(job.environment, context)
        add_tree(entries, "environment", environment, job.environment)
    add_tree(entries, "concurrency", write_concurrency(job.concurrency, context), job.concurrency)
    for key, minutes in (
        ("timeout-minutes", job.timeout),
        ("cancel-timeout-minutes", job.cancel_timeout),
    ):
        if minutes is not None:
            entries.append(build.entry(key, write_number(minutes, context), minutes.comments))
    add_text(entries, "continue-on-error", choice.may_fail, context)
    add_tree(entries, "strategy", write_strategy(job, context), job.matrix)
    entries.extend(_write_rest(job, context))
    known = (one for one in job.extras if one.key not in ("strategy", "matrix"))
    entries.extend(write_extras(tuple(known)))
    return build.mapping(*entries)


def _write_rest(job: JobBase, context: Context) -> list[Entry]:
    entries: list[Entry] = []
    if isinstance(job, CallJob):
        entries.append(build.entry("uses", build.text(job.pipeline)))
        add_tree(entries, "with", write_pairs(job.arguments, context))
        secrets = write_pairs(job.secrets, context)
        add_tree(entries, "secrets", build.text("inherit") if job.inherit_secrets else secrets)
    elif isinstance(job, Job):
        add_tree(entries, "container", write_container(job.container, context), job.container)
        services = [
            build.entry(one.name, write_container(one, context) or build.null(), one.comments)
            for one in job.services
        ]
        add_tree(entries, "services", build.mapping(*services) if services else None)
        add_tree(entries, "env", write_pairs(job.env, context))
        add_tree(entries, "defaults", write_defaults(job.defaults, context), job.defaults)
        outputs = [
            build.entry(one.name, write_text(one.value, context), one.comments)
            for one in job.outputs
        ]
        add_tree(entries, "outputs", build.mapping(*outputs) if outputs else None)
        entries.append(build.entry("steps", write_steps(reports_as_artifacts(job), context)))
    return entries
