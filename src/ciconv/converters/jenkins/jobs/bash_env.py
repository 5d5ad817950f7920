"""The file that each bash of a job begins with: agents stay, so every job has one of its own."""

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar
from ciconv.profile import Feature, Outcome

_SAID = "BASH_ENV is a file beside the workspace, as machines are not new for each job"


def with_own_bash_env(job: Job, context: Context, place: Place) -> Job:
    """Return the job with a file that no other job of the agent, now or later, has."""
    env = tuple(_own(one, job.id) for one in job.env)
    if env == job.env:
        return job
    variable = next(one for one in job.env if one.name == "BASH_ENV")
    context.lose(place.loss(Feature.VARIABLE, Outcome.APPROXIMATED), _SAID, variable)
    return replace(job, env=env)


def _own(variable: EnvVar, job: str) -> EnvVar:
    said = constant(variable.value) or ""
    if variable.name != "BASH_ENV" or not said.startswith("/tmp/"):
        return variable
    name = said.removeprefix("/tmp/")
    parts = (
        Ref(path=("temp",)),
        Literal(value=f"/{name}-"),
        Ref(path=("run", "number")),
        Literal(value=f"-{job}"),
    )
    return replace(variable, value=Template(parts=parts, span=variable.value.span))
