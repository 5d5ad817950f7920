"""Writes jobs with needs, one condition and one list of steps, for targets that know no more.

Stages become needs, choices and the condition of a pipeline become conditions of the jobs, what
runs at the end becomes steps, and an approval becomes a job that an environment guards.
"""

from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.choices import chosen_env
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, has_status_function, text
from ciconv.ir.job import (
    ApprovalJob,
    Choice,
    Environment,
    Job,
    JobBase,
    Need,
    Permission,
    Runner,
    Start,
    Status,
)
from ciconv.ir.node import replace, shared
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar, Placeholder, Run, Step
from ciconv.passes.fold_constants import folded
from ciconv.passes.joining import all_of, any_of, call, listed
from ciconv.passes.results_of_needs import (
    Presence,
    accepted,
    presence,
    with_needs_there,
    with_own_needs,
    with_plain_needs,
)
from ciconv.passes.stage_needs import stage_needs
from ciconv.passes.tolerance import effective, may_fail_of
from ciconv.profile import Feature, Outcome, Profile, Support

_GOES_ON = (Status.SUCCESS, Status.SKIPPED)
_ASK_ALL = ("github", "nixactions")  # their success() is that of all jobs before, not of the needs


def lower_jobs(
    project: Project, profile: Profile, context: Context, *, asks_all: bool = False
) -> Project:
    """Return the project with jobs in the target's terms; what it has natively stays.

    `asks_all`: `success()` and `failure()` are about all jobs before already.
    """
    lowered = {one.feature for one in profile.capabilities if one.support is Support.LOWERED}
    asks_all = asks_all or project.origin in _ASK_ALL
    starter = profile.of(Feature.TRIGGERS).support is Support.LOWERED
    if starter and project.origin != "github":
        chosen = (_without_chosen(one, context) for one in project.pipelines)
        project = replace(project, pipelines=tuple(chosen))
    pipelines = (_pipeline(one, lowered, context, asks_all=asks_all) for one in project.pipelines)
    return replace(project, pipelines=tuple(pipelines))


def _without_chosen(pipeline: Pipeline, context: Context) -> Pipeline:
    """The pipeline without values that depend on the rule that holds: jobs with them fail.

    No starter but GitHub computes such a value before the program runs.
    """
    said = "the value depends on the rule that holds, which only GitHub would compute"
    loss = Place(pipeline=pipeline.id).loss(Feature.CHOICE, Outcome.MANUAL)
    outer: list[str] = []
    env: list[EnvVar] = []
    for variable in pipeline.env:
        case = next((one for one in variable.value.parts if _is_case(one)), None)
        if isinstance(case, Call):
            outer.append(variable.name)
            for value in case.arguments[1::2]:
                context.lose(loss, f"{variable.name}: {said}", value)
        else:
            env.append(variable)
    jobs = tuple(_failing(one, pipeline.id, outer, context) for one in pipeline.jobs)
    return replace(pipeline, env=tuple(env), jobs=jobs)


