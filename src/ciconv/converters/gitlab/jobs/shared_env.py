"""Variables that all scripts of a job set alike are those of the job.

https://docs.gitlab.com/ci/yaml/#job-variables
"""

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.ir.expression import Ref
from ciconv.ir.job import Job
from ciconv.ir.node import Node, replace
from ciconv.ir.step import EnvVar, Placeholder, Run, Step, env_within
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome

_OF_THE_RUN = frozenset({"env", "steps", "needs", "job"})


def with_shared_env(job: Job, writer: Writer) -> Job:
    """Return the job with what its scripts share, where nothing else of it could see that.

    Services have the variables of a job, too.
    """
    scripts = _scripts(job)
    if not scripts or job.services:
        return job
    names = _asked_elsewhere(job)
    shared = {
        one.name: one
        for one in scripts[0].env
        if one.name not in names
        and all(_same(one, script) for script in scripts)
        and not any(isinstance(part, Ref) and part.path[0] in _OF_THE_RUN for part in nodes(one))
    }
    for one in shared.values():
        if _is_ambient(one):
            continue
        said = f"{one.name!r} is a variable of the job, as all its scripts have it"
        writer.lose(Feature.VARIABLE, Outcome.LOWERED, said, one)
    if not shared:
        return job
    return replace(
        job,
        env=env_within(job.env, tuple(shared.values())),
        steps=tuple(_without(one, shared) for one in job.steps),
        finally_steps=tuple(_without(one, shared) for one in job.finally_steps),
    )


def _is_ambient(one: EnvVar) -> bool:
    """Whether a variable is a secret or a setting of its own name, which every job has."""
    part = one.value.parts[0] if len(one.value.parts) == 1 else None
    return isinstance(part, Ref) and part.path in (("secrets", one.name), ("vars", one.name))


def _scripts(job: Job) -> list[Step]:
    steps = (*job.steps, *job.finally_steps)
    return [one for one in steps if isinstance(one, Run | Placeholder)]


def _same(one: EnvVar, script: Step) -> bool:
    return any(other.name == one.name and other.value == one.value for other in script.env)


def _asked_elsewhere(job: Job) -> frozenset[str]:
    """The variables that keys of the job, and steps that are no scripts, are made of."""
    steps = tuple(one for one in (*job.steps, *job.finally_steps) if one not in _scripts(job))
    rest: tuple[Node, ...] = (replace(job, steps=(), finally_steps=()), *steps)
    return frozenset(
        part.path[1]
        for node in rest
        for part in nodes(node)
        if isinstance(part, Ref) and part.path[0] == "env" and len(part.path) > 1
    )


def _without(step: Step, shared: dict[str, EnvVar]) -> Step:
    if not isinstance(step, Run | Placeholder):
        return step
    return replace(step, env=tuple(one for one in step.env if one.name not in shared))
