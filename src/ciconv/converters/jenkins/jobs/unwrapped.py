"""Scripts of a job as the steps that they were wrapped from."""

from collections.abc import Iterator

from ciconv.converters.script_steps.host import JENKINS
from ciconv.converters.script_steps.unwrap import unwrap
from ciconv.ir.node import replace
from ciconv.ir.step import Group, Run, Step


def unwrapped(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps without what `script_steps` puts around scripts, in the same groups."""
    leaves = list(_leaves(steps))
    found = unwrap(tuple(leaves), JENKINS)
    if found is None:
        return tuple(_rebuilt(steps, iter([_alone(one) for one in leaves])))
    new: list[Step | None] = list(found)
    if len(new) < len(leaves):  # the one that prepares the others is no step
        new.insert(next(n for n, one in enumerate(leaves) if isinstance(one, Run)), None)
    return tuple(_rebuilt(steps, iter(new)))


def _alone(step: Step) -> Step | None:
    """A step by itself, where something in the job is not understood; None for no step."""
    found = unwrap((step,), JENKINS)
    if found is None:
        return step
    return found[0] if found else None


def _leaves(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Group):
            yield from _leaves(step.steps)
        else:
            yield step


def _rebuilt(steps: tuple[Step, ...], new: Iterator[Step | None]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Group):
            yield replace(step, steps=tuple(_rebuilt(step.steps, new)))
        elif (found := next(new)) is not None:
            yield found