def _is_case(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.function == "case"


def _failing(job: JobBase, pipeline: str, outer: list[str], context: Context) -> JobBase:
    chosen = [one for choice in job.choices for one in choice.env]
    loss = Place(pipeline=pipeline, job=job.id).loss(Feature.CHOICE, Outcome.MANUAL)
    for one in chosen:
        said = "the value depends on the rule that holds, which only GitHub would compute"
        context.lose(loss, f"{one.name}: {said}", one)
    names = dict.fromkeys((*outer, *(one.name for one in chosen)))
    if not names or not isinstance(job, Job):
        return job
    step = Placeholder(
        what=f"the value of {', '.join(names)}",
        reason="it depends on the rule that holds",
        span=job.span,
    )
    choices = tuple(replace(one, env=()) for one in job.choices)
    return replace(job, choices=choices, steps=(step, *job.steps))


def _pipeline(
    pipeline: Pipeline, lowered: set[Feature], context: Context, *, asks_all: bool
) -> Pipeline:
    jobs = pipeline.jobs
    if Feature.STAGE in lowered:
        jobs = stage_needs(pipeline)
    if Feature.MANUAL_START in lowered:
        jobs = tuple(one for job in jobs for one in _with_gate(job))
    if Feature.CHOICE in lowered:
        there = presence(jobs)
        jobs = tuple(_with_one_choice(job, pipeline, there) for job in jobs)
        jobs = with_needs_there(jobs, context)
        there = presence(jobs)
        asking = jobs if asks_all else with_own_needs(jobs, there)
        jobs = tuple(with_plain_needs(job, there) for job in asking)
        pipeline = replace(pipeline, condition=None)
    if Feature.FINALLY in lowered:
        jobs = tuple(_with_steps_at_the_end(job) for job in jobs)
    if Feature.APPROVAL in lowered:
        jobs = tuple(_guarded(job) if isinstance(job, ApprovalJob) else job for job in jobs)
    if jobs == pipeline.jobs:
        return pipeline
    return replace(pipeline, jobs=jobs)


def _with_gate(job: JobBase) -> Iterator[JobBase]:
    """The job behind an approval, for those of its choices that a person starts."""
    by_hand = [one for one in job.choices if one.start is Start.MANUAL]
    if not by_hand or isinstance(job, ApprovalJob):
        yield job
        return
    choices = tuple(replace(one, start=Start.AUTO) for one in job.choices)
    gate = ApprovalJob(
        id=f"{job.id}-start",
        name=text(f"start {job.id}"),
        stage=job.stage,
        needs=job.needs,
        choices=tuple(
            Choice(condition=effective(job.choices, number))
            for number, one in enumerate(job.choices)
            if one.start is Start.MANUAL
        ),
        span=job.span,
        provenance=job.provenance,
    )
    yield gate
    # where the job starts by itself, the gate is skipped, and that is fine
    need = Need(job=gate.id, accept=_GOES_ON if len(by_hand) < len(choices) else (Status.SUCCESS,))
    yield replace(job, choices=choices, needs=(*(job.needs or ()), need))


def _with_one_choice(job: JobBase, pipeline: Pipeline, there: Presence) -> JobBase:
    """The job with one choice that stands for all of them, and for the pipeline's condition."""
    choices, outer = job.choices, pipeline.condition
    if len(choices) == 1 and outer is None and not (choices[0].exit_codes or choices[0].env):
        return job
    conditions = _asking_alike(job, there)
    whole = None if None in conditions else any_of([one for one in conditions if one is not None])
    if not choices:
        whole = Literal(value=False)  # no choice can hold
    merged = Choice(
        condition=all_of([one for one in (outer, whole) if one is not None]),
        may_fail=may_fail_of(choices),
        span=choices[0].span if choices else None,
    )
    return replace(job, choices=(folded(merged),), env=_env(job, pipeline.env))


def _asking_alike(job: JobBase, there: Presence) -> list[Expr | None]:
    """The conditions of a job's choices; where one has a status function, all have.

    Joined to one condition, those without would do without success otherwise.
    """
    conditions = [one.condition for one in job.choices]
    if not any(one is not None and has_status_function(one) for one in conditions):
        return conditions
    wanted = list(accepted(job.needs or (), there)) or [call("success")]
    return [
        one if one is not None and has_status_function(one) else all_of([*wanted, *listed(one)])
        for one in conditions
    ]


def _env(job: JobBase, outer: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    """The variables of the job and of its choices."""
    given = {one.name: one for one in (*job.env, *chosen_env(job, outer))}
    return tuple(given.values())


def _with_steps_at_the_end(job: JobBase) -> JobBase:
    if not isinstance(job, Job) or not job.finally_steps:
        return job
    last = tuple(map(_at_any_rate, job.finally_steps))
    return replace(job, steps=(*job.steps, *last), finally_steps=())


def _at_any_rate(step: Step) -> Step:
    if step.condition is not None and has_status_function(step.condition):
        return step
    return replace(step, condition=all_of([call("always"), *listed(step.condition)]))


def _guarded(job: ApprovalJob) -> Job:
    """A job that asks for an environment, and fails if nobody has to approve there.

    An environment that does not exist is made when it is asked for, and guards nothing.
    """
    check = Run(
        name=text("Make sure that somebody had to approve"),
        script=text(_CHECK),
        shell=text("bash -eo pipefail {0}"),
        env=(
            EnvVar(name="ENVIRONMENT", value=text(job.id)),
            EnvVar(name="GH_TOKEN", value=Template(parts=(Ref(path=("github", "token")),))),
        ),
        span=job.span,
    )
    given = shared(job, JobBase)
    given["permissions"] = (Permission(scope="actions", access="read"),)
    return Job(
        runner=Runner(labels=(text("ubuntu-latest"),)),
        environment=Environment(name=text(job.id), span=job.span),
        steps=(check,),
        **given,
    )


_CHECK = """\
rules=$(gh api "repos/$GITHUB_REPOSITORY/environments/$ENVIRONMENT" --jq '.protection_rules[].type')
if ! grep -qx required_reviewers <<< "$rules"; then
  echo "the environment $ENVIRONMENT has no required reviewers: add them in the settings" >&2
  exit 1
fi
"""
