"""Writes jobs with needs, one condition and one list of steps, for targets that know no more.

Stages become needs, choices and the condition of a pipeline become conditions of the jobs, what
runs at the end becomes steps, and an approval becomes a job that an environment guards.
"""

from collections.abc import Iterator
from functools import partial, reduce

from ciconv.context import Context, Place
from ciconv.ir.expression import (
    Binary,
    Call,
    Constant,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    conjuncts,
    has_status_function,
    text,
)
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
from ciconv.ir.node import Node, replace, shared
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar, Placeholder, Run, Step
from ciconv.ir.walk import rewrite
from ciconv.passes.stage_needs import stage_needs
from ciconv.profile import Feature, Outcome, Profile, Support

_ALL = frozenset(Status)
_GOES_ON = (Status.SUCCESS, Status.SKIPPED)
_ASK_ALL = ("github", "nixactions")  # their success() is that of all jobs before, not of the needs


def lower_jobs(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with jobs in the target's terms; what it has natively stays."""
    lowered = {one.feature for one in profile.capabilities if one.support is Support.LOWERED}
    asks_all = project.origin in _ASK_ALL
    starter = profile.of(Feature.TRIGGERS).support is Support.LOWERED
    if starter and project.origin != "github":
        chosen = (_without_chosen(one, context) for one in project.pipelines)
        project = replace(project, pipelines=tuple(chosen))
    pipelines = (_pipeline(one, lowered, asks_all=asks_all) for one in project.pipelines)
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


def _pipeline(pipeline: Pipeline, lowered: set[Feature], *, asks_all: bool) -> Pipeline:
    jobs = pipeline.jobs
    if Feature.STAGE in lowered:
        jobs = stage_needs(pipeline)
    if Feature.MANUAL_START in lowered:
        jobs = tuple(one for job in jobs for one in _with_gate(job))
    if Feature.CHOICE in lowered:
        jobs = tuple(_with_one_choice(job, pipeline) for job in jobs)
        jobs = tuple(map(_with_plain_needs, jobs if asks_all else _with_own_needs(jobs)))
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


def effective(choices: tuple[Choice, ...], number: int) -> Expr | None:
    """Return when a choice counts: its condition holds, and that of no choice before it."""
    earlier = [one.condition for one in choices[:number]]
    parts = [_not(one) if one is not None else Literal(value=False) for one in earlier]
    own = choices[number].condition
    return _all([*parts, *([] if own is None else [own])])


def _with_one_choice(job: JobBase, pipeline: Pipeline) -> JobBase:
    """The job with one choice that stands for all of them, and for the pipeline's condition."""
    choices, outer = job.choices, pipeline.condition
    if len(choices) == 1 and outer is None and not (choices[0].exit_codes or choices[0].env):
        return job
    conditions = _asking_alike(job)
    whole = None if None in conditions else _any([one for one in conditions if one is not None])
    if not choices:
        whole = Literal(value=False)  # no choice can hold
    merged = Choice(
        condition=_all([one for one in (outer, whole) if one is not None]),
        may_fail=_may_fail(choices),
        span=choices[0].span if choices else None,
    )
    return replace(job, choices=(merged,), env=_env(job, pipeline.env))


def _asking_alike(job: JobBase) -> list[Expr | None]:
    """The conditions of a job's choices; where one has a status function, all have.

    Joined to one condition, those without would do without success otherwise.
    """
    conditions = [one.condition for one in job.choices]
    if not any(one is not None and has_status_function(one) for one in conditions):
        return conditions
    wanted = list(_accepted(job.needs or ())) or [_call("success")]
    return [
        one if one is not None and has_status_function(one) else _all([*wanted, *_listed(one)])
        for one in conditions
    ]


def _may_fail(choices: tuple[Choice, ...]) -> Expr | None:
    """What may fail with some exit codes only, may not fail: a failure must not be hidden."""
    said = [None if one.exit_codes or _is_false(one.may_fail) else one.may_fail for one in choices]
    if len(set(said)) <= 1:
        return said[0] if said else None
    plain = tuple(replace(one, condition=_without_status(one.condition)) for one in choices)
    cases = [
        _all([*_listed(effective(plain, number)), tolerated])
        for number, tolerated in enumerate(said)
        if tolerated is not None
    ]
    return _any([one for one in cases if one is not None])


def _is_false(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and not expr.value


def _without_status(expr: Expr | None) -> Expr | None:
    """A condition where nobody can ask how earlier jobs ended: as if all went well."""
    if expr is None or not has_status_function(expr):
        return expr
    from ciconv.ir.evaluate import Environment, EvaluationError, Residual, evaluate, truth

    well = {"success": True, "always": True, "failure": False, "cancelled": False}
    try:
        found = evaluate(expr, Environment({}, well))
    except EvaluationError:
        return Literal(value=False)
    return found.expr if isinstance(found, Residual) else Literal(value=truth(found))


def _listed(expr: Expr | None) -> list[Expr]:
    return [] if expr is None else [expr]


def _env(job: JobBase, outer: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    """The variables of the job and of its choices, each with the value of the choice that holds.

    Where none does that has one, it is that of the pipeline.
    """
    own = {one.name: one for one in job.env}
    shared = {one.name: one.value for one in outer}
    names = dict.fromkeys(one.name for choice in job.choices for one in choice.env)
    for name in names:
        fallback: Expr = shared.get(name, Literal(value=""))
        fallback = own[name].value if name in own else fallback
        arguments: list[Expr] = []
        for choice in job.choices:
            value = next((one.value for one in choice.env if one.name == name), fallback)
            if choice.condition is None:
                fallback = value
                break
            arguments += [choice.condition, _single(value)]
        chosen = Call(function="case", arguments=(*arguments, _single(fallback)))
        value = Template(parts=(chosen if arguments else _single(fallback),))
        own[name] = EnvVar(name=name, value=value, span=job.span)
    return tuple(own.values())


def _single(value: Expr) -> Expr:
    return value.parts[0] if isinstance(value, Template) and len(value.parts) == 1 else value


def _with_own_needs(jobs: tuple[JobBase, ...]) -> tuple[JobBase, ...]:
    """The jobs with conditions that ask for the results of the needed jobs by name.

    That is done where a question about all jobs before would be another one: where one that is not
    needed itself comes before, and a job between may run after a failure or a skipped job.
    """
    after = _after_any([job.id for job in jobs if _goes_on(job)], jobs)
    before = _all_before(jobs)
    return tuple(
        _asking_by_name(job)
        if job.id in after and before[job.id] != {need.job for need in job.needs or ()}
        else job
        for job in jobs
    )


def _after_any(starts: list[str], jobs: tuple[JobBase, ...]) -> set[str]:
    """The jobs that wait for any of these, directly or not."""
    followers: dict[str, list[str]] = {}
    for job in jobs:
        for need in job.needs or ():
            followers.setdefault(need.job, []).append(job.id)
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        for one in followers.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _all_before(jobs: tuple[JobBase, ...]) -> dict[str, set[str]]:
    """The jobs that each job waits for, directly or not."""
    found: dict[str, set[str]] = {job.id: set() for job in jobs}
    for job in jobs:
        for follower in _after_any([job.id], jobs):
            found[follower].add(job.id)
    return found


def _goes_on(job: JobBase) -> bool:
    """Whether a job may run after something else than success."""
    if any(need.optional or set(need.accept) != {Status.SUCCESS} for need in job.needs or ()):
        return True
    conditions = [one.condition for one in job.choices if one.condition is not None]
    return any(map(has_status_function, conditions))


def _asking_by_name(job: JobBase) -> JobBase:
    needs = job.needs or ()
    choices = tuple(replace(one, condition=_by_name(one.condition, needs)) for one in job.choices)
    return replace(job, choices=choices)


def _by_name(condition: Expr | None, needs: tuple[Need, ...]) -> Expr:
    """A condition with the results of the needed jobs in place of status functions."""
    if condition is None or not has_status_function(condition):
        return _all([*_accepted(needs, by_name=True), *_listed(condition)]) or _call("always")
    failed = _any([_equal(_result(need), Status.FAILURE.value) for need in needs])
    succeeded = _all(list(_accepted(needs, by_name=True)))

    def change(node: Node) -> Node:
        if isinstance(node, Call) and node.function == "success":
            return succeeded or node
        if isinstance(node, Call) and node.function == "failure":
            return failed or node
        return node

    found = rewrite(condition, change)
    return found if has_status_function(found) else _all([_not(_call("cancelled")), found]) or found


def _result(need: Need) -> Ref:
    return Ref(path=("needs", need.job, "result"), span=need.span)


def _with_plain_needs(job: JobBase) -> JobBase:
    """The job with needs that have to succeed, or with a condition that says otherwise."""
    needs = job.needs or ()
    if all(set(one.accept) == {Status.SUCCESS} and not one.optional for one in needs):
        return job
    plain = tuple(replace(one, accept=(Status.SUCCESS,), optional=False) for one in needs)
    condition = job.choices[0].condition
    if condition is None or not has_status_function(condition):
        condition = _all([*_accepted(needs), *_listed(condition)])
    return replace(job, needs=plain, choices=(replace(job.choices[0], condition=condition),))


def _accepted(needs: tuple[Need, ...], *, by_name: bool = False) -> Iterator[Expr]:
    """What has to hold of the jobs before, said by status functions where these can."""
    wanted = {_statuses(need) for need in needs}
    if wanted <= {frozenset(_GOES_ON)} and not by_name:
        yield from (_not(_call("failure")), _not(_call("cancelled")))
        return
    yield (
        _call("always")
        if any(Status.CANCELLED in one for one in wanted)
        else _not(_call("cancelled"))
    )
    for need in needs:
        if _statuses(need) != _ALL:
            result = _result(need)
            cases = [_equal(result, one.value) for one in Status if one in _statuses(need)]
            yield from _listed(_any(cases))


def _statuses(need: Need) -> frozenset[Status]:
    skipped = {Status.SKIPPED} if need.optional else set()
    return frozenset({*need.accept, *skipped})


def _with_steps_at_the_end(job: JobBase) -> JobBase:
    if not isinstance(job, Job) or not job.finally_steps:
        return job
    last = tuple(map(_at_any_rate, job.finally_steps))
    return replace(job, steps=(*job.steps, *last), finally_steps=())


def _at_any_rate(step: Step) -> Step:
    if step.condition is not None and has_status_function(step.condition):
        return step
    return replace(step, condition=_all([_call("always"), *_listed(step.condition)]))


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


def _call(function: str) -> Call:
    return Call(function=function)


def _not(expr: Expr) -> Unary:
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB, span=expr.span)


def _binary(op: Op, left: Expr, right: Expr) -> Expr:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB, span=right.span)


def _equal(left: Expr, right: Constant) -> Expr:
    return _binary(Op.EQ, left, Literal(value=right))


def _all(parts: list[Expr]) -> Expr | None:
    """A condition that all parts have to hold for; what is always true is none of them."""
    flat = [one for part in parts for one in conjuncts(part)]
    kept = [one for one in flat if not (isinstance(one, Literal) and one.value is True)]
    return reduce(partial(_binary, Op.AND), kept or flat[:1]) if flat else None


def _any(parts: list[Expr]) -> Expr | None:
    return reduce(partial(_binary, Op.OR), parts) if parts else None
