"""Compares a project with what the target can express, and records every loss.

The only place that decides about losses of constructs; actions are decided in map_tools, single
expressions where they are written.
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.ir.expression import Call, Expr, Literal, constant, walk
from ciconv.ir.job import (
    ApprovalJob,
    CallJob,
    Choice,
    Environment,
    Job,
    JobBase,
    Matrix,
    Permission,
    Start,
)
from ciconv.ir.matrix import MAX_CELLS, cells, dynamic_value
from ciconv.ir.node import Node, replace, shared
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import (
    Argument,
    Cancel,
    Extra,
    Group,
    Placeholder,
    PublishReport,
    Run,
    Step,
    Wait,
)
from ciconv.ir.trigger import Trigger
from ciconv.ir.walk import comments_of, steps_of
from ciconv.passes.cancelling import without_cancelling
from ciconv.passes.split_triggers import environments, guards_whole_run, readable, usual_runner
from ciconv.profile import Feature, Outcome, Profile, Support
from ciconv.source import Span


class Found(Struct, frozen=True, kw_only=True):
    """A use of a feature: the node it stands at, and a detail for the message."""

    feature: Feature
    node: Node
    place: Place
    detail: str = ""


def legalize(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project in constructs the target has; each loss is recorded at its place."""
    pipelines = (_pipeline(one, profile, context) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


def _pipeline(pipeline: Pipeline, profile: Profile, context: Context) -> Pipeline:
    _check_matrices(pipeline, context)
    uses = tuple(_uses(pipeline, profile))
    for found in uses:
        capability = profile.of(found.feature)
        if capability.outcome is not None:
            message = capability.note.replace("{detail}", found.detail)
            loss = found.place.loss(found.feature, capability.outcome)
            context.lose(loss, message, found.node)
    gates = bool(environments(pipeline)) and not guards_whole_run(pipeline)
    gates = gates and profile.of(Feature.ENVIRONMENTS).support is Support.NONE
    jobs = tuple(_job(job, profile, gates) for job in pipeline.jobs)
    asks = any(one.feature is Feature.CANCELLED for one in uses)
    if asks and profile.of(Feature.CANCELLED).support is Support.NONE:
        jobs = tuple(map(without_cancelling, jobs))
    return replace(pipeline, jobs=jobs)


def _check_matrices(pipeline: Pipeline, context: Context) -> None:
    for job in pipeline.jobs:
        if job.matrix is None or _is_dynamic(job.matrix):
            continue
        number = len(cells(job.matrix))
        has_any = job.matrix.axes or job.matrix.include
        if number > MAX_CELLS or (has_any and not number):
            said = f"more than {MAX_CELLS} jobs" if number else "no job at all"
            context.diagnostics.error(
                "matrix-size", f"the matrix of job {job.id!r} gives {said}", job.matrix.span
            )


def _uses(pipeline: Pipeline, profile: Profile) -> Iterator[Found]:
    here = Place(pipeline=pipeline.id)
    yield from _extras(pipeline.extras, here)
    for output in pipeline.outputs:
        yield Found(feature=Feature.CALL_OUTPUT, node=output, place=here, detail=output.name)
    given = pipeline.permissions
    has_rights = profile.of(Feature.PERMISSIONS).support is not Support.NONE
    if given is not None and (not has_rights or readable(given) != given):
        at = _spread(pipeline.permissions) if pipeline.permissions else pipeline
        yield Found(feature=Feature.PERMISSIONS, node=at, place=here)
    yield from _uses_of_start(pipeline, here, profile)
    usual = usual_runner(pipeline) if _runs_as_one(profile) else None
    several = not guards_whole_run(pipeline)
    for job in pipeline.jobs:
        place = replace(here, job=job.id)
        yield from _uses_of_job(job, place)
        if isinstance(job, CallJob):
            at = job.pipeline_span or job
            yield Found(feature=Feature.CALL, node=at, place=place, detail=job.pipeline)
        if not isinstance(job, Job):
            continue
        if job.runner is not None and job.runner.size is not None:
            size = job.runner.size
            yield Found(feature=Feature.MACHINE_SIZE, node=job.runner, place=place, detail=size)
        is_chosen = job.runner is not None and bool(job.runner.labels or job.runner.group)
        if job.runner != usual or (_runs_as_one(profile) and not is_chosen):
            yield Found(feature=Feature.RUNNER, node=job.runner or job, place=place, detail=job.id)
        if job.environment is not None:
            feature = Feature.ENVIRONMENTS if several else Feature.ENVIRONMENT
            detail = constant(job.environment.name) or "a computed name"
            where = place if several else here  # a gate before the whole run
            yield Found(feature=feature, node=job.environment, place=where, detail=detail)
        yield from _uses_of_machine(job, place)
        yield from _uses_of_steps(job, place)


def _extras(extras: tuple[Extra, ...], place: Place) -> Iterator[Found]:
    for one in extras:
        if one.known:
            feature = Feature.EXTRA if one.matters else Feature.COSMETIC
            yield Found(feature=feature, node=one, place=place, detail=one.key)


def _runs_as_one(profile: Profile) -> bool:
    """Whether all jobs of a target run where its trigger shim does."""
    return profile.of(Feature.TRIGGERS).support is Support.LOWERED


def _uses_of_trigger(trigger: Trigger, place: Place) -> Iterator[Found]:
    yield Found(feature=Feature.TRIGGERS, node=trigger, place=place, detail=trigger.native)
    for activity in trigger.activities or ():
        detail = f"{trigger.native} {activity.text}"
        yield Found(feature=Feature.TRIGGERS, node=activity, place=place, detail=detail)
    for one in (trigger.branches, trigger.tags, trigger.paths):
        if one is not None:
            yield Found(feature=Feature.TRIGGERS, node=one, place=place, detail=trigger.native)


def _uses_of_start(pipeline: Pipeline, place: Place, profile: Profile) -> Iterator[Found]:
    for trigger in pipeline.triggers:
        yield from _uses_of_trigger(trigger, place)
    if not _runs_as_one(profile):
        for secret in pipeline.secrets:
            yield Found(feature=Feature.SECRET, node=secret, place=place, detail=secret.name)
    for one in pipeline.inputs:
        yield Found(feature=Feature.INPUT, node=one, place=place, detail=one.name)
    if pipeline.run_name is not None:
        yield Found(feature=Feature.RUN_NAME, node=pipeline.run_name, place=place)
    if pipeline.concurrency is not None:
        yield Found(feature=Feature.CONCURRENCY, node=pipeline.concurrency, place=place)


def _uses_of_job(job: JobBase, place: Place) -> Iterator[Found]:
    if job.permissions is not None:
        at = _spread(job.permissions) if job.permissions else job
        where = Place(pipeline=place.pipeline)  # it changes what the other jobs may, too
        yield Found(feature=Feature.JOB_PERMISSIONS, node=at, place=where)
    if job.concurrency is not None:
        yield Found(feature=Feature.JOB_CONCURRENCY, node=job.concurrency, place=place)
    if job.cancel_timeout is not None:
        yield Found(feature=Feature.CANCEL_TIMEOUT, node=job.cancel_timeout, place=place)
    if job.matrix is not None:
        yield from _uses_of_matrix(job.matrix, place)
    yield from _extras(job.extras, place)
    for word in job.contexts:
        yield Found(feature=Feature.CONTEXT, node=word, place=place, detail=word.text)
    if job.retry is not None:
        yield Found(feature=Feature.RETRY, node=job.retry, place=place, detail=job.id)
    if isinstance(job, ApprovalJob):
        yield Found(feature=Feature.APPROVAL, node=job, place=place, detail=job.id)
    for choice in job.choices:
        yield from _cancelled(choice.condition, place)
        yield from _uses_of_choice(choice, job, place)


def _uses_of_choice(choice: Choice, job: JobBase, place: Place) -> Iterator[Found]:
    node = choice if choice.span is not None else job
    for feature, is_used in (
        (Feature.MANUAL_START, choice.start is Start.MANUAL),
        (Feature.DELAYED_START, choice.start is Start.DELAYED),
        (Feature.EXIT_CODE, bool(choice.exit_codes)),
        (Feature.INTERRUPTIBLE, bool(choice.interruptible)),
    ):
        if is_used:
            at = choice.may_fail if feature is Feature.EXIT_CODE and choice.may_fail else node
            yield Found(feature=feature, node=at, place=place, detail=job.id)


def _spread(permissions: tuple[Permission, ...]) -> Node:
    """A node that stands where all the permissions stand."""
    first, last = permissions[0], permissions[-1]
    if first.span is None or last.span is None:
        return first
    return replace(first, span=first.span.to(last.span))


def _uses_of_matrix(matrix: Matrix, place: Place) -> Iterator[Found]:
    dynamic = [matrix.dynamic, matrix.include_dynamic, matrix.exclude_dynamic]
    dynamic += [axis.dynamic for axis in matrix.axes]
    for expr in (one for one in dynamic if one is not None):
        yield Found(feature=Feature.DYNAMIC_MATRIX, node=expr, place=place, detail=place.job)
    scalar = dynamic_value(matrix)
    if scalar is not None:
        here = replace(matrix, span=_extent(matrix) or scalar.span)
        yield Found(feature=Feature.DYNAMIC_MATRIX, node=here, place=place, detail=place.job)
    fail_fast = matrix.fail_fast
    if not (isinstance(fail_fast, Literal) and fail_fast.value is False):
        at: Node = fail_fast if fail_fast is not None and fail_fast.span else matrix
        yield Found(feature=Feature.FAIL_FAST, node=at, place=place, detail=place.job)
    if matrix.max_parallel is not None:
        yield Found(feature=Feature.MAX_PARALLEL, node=matrix.max_parallel, place=place)


def _extent(matrix: Matrix) -> Span | None:
    """Where all the values of a matrix stand."""
    parts = (*matrix.axes, *matrix.include, *matrix.exclude)
    spans = sorted((one.span for one in parts if one.span), key=lambda span: span.start_offset)
    return spans[0].to(spans[-1]) if spans else None


def _cancelled(condition: Expr | None, place: Place) -> Iterator[Found]:
    for expr in () if condition is None else walk(condition):
        if isinstance(expr, Call) and expr.function == "cancelled":
            at = condition if expr.span is None and condition is not None else expr
            yield Found(feature=Feature.CANCELLED, node=at, place=place)


def _uses_of_machine(job: Job, place: Place) -> Iterator[Found]:
    if job.container is not None:
        detail = constant(job.container.image) or ""
        yield Found(feature=Feature.CONTAINER, node=job.container, place=place, detail=detail)
        yield from _extras(job.container.extras, place)
    for service in job.services:
        yield from _extras(service.extras, place)
        yield Found(feature=Feature.SERVICE, node=service, place=place, detail=service.name)


def _uses_of_steps(job: Job, place: Place) -> Iterator[Found]:
    for step in steps_of((*job.steps, *job.finally_steps)):
        where = replace(place, step=step.id or "")
        yield from _cancelled(step.condition, where)
        yield from _extras(step.extras, where)
        if step.retry is not None:
            detail = step.id or constant(step.name) or "a step"
            yield Found(feature=Feature.RETRY, node=step.retry, place=where, detail=detail)
        if isinstance(step, PublishReport):
            yield Found(feature=Feature.REPORT, node=step, place=where)
        if step.background or isinstance(step, Wait | Cancel):
            yield Found(feature=Feature.BACKGROUND, node=step, place=where)
        if isinstance(step, Group) and step.parallel:
            yield Found(feature=Feature.PARALLEL_STEPS, node=step, place=where)
        if isinstance(step, Run) and step.shell is not None:
            word = (constant(step.shell) or "").split(" ")[0]
            if word in ("cmd", "powershell"):
                at = step.shell if _is_within(step.shell, step) else step
                yield Found(feature=Feature.SHELL, node=at, place=where, detail=word)


def _is_within(node: Node, step: Step) -> bool:
    """Whether a node stands in a step: its shell may be that of an executor, or none's."""
    inner, outer = node.span, step.span
    return inner is not None and (
        outer is None
        or (outer.start_offset <= inner.start_offset and inner.end_offset <= outer.end_offset)
    )


def _job(job: JobBase, profile: Profile, gates: bool) -> JobBase:
    """The job with placeholders for what the target has no counterpart for; gates among it."""
    if isinstance(job, CallJob) and profile.of(Feature.CALL).support is Support.NONE:
        return _called(job)
    if isinstance(job, ApprovalJob) and profile.of(Feature.APPROVAL).support is Support.NONE:
        return _unapproved(job)
    if not isinstance(job, Job):
        return job
    fixed = profile.of(Feature.DYNAMIC_MATRIX).support is Support.NONE
    if fixed and job.matrix is not None and _is_dynamic(job.matrix):
        job = _without_matrix(job)
    steps = tuple(one for step in job.steps for one in _steps(step, profile))
    gate = _gate(job.environment) if gates and job.environment is not None else None
    by_hand = profile.of(Feature.MANUAL_START).support is Support.NONE and any(
        one.start is Start.MANUAL for one in job.choices
    )
    for failing in (gate, _unstarted(job) if by_hand else None):
        if failing is not None and failing not in steps:
            steps = (failing, *steps)
    last = tuple(one for step in job.finally_steps for one in _steps(step, profile))
    return replace(job, steps=steps, finally_steps=last)


def _gate(environment: Environment) -> Placeholder:
    """A step that fails where the approvals of an environment stood."""
    name = constant(environment.name) or "a computed name"
    return Placeholder(
        what=f"the environment {name}",
        reason="who may deploy is decided there; make sure of it, then remove this step",
        span=environment.span,
    )


def _unstarted(job: Job) -> Placeholder:
    """A step that fails where a person had to start the job."""
    return Placeholder(
        what=f"the start of {job.id} by hand",
        reason="somebody has to decide on it; make sure of that, then remove this step",
        span=job.span,
    )


def _is_dynamic(matrix: Matrix) -> bool:
    return dynamic_value(matrix) is not None or any(
        one is not None
        for one in (
            matrix.dynamic,
            matrix.include_dynamic,
            matrix.exclude_dynamic,
            *(axis.dynamic for axis in matrix.axes),
        )
    )


def _called(job: CallJob) -> Job:
    """A job that fails in place of the called pipeline."""
    reason = "the called workflow is not at hand"
    if job.matrix is not None:
        reason = "a workflow is called once for each combination of a matrix"
    step = Placeholder(
        what=job.pipeline,
        reason=reason,
        arguments=(*job.arguments, *job.secrets),
        span=job.span,
        provenance=job.provenance,
    )
    matrix = None if job.matrix is None or _is_dynamic(job.matrix) else job.matrix
    return Job(steps=(step,), **(shared(job, JobBase) | {"matrix": matrix}))


def _unapproved(job: ApprovalJob) -> Job:
    """A job that fails where somebody had to agree."""
    step = Placeholder(
        what=f"the approval {job.id}",
        reason="nobody can be asked during the run; make sure of it, then remove this job",
        span=job.span,
        provenance=job.provenance,
    )
    return Job(steps=(step,), **shared(job, JobBase))


def _without_matrix(job: Job) -> Job:
    """A job that begins with a failure: what its cells are is only known during the run."""
    step = Placeholder(
        what=f"the matrix of {job.id}",
        reason="its values are computed during the run",
        span=job.span,
    )
    comments = job.comments if job.matrix is None else (*job.comments, *comments_of(job.matrix))
    return replace(job, matrix=None, steps=(step, *job.steps), comments=comments)


def _steps(step: Step, profile: Profile) -> Iterator[Step]:
    in_turn = profile.of(Feature.PARALLEL_STEPS).support is not Support.NATIVE
    if in_turn and isinstance(step, Group) and step.parallel:
        yield from step.steps
        return
    if isinstance(step, PublishReport) and profile.of(Feature.REPORT).outcome is Outcome.DROPPED:
        return
    no_background = profile.of(Feature.BACKGROUND).support is Support.NONE
    if no_background and (step.background or isinstance(step, Wait | Cancel)):
        yield _failing(step, "steps in the background", "steps run one after the other")
        return
    if isinstance(step, Run) and step.shell is not None:
        word = (constant(step.shell) or "").split(" ")[0]
        if word in ("cmd", "powershell") and profile.of(Feature.SHELL).support is Support.NONE:
            failing = _failing(step, f"a script for {word}", "this shell is only on Windows")
            yield replace(failing, arguments=(Argument(name="script", value=step.script),))
            return
    yield step


def _failing(step: Step, what: str, reason: str) -> Placeholder:
    return Placeholder(what=what, reason=reason, **(shared(step, Step) | {"background": False}))
