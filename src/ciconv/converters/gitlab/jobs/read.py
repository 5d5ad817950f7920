"""Reading one job, as it is after everything that it inherits.

https://docs.gitlab.com/ci/yaml/#job-keywords
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.fields import Fields, is_null
from ciconv.converters.gitlab.expressions.junctions import all_of
from ciconv.converters.gitlab.expressions.variables import Variable, Variables
from ciconv.converters.gitlab.jobs.machine import read_image, read_runner, read_services
from ciconv.converters.gitlab.jobs.matrix import Parallel, read_parallel
from ciconv.converters.gitlab.jobs.needs import Wanted, read_needs
from ciconv.converters.gitlab.jobs.refs import read_only_except
from ciconv.converters.gitlab.jobs.ruling import (
    How,
    Rule,
    Ruling,
    env_var,
    read_rules,
    take_allow_failure,
    take_interruptible,
    take_when,
)
from ciconv.converters.gitlab.jobs.settings import (
    read_environment,
    read_retry,
    read_timeout,
    read_turns,
)
from ciconv.converters.gitlab.jobs.special import read_special
from ciconv.converters.gitlab.scalars import FORMAT, Scope, extras, read_variables
from ciconv.converters.gitlab.steps.artifacts import Artifacts, read_artifacts
from ciconv.converters.gitlab.steps.caches import Caches, read_caches
from ciconv.converters.gitlab.steps.checkout import KEYWORDS, read_checkout, settings_of
from ciconv.converters.gitlab.steps.rights import read_rights
from ciconv.converters.gitlab.steps.scripts import Scripts, in_shell_of, read_scripts
from ciconv.ir.expression import Expr, Literal
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import ActionRef, Checkout, EnvVar, Step, Use
from ciconv.source import Span
from ciconv.syntax.node import Entry, Scalar

DEFAULT_STAGE = "test"

_SHOWN = ("coverage", "manual_confirmation", "description")
_ALONE = ("dast_configuration", "inputs")


class Shared(Struct, frozen=True, kw_only=True):
    """What all jobs of a pipeline have in common."""

    variables: Variables
    stages: tuple[str, ...]
    has_rules: bool  # whether `workflow` says which pipelines there are
    conditions: Mapping[str, Expr | None]  # by job: when the file that it is from is included
    lacking: Mapping[str, tuple[Scalar, ...]]  # by job: templates that are not at hand
    tolerant: bool  # whether a file is not at hand, which may hold what is unknown


class Draft(Struct, frozen=True, kw_only=True):
    """A job without the steps that depend on other jobs."""

    job: Job
    wanted: Wanted
    seen: frozenset[str] | None = None  # the shared variables that it sees; None: all
    scripts: Scripts = Scripts()
    absent: tuple[Step, ...] = ()  # that fail in place of templates not at hand
    variables: Mapping[str, Variable] = {}  # that it sees
    given: tuple[Step, ...] = ()  # before the script, by others than this pipeline
    special: tuple[Step, ...] = ()
    published: tuple[Step, ...] = ()
    checkout: Checkout | None = None
    caches: Caches = Caches()
    artifacts: Artifacts = Artifacts()


def read_job(
    entry: Entry, shared: Shared, inherited: frozenset[str] | None, context: Context
) -> Draft:
    """Return a job. `inherited`: the shared variables that it sees; None: all."""
    fields = Fields(entry.value, context, f"the job {entry.name!r}")
    own = read_variables(fields.node("variables"), "'variables'", context)
    own |= shared.variables.own  # what whoever starts the pipeline hands to it, wins
    seen = {
        name: one
        for name, one in shared.variables.shared.items()
        if inherited is None or name in inherited
    }
    variables = replace(shared.variables, shared=seen, own=own)
    scope = Scope(
        name=entry.name,
        at=entry.key.span,
        variables=variables,
        context=context,
        stages=shared.stages,
    )
    parallel = read_parallel(fields, scope)
    stage = fields.scalar("stage")
    word = DEFAULT_STAGE if stage is None else _word(stage.text, variables)
    fixed = {**variables.fixed, "CI_JOB_STAGE": word, "CI_JOB_NAME": entry.name}
    scope = replace(scope, variables=replace(variables, cells=parallel.names, fixed=fixed))
    if word not in shared.stages:
        _report_stage(word, scope.at if stage is None else stage.span, shared, context)
    ruling = _ruling(fields, scope, shared)
    scope = replace(scope, variables=_with_chosen(scope.variables, ruling))
    lacking = shared.lacking.get(entry.name, ())
    draft = _read_body(fields, scope, (word, parallel, ruling), lacking)
    if not (draft.scripts.main or draft.special or draft.absent):
        draft = _without_script(draft, shared, context)
    comments = (*entry.comments, *fields.comments)
    job = replace(draft.job, comments=comments)
    return replace(draft, seen=inherited, variables={**seen, **own}, job=job)


def _without_script(draft: Draft, shared: Shared, context: Context) -> Draft:
    """A job with nothing to run is an error, unless that may stand in a file not at hand."""
    at = draft.job.span
    if shared.tolerant and at is not None:
        return replace(draft, special=(_absent("the script of the job", at),))
    message = f"the job {draft.job.id!r} has neither 'script' nor 'run' nor 'trigger'"
    context.diagnostics.error("missing-script", message, at)
    return draft


def _absent(what: str, at: Span) -> Use:
    ref = ActionRef(format=FORMAT, name="extends", written=what, span=at)
    return Use(ref=ref, span=at)


def _word(text: str, variables: Variables) -> str:
    return (variables.constant(text[1:]) or text) if text.startswith("$") else text


def _report_stage(word: str, span: Span, shared: Shared, context: Context) -> None:
    from difflib import get_close_matches  # loaded when something is wrong, not before

    close = get_close_matches(word, shared.stages, 1)
    help = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(shared.stages)}"
    if shared.tolerant:
        said = "is not in the files at hand, so its jobs run as late as their needs allow"
        message = f"the stage {word!r} {said}"
        context.diagnostics.warning("unknown-stage", message, span, help)
    else:
        context.diagnostics.error("unknown-stage", f"there is no stage {word!r}", span, help)


def _ruling(fields: Fields, scope: Scope, shared: Shared) -> Ruling:
    """When the job takes part: by `rules`, or by `only`, `except` and `when`."""
    rules = fields.node("rules")
    if rules is not None and is_null(rules):  # takes away those of a template
        rules = None
    at = scope.at
    for name in ("when", "start_in"):
        said = fields.peek(name)
        at = at if said is None else said.span
    when = take_when(fields, scope.context) or "on_success"
    may_fail, codes = take_allow_failure(fields, scope.context)
    interruptible = take_interruptible(fields)
    if may_fail is None and when == "manual" and rules is None:
        may_fail = Literal(value=True, span=scope.at)  # nobody waits for it
    how = How(
        when=when,
        after=fields.text("start_in"),
        may_fail=may_fail,
        exit_codes=codes,
        interruptible=interruptible or None,
    )
    outer = shared.conditions.get(scope.name)
    if rules is not None:
        _refuse_policies(fields, scope.context)
        found = read_rules(rules, scope, how)
        kept = tuple(replace(one, condition=all_of((outer, one.condition))) for one in found.rules)
        return Ruling(rules=kept)
    condition = read_only_except(fields, scope, by_default=not shared.has_rules)
    node = Node(span=at)
    return Ruling(rules=(Rule(condition=all_of((outer, condition)), how=how, node=node),))


def _refuse_policies(fields: Fields, context: Context) -> None:
    """`only` and `except` exclude `rules`."""
    for name in ("only", "except"):
        entry = fields.entry(name)
        if entry is not None:
            message = f"{name!r} cannot stand beside 'rules'"
            help = "say it in a rule" if name == "only" else "say it in a rule with 'when: never'"
            context.diagnostics.error("unknown-key", message, entry.key.span, help)


def _with_chosen(variables: Variables, ruling: Ruling) -> Variables:
    """The variables with those whose value depends on the rule that holds."""
    names = dict.fromkeys(one.name for rule in ruling.rules for one in rule.variables)
    chosen = {name: _chosen(name, variables, ruling) for name in names}
    return replace(variables, chosen=chosen) if chosen else variables


def _chosen(name: str, variables: Variables, ruling: Ruling) -> Expr:
    found = variables.find(name)
    otherwise = Literal(value="" if found is None else found.text)
    return ruling.value(name, variables, otherwise, None)


def _read_body(
    fields: Fields,
    scope: Scope,
    given: tuple[str, Parallel, Ruling],
    lacking: tuple[Scalar, ...],
) -> Draft:
    stage, parallel, ruling = given
    wanted = read_needs(fields, scope)
    retry, tries = read_retry(fields, scope)
    deployment = read_environment(fields, scope)
    runner = read_runner(fields, scope)
    scripts = in_shell_of(runner, read_scripts(fields, scope))
    caches = read_caches(fields, scope)
    artifacts = read_artifacts(fields, scope)
    special = read_special(fields, scope)
    rights = read_rights(fields, scope)
    job = Job(
        id=scope.name,
        stage=stage,
        needs=wanted.needs,
        choices=ruling.choices(scope.variables),
        matrix=parallel.matrix,
        env=(*parallel.env, *_env(scope.variables), *rights.env),
        timeout=read_timeout(fields, scope),
        retry=retry,
        concurrency=read_turns(fields, scope),
        runner=runner,
        container=read_image(fields, scope),
        services=read_services(fields, scope),
        environment=deployment.environment,
        span=scope.at,
    )
    fields.entry("inherit")
    kept = (
        *extras(fields, *_SHOWN, matters=False),
        *extras(fields, *_ALONE),
        *wanted.extras,
        *tries,
        *deployment.extras,
        *caches.extras,
        *artifacts.extras,
        *special.extras,
        *rights.extras,
        *ruling.extras,
        *(() if special.replaces else settings_of(scope.variables)),
        *fields.leftovers(FORMAT),
    )
    absent = tuple(_absent(f"the template {one.text}", one.span) for one in lacking)
    return Draft(
        job=replace(job, extras=kept),
        wanted=wanted,
        scripts=scripts,
        absent=absent,
        given=(*wanted.foreign, *rights.steps),
        special=special.steps,
        published=special.published,
        checkout=None if special.replaces else read_checkout(scope),
        caches=caches,
        artifacts=artifacts,
    )


def _env(variables: Variables) -> Iterator[EnvVar]:
    for name, one in variables.own.items():
        if name not in KEYWORDS:
            yield env_var(one, variables)
