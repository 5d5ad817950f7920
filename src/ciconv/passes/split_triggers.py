"""Splits off what a program that nobody triggers cannot have: events, rights, turns, values.

The shim is a pipeline of the source's own format with one job that starts the program.
"""

import re
from functools import partial, reduce

from ciconv.context import Context
from ciconv.ir.expression import (
    Binary,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    conjuncts,
    constant,
    has_status_function,
    text,
    walk,
)
from ciconv.ir.job import Environment, Job, Permission, Runner
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import ActionRef, Argument, EnvVar, Run, Step, Use
from ciconv.profile import Feature, Profile, Support

_ACTIONS = {"actions/checkout": "v4", "cachix/install-nix-action": "v31"}
_LEVELS = ("none", "read", "write")


def split_triggers(project: Project, profile: Profile, context: Context) -> Project | None:
    """Return the project of shims, None when the target has triggers of its own."""
    if profile.of(Feature.TRIGGERS).support is not Support.LOWERED:
        return None
    return replace(project, pipelines=tuple(map(_shim, project.pipelines)))


def _shim(pipeline: Pipeline) -> Pipeline:
    return Pipeline(
        id=pipeline.id,
        path=pipeline.path,
        name=pipeline.name,
        run_name=pipeline.run_name,
        triggers=pipeline.triggers,
        inputs=pipeline.inputs,
        secrets=pipeline.secrets,
        concurrency=pipeline.concurrency,
        permissions=pipeline.permissions,
        jobs=(_job(pipeline),),
        comments=pipeline.comments,
        span=pipeline.span,
    )


def _job(pipeline: Pipeline) -> Job:
    return Job(
        id=pipeline.id,
        runner=usual_runner(pipeline),
        permissions=_permissions(pipeline),
        environment=_environment(pipeline),
        steps=_steps(pipeline),
        span=pipeline.span,
    )


def _steps(pipeline: Pipeline) -> tuple[Step, ...]:
    checkout = _use("actions/checkout", Argument(name="fetch-depth", value=_number(0.0)))
    run = Run(
        script=text(f"nix run .#{program_name(pipeline)}"),
        env=tuple(EnvVar(name=one.name, value=one.value) for one in pipeline.bindings),
    )
    return (checkout, _use("cachix/install-nix-action"), run)


def program_name(pipeline: Pipeline) -> str:
    """Return the name of the program that a pipeline becomes: lower-case words joined by `-`."""
    return re.sub(r"[^a-z0-9_]+", "-", pipeline.id.lower()).strip("-") or "workflow"


def _use(name: str, *arguments: Argument) -> Use:
    version = _ACTIONS[name]
    written = f"{name}@{version}"
    ref = ActionRef(format="github", name=name, version=version, written=written)
    return Use(ref=ref, arguments=arguments)


def _number(value: float) -> Template:
    return Template(parts=(Literal(value=value),))


def usual_runner(pipeline: Pipeline) -> Runner:
    """Return the runner that most jobs of a pipeline ask for; the first of several such."""
    runners = [
        job.runner
        for job in pipeline.jobs
        if isinstance(job, Job) and job.runner is not None and _is_constant(job.runner)
    ]
    if not runners:
        return Runner(labels=(text("ubuntu-latest"),))
    best = max(runners, key=runners.count)
    return replace(best, comments=())


def _is_constant(runner: Runner) -> bool:
    labels = (*runner.labels, *((runner.group,) if runner.group else ()))
    return all(constant(one) is not None for one in labels)


def _permissions(pipeline: Pipeline) -> tuple[Permission, ...] | None:
    """The rights of all jobs together, where jobs have rights of their own."""
    own = [job.permissions for job in pipeline.jobs if job.permissions is not None]
    if not own:
        return None
    sets = [*own]
    if len(own) < len(pipeline.jobs) and pipeline.permissions is not None:
        sets.append(pipeline.permissions)
    whole = [one for some in sets for one in some if one.scope == "*"]
    if whole:
        return (max(whole, key=lambda one: one.access == "write-all"),)
    best: dict[str, Permission] = {}
    for permission in (one for some in sets for one in some):
        known = best.get(permission.scope)
        if known is None or _level(permission) > _level(known):
            best[permission.scope] = replace(permission, comments=())
    return tuple(best.values())


def _level(permission: Permission) -> int:
    return _LEVELS.index(permission.access) if permission.access in _LEVELS else -1


def environments(pipeline: Pipeline) -> dict[Template, Job]:
    """Return the environments that jobs ask for by name, each with the last such job."""
    return {
        job.environment.name: job
        for job in pipeline.jobs
        if isinstance(job, Job) and job.environment is not None
    }


def _environment(pipeline: Pipeline) -> Environment | None:
    """The environment of the jobs, if there is one only, asked for when its job would run."""
    found = environments(pipeline)
    if len(found) != 1:
        return None
    ((name, job),) = found.items()
    environment, known = job.environment, constant(name)
    several = sum(isinstance(one, Job) and one.environment is not None for one in pipeline.jobs) > 1
    parts = [one for one in conjuncts(job.choices[0].condition) if _is_known_before(one)]
    if environment is None or known is None or several or not parts:
        return Environment(name=name)
    chosen = reduce(partial(_binary, Op.AND), (*parts, Literal(value=known)))
    either = _binary(Op.OR, chosen, Literal(value=""))
    return Environment(name=Template(parts=(either,)), span=environment.span)


def _binary(op: Op, left: Expr, right: Expr) -> Binary:
    return Binary(op=op, left=left, right=right, semantics=Semantics.GITHUB)


_AT_START = frozenset({"github", "ref", "event", "commit", "repo", "inputs", "vars", "pr", "actor"})


def _is_known_before(expr: Expr) -> bool:
    return not has_status_function(expr) and all(
        one.path[0] in _AT_START for one in walk(expr) if isinstance(one, Ref)
    )
