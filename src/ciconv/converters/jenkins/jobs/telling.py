"""What is said of stages and of `post` whose jobs cannot do quite what Jenkins does."""

from collections.abc import Iterable

from ciconv.converters.jenkins.jobs.agents import Machine
from ciconv.converters.jenkins.jobs.drafts import Draft
from ciconv.converters.jenkins.jobs.nodes import without_machine
from ciconv.converters.jenkins.jobs.posts import Ending, results_of
from ciconv.converters.jenkins.sections import Directive
from ciconv.converters.jenkins.steps.frame import Notes, Place
from ciconv.diagnostics import Severity
from ciconv.ir.step import Group, Step, Use
from ciconv.ir.walk import steps_of


def tell_lost(block: Directive | None, machine: Machine | None, notes: Notes) -> None:
    """Say that a step which only a machine can do stands where none is."""
    lost = None if block is None or machine is not None else without_machine(block.body)
    if lost is not None:
        said = f"no agent is here, so that {lost.name!r} fails in Jenkins; elsewhere it runs"
        notes.say(said, lost.function, severity=Severity.WARNING)


def tell_broken(before: Iterable[Draft], notes: Notes) -> None:
    """Say that the next job does not run after failures that end none of the stages before."""
    for one in (one for draft in before for one in draft.blemishes):
        if one.build == "FAILURE":
            said = "the stages in other jobs do not run once this has failed, as the job fails"
            notes.say(said, one.failed, severity=Severity.WARNING)


def is_unsent(ending: Ending, place: Place) -> bool:
    """Return whether a block of `post` does nothing that any other system needs a step for.

    No job stands for it then, which is said.
    """
    if not place.scope.context.expand or not ending.steps:
        return False
    steps = [one for one in steps_of(ending.steps) if not isinstance(one, Group)]
    reasons = [_unneeded(one, place) for one in steps]
    if None in reasons:
        return False
    for step, reason in zip(steps, reasons, strict=True):
        written = step.ref.written if isinstance(step, Use) else ""
        said = f"{written!r} is left out: {reason}"
        place.notes.say(said, step, severity=Severity.WARNING)
    return True


def _unneeded(step: Step, place: Place) -> str | None:
    """Why nobody needs a step, None for one that does something."""
    tool = None
    if isinstance(step, Use):
        tool = place.scope.context.catalog.tool_for("jenkins", step.ref.name)
    column = None if tool is None else tool.column("shell")
    return None if column is None else column.nothing


def tell_unasked(endings: Iterable[Ending], after: Iterable[Draft], notes: Notes) -> None:
    """Say that a job does not ask for what failed in others and may."""
    if not results_of(one for draft in after for one in draft.blemishes).unstable:
        return
    for one in endings:
        if one.name in ("success", "unsuccessful"):
            said = f"{one.name!r} does not ask for failures in other jobs that end none of them"
            notes.say(said, one, severity=Severity.WARNING)
