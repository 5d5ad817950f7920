"""What actions have to find in jobs that come from other systems: rights, and an environment."""

from ciconv.catalog.tool import ActionColumn
from ciconv.context import Context, Place
from ciconv.ir.expression import text
from ciconv.ir.job import Environment, Job, Permission
from ciconv.ir.node import Node, replace
from ciconv.ir.step import Checkout, Step, Use
from ciconv.profile import Feature, Outcome


def with_rights(job: Job, context: Context, place: Place) -> Job:
    """Return a job whose token may do what its actions do, in the environment that they ask for.

    https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/control-permissions
    """
    found = [(step, action) for step in job.steps if (action := _action(step, context)) is not None]
    for step, action in found:
        if action.permissions and job.permissions is None:
            job = replace(job, permissions=_permissions(job, [one for _, one in found]))
            said = f"the token of the job may do what {action.uses!r} does, and no more"
            context.lose(place.loss(Feature.JOB_PERMISSIONS, Outcome.LOWERED), said, step)
        if action.environment and job.environment is None:
            name = text(action.environment)
            job = replace(job, environment=Environment(name=name, span=step.span))
            said = f"the job has the environment {action.environment!r}, as {action.uses!r} asks"
            context.lose(place.loss(Feature.ENVIRONMENT, Outcome.LOWERED), said, step)
        if action.setting:
            _tell_setting(action.setting, step, context, place)
    return job


def _tell_setting(setting: str, step: Node, context: Context, place: Place) -> None:
    context.lose(place.loss(Feature.ENVIRONMENT, Outcome.MANUAL), setting, step)


def _action(step: Step, context: Context) -> ActionColumn | None:
    """The action that a step of another system became."""
    if not isinstance(step, Use) or step.tool is None or step.ref.format == "github":
        return None
    tool = context.catalog.tool(step.tool)
    return None if tool is None else tool.github


def _permissions(job: Job, actions: list[ActionColumn]) -> tuple[Permission, ...]:
    """All that is needed; what a mapping of permissions does not name is taken away."""
    reads = {"contents": "read"} if any(isinstance(one, Checkout) for one in job.steps) else {}
    needed: dict[str, str] = dict(reads)
    for action in actions:
        needed |= action.permissions
    return tuple(Permission(scope=scope, access=access) for scope, access in needed.items())
