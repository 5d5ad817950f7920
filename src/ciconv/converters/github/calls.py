"""Calls of other workflows of the repository: read, and put in the place of the calling job.

https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
"""

from collections.abc import Callable

from ciconv.context import Context
from ciconv.converters.files import FileReader
from ciconv.diagnostics import Label
from ciconv.ir.expression import (
    Expr,
    Literal,
    Op,
    Ref,
    Template,
    constant,
    has_status_function,
    operation,
    text,
    together,
    walk,
)
from ciconv.ir.job import CallJob, Job, JobBase, Need
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar, env_within
from ciconv.ir.trigger import EventKind, Input
from ciconv.ir.walk import replace_references, with_label

MAX_DEPTH = 10  # GitHub's own limit of workflows calling workflows
MAX_JOBS = 1000  # of a workflow with what it calls: calls in calls multiply

_LIMIT = "call-limit"


def resolve_calls(project: Project, context: Context, read_file: FileReader) -> Project:
    """Return the project with the jobs of called local workflows in place of the calls.

    A call of a workflow that is not in the workspace, or that has a matrix, stays a call.
    """
    known = {pipeline.path: pipeline for pipeline in project.pipelines}

    def called(path: str) -> Pipeline | None:
        if path not in known:
            found = read_file(path, context)
            if found is None:
                return None
            known[path] = found
        return known[path]

    pipelines = (_inline(one, context, called, (one.path,)) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


def _inline(
    pipeline: Pipeline,
    context: Context,
    called: Callable[[str], Pipeline | None],
    open_paths: tuple[str, ...],
) -> Pipeline:
    jobs: list[JobBase] = []
    ends: dict[str, tuple[JobBase, ...]] = {}
    outputs: dict[str, dict[str, Template]] = {}
    for job in pipeline.jobs:
        target = _target(job, context, called, open_paths)
        if not isinstance(job, CallJob) or target is None:
            jobs.append(job)
            continue
        inner = _inline(target, context, called, (*open_paths, target.path))
        ends[job.id] = _jobs_of(job, inner)
        outputs[job.id] = _outputs_of(job, inner)
        jobs.extend(ends[job.id])
        if len(jobs) > MAX_JOBS and not context.diagnostics.has(_LIMIT):
            said = f"the workflow has more than {MAX_JOBS} jobs with those of the calls in it"
            context.diagnostics.error(_LIMIT, said, job.span)
    if not ends:
        return pipeline
    own = {job.id for job in pipeline.jobs}  # what is called does not see the caller's `env`
    jobs = [_with_env(job, pipeline.env) if job.id in own else job for job in jobs]
    wired = tuple(_rewired(job, ends, outputs) for job in jobs)
    return replace(pipeline, jobs=wired, env=())


def _target(
    job: JobBase,
    context: Context,
    called: Callable[[str], Pipeline | None],
    open_paths: tuple[str, ...],
) -> Pipeline | None:
    if not isinstance(job, CallJob) or not job.pipeline.startswith(("./", "$/")) or job.matrix:
        return None
    if context.diagnostics.has(_LIMIT):
        return None
    path = job.pipeline[2:]
    at = None if job.pipeline_span is None else job.pipeline_span.span
    if path in open_paths or len(open_paths) > MAX_DEPTH:
        context.diagnostics.error("call-cycle", f"the workflow {path!r} calls itself", at)
        return None
    return called(path)


def _jobs_of(call: CallJob, inner: Pipeline) -> tuple[JobBase, ...]:
    """The jobs of the called workflow as jobs of the caller, their names made unique."""
    names = _names(call, inner)
    values = _values_of(call, inner)

    def value_of(ref: Ref) -> Expr | None:
        head, *rest = ref.path
        if head == "inputs" and len(rest) == 1:
            return values.get(rest[0].lower(), Literal(value="", span=ref.span))
        if head == "secrets" and len(rest) == 1 and not call.inherit_secrets:
            return _handed_over(rest[0], call, ref)
        if head == "needs" and rest and rest[0] in names:
            return replace(ref, path=("needs", names[rest[0]], *rest[1:]))
        return None

    jobs = tuple(_folded(replace_references(job, value_of)) for job in inner.jobs)
    jobs = tuple(_as_part(job, call, inner, names) for job in jobs)
    if call.span is None:
        return jobs
    label = Label(call.span, f"called here as {call.id!r}")
    return tuple(with_label(job, label) for job in jobs)


def _handed_over(name: str, call: CallJob, ref: Ref) -> Expr | None:
    """The secret as the call gives it: empty when it does not; the token is always there."""
    if name.upper() == "GITHUB_TOKEN":
        return None
    given = next((one for one in call.secrets if one.name.upper() == name.upper()), None)
    return Literal(value="", span=ref.span) if given is None else _as_value(given.value)


def _folded(job: JobBase) -> JobBase:
    """The job with its condition decided, where the inputs decide it."""
    given = job.choices[0].condition
    if given is None or not any(isinstance(one, Literal) for one in walk(given)):
        return job
    from ciconv.ir.evaluate import Environment, condition  # not for those who call nothing

    known = condition(given, Environment.of({}))
    if not isinstance(known, bool):
        return job
    decided = replace(job.choices[0], condition=Literal(value=known, span=given.span))
    return replace(job, choices=(decided, *job.choices[1:]))


def _names(call: CallJob, inner: Pipeline) -> dict[str, str]:
    """The names that jobs of the called workflow, and calls in it, have in the caller."""
    known = [name for job in inner.jobs for name in (*job.calls, job.id)]
    return {name: f"{call.id}__{name}" for name in known}


def _values_of(call: CallJob, inner: Pipeline) -> dict[str, Expr]:
    given = {one.name.lower(): one.value for one in call.arguments}
    values: dict[str, Expr] = {}
    for declared in inner.inputs:
        if declared.of is not EventKind.CALL:
            continue
        value = given.get(declared.name.lower(), declared.default)
        values[declared.name.lower()] = _typed(value, declared)
    return values


def _typed(value: Template | None, declared: Input) -> Expr:
    """The value an input has: its default of the type when nothing is given."""
    if value is None:
        empty = {"boolean": False, "number": 0.0}.get(declared.type, "")
        return Literal(value=empty, span=declared.span)
    return _as_value(value)


def _as_value(value: Template) -> Expr:
    if len(value.parts) == 1:
        return value.parts[0]
    known = constant(value)
    return value if known is None else Literal(value=known, span=value.span)


def _as_part(job: JobBase, call: CallJob, inner: Pipeline, names: dict[str, str]) -> JobBase:
    needs = tuple(replace(need, job=names.get(need.job, need.job)) for need in job.needs or ())
    own = job.choices[0].condition
    if own is not None and has_status_function(own):
        gate = _gate(call)
    else:  # a job that needs others of the call is skipped with them
        gate = None if needs else call.choices[0].condition
    choice = replace(job.choices[0], condition=together(gate, own))
    permissions = job.permissions if job.permissions is not None else inner.permissions
    changes: dict[str, object] = {
        "id": names[job.id],
        "calls": (call.id, *(names[name] for name in job.calls)),
        "name": _display_name(call, job),
        "needs": (*(call.needs or ()), *needs),
        "choices": (choice,),
        "permissions": permissions if permissions is not None else call.permissions,
    }
    if isinstance(job, Job):
        changes["env"] = _with_env(job, inner.env).env
        changes["defaults"] = job.defaults or inner.defaults
    return replace(job, **changes)


def _gate(call: CallJob) -> Expr | None:
    """When the call runs at all, said without the functions that mean the job that asks."""
    given = call.choices[0].condition
    if given is not None and has_status_function(given):
        return given
    gate = given
    for need in call.needs or ():
        result = Ref(path=("needs", need.job, "result"), span=need.span)
        passed = operation(Op.EQ, result, Literal(value="success", span=need.span), need.span)
        gate = together(gate, passed)
    return gate


def _with_env(job: JobBase, env: tuple[EnvVar, ...]) -> JobBase:
    """The job with variables of its workflow among its own, which win."""
    return replace(job, env=env_within(env, job.env)) if isinstance(job, Job) else job


def _display_name(call: CallJob, job: JobBase) -> Template:
    outer = call.name or text(call.id)
    inner = job.name or text(job.id)
    return Template(parts=(*outer.parts, Literal(value=" / "), *inner.parts), span=job.span)


def _outputs_of(call: CallJob, inner: Pipeline) -> dict[str, Template]:
    names = _names(call, inner)

    def value_of(ref: Ref) -> Expr | None:
        if ref.path[0] == "jobs" and len(ref.path) > 1 and ref.path[1] in names:
            return replace(ref, path=("needs", names[ref.path[1]], *ref.path[2:]))
        return None

    return {one.name.lower(): replace_references(one.value, value_of) for one in inner.outputs}


def _rewired(
    job: JobBase,
    ends: dict[str, tuple[JobBase, ...]],
    outputs: dict[str, dict[str, Template]],
) -> JobBase:
    """The job with its needs of a call made needs of all jobs of the call."""
    needs: list[Need] = []
    for need in job.needs or ():
        parts = ends.get(need.job)
        if parts is None:
            needs.append(need)
        else:
            needs.extend(replace(need, job=part.id) for part in parts)

    def value_of(ref: Ref) -> Expr | None:
        if ref.path[0] == "needs" and len(ref.path) == 4 and ref.path[1] in outputs:
            return _as_value(outputs[ref.path[1]].get(ref.path[3].lower(), Template()))
        return None

    unique = tuple({need.job: need for need in needs}.values())
    return replace_references(replace(job, needs=unique), value_of)
