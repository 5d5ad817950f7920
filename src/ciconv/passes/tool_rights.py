"""What tools find in jobs that come from other systems to GitHub: rights, an environment."""

from collections.abc import Iterator

from ciconv.catalog.tool import Tool
from ciconv.context import Context, Place
from ciconv.ir.expression import text
from ciconv.ir.job import Environment, Job, Permission
from ciconv.ir.node import replace
from ciconv.ir.step import Checkout, Run, Step, Use
from ciconv.profile import Feature, Outcome


def with_rights(job: Job, context: Context, place: Place) -> Job:
    """Return a job whose token may do what its tools do, in the environment that they ask for.

    https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/control-permissions
    """
    found = tuple(_tools(job.steps, context))
    permissions = _permissions(job, [tool for _, tool in found])
    for step, tool in found:
        if tool.permissions and job.permissions is None:
            job = replace(job, permissions=permissions)
            said = f"the token of the job may do what it is used for ({tool.title}), and no more"
            context.lose(place.loss(Feature.JOB_PERMISSIONS, Outcome.LOWERED), said, step)
        action = tool.github
        if action is None:
            continue
        if action.environment and job.environment is None:
            name = text(action.environment)
            job = replace(job, environment=Environment(name=name, span=step.span))
            said = f"the job has the environment {action.environment!r}, as {action.uses!r} asks"
            context.lose(place.loss(Feature.ENVIRONMENT, Outcome.LOWERED), said, step)
        if action.setting:
            context.lose(place.loss(Feature.ENVIRONMENT, Outcome.MANUAL), action.setting, step)
    return job


def _tools(steps: tuple[Step, ...], context: Context) -> Iterator[tuple[Step, Tool]]:
    """The steps of other systems that became actions or scripts, and the tools that these are."""
    for step in steps:
        if isinstance(step, Use | Run) and step.tool is not None:
            tool = context.catalog.tool(step.tool)
            is_own = isinstance(step, Use) and step.ref.format == "github"
            if tool is not None and not is_own:
                yield step, tool


def _permissions(job: Job, tools: list[Tool]) -> tuple[Permission, ...]:
    """All that is needed; what a mapping of permissions does not name is taken away."""
    reads = any(isinstance(one, Checkout) for one in job.steps)
    needed: dict[str, str] = {"contents": "read"} if reads else {}
    for tool in tools:
        needed |= tool.permissions
    return tuple(Permission(scope=scope, access=access) for scope, access in needed.items())
