"""Containers that steps name: one of them is the job's, or the job calls into each of them."""

from collections import Counter
from collections.abc import Iterator

from ciconv.converters.jenkins.jobs.agents import Machine
from ciconv.converters.jenkins.jobs.beside import Waiting, inside, start, stop
from ciconv.converters.jenkins.steps.containers import KEY, container_of, template_of
from ciconv.converters.jenkins.steps.plugins import kept_as_written
from ciconv.ir.expression import text
from ciconv.ir.job import Container
from ciconv.ir.node import replace, shared
from ciconv.ir.step import Checkout, DownloadArtifact, Group, Run, Step
from ciconv.passes.program_name import program_name

Settled = tuple[tuple[Step, ...], Container | None, tuple[Container, ...]]


def settle(steps: tuple[Step, ...], machine: Machine, variables: tuple[str, ...]) -> Settled:
    """Return the steps, and the container and the services of their job.

    `variables`: those that are set around all of the steps.
    """
    used = Counter(container_of(one) for one in _runs(steps))
    del used[None]  # which are no scripts of the user
    own = _name(machine)
    homes = Counter({name or own: 0 for name in used})
    for name, count in used.items():
        homes[name or own] += count
    named = [name for name, _ in homes.most_common() if name]
    services = _services(machine, named)
    is_started = any(name.startswith("here:") for name in named)  # by a step before
    if machine.build is not None or is_started or len(homes) > 1:
        boxes = {name: box for name in named if (box := _waiting(name, machine)) is not None}
        if all(name in boxes for name in named):
            return _called(steps, machine, boxes, variables), None, services
    container = machine.container
    if container is None and named:
        container = _container(named[0], machine)
    here = {named[0] if named else "", own}
    found = tuple(_settled(one, here, own) for one in steps)
    if container is not None:
        services = tuple(one for one in services if one.name != container.name)
        container = replace(container, name="")
    return found, container, services


def _name(machine: Machine) -> str:
    """What the container of all steps is called that name none."""
    if machine.build is not None:
        return "built:agent"
    default = None if machine.pod is None else machine.pod.default
    if default is not None:
        return f"pod:{default.name}"
    return "own:agent" if machine.container is not None else ""


def _services(machine: Machine, named: list[str]) -> tuple[Container, ...]:
    """The containers of a pod that run by themselves."""
    if machine.pod is None:
        return ()
    return tuple(
        one
        for one in machine.pod.containers
        if one.name not in machine.pod.waiting
        and f"pod:{one.name}" not in named
        and one.name != "jnlp"
    )


def _runs(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Group):
            yield from _runs(step.steps)
        elif isinstance(step, Run):
            yield step


def _container(name: str, machine: Machine) -> Container | None:
    kind, _, rest = name.partition(":")
    if kind == "own":
        return machine.container
    if kind in ("built", "here"):
        return Container(image=text("agent"), options=machine.options, span=machine.span)
    if kind == "pod":
        return None if machine.pod is None else machine.pod.named(rest)
    image, _, options = rest.partition(" ")
    return Container(
        image=template_of(image),
        options=template_of(options) if options else None,
        span=machine.span,
    )


def _waiting(name: str, machine: Machine) -> Waiting | None:
    """The container as one that the job starts."""
    container = _container(name, machine)
    if container is None or container.env or container.username is not None:
        return None
    kind, _, rest = name.partition(":")
    short = rest.partition(" ")[0].rpartition("/")[2].partition(":")[0]
    return Waiting(name=program_name(short) or "agent", container=container, is_pod=kind == "pod")


def _called(
    steps: tuple[Step, ...],
    machine: Machine,
    boxes: dict[str, Waiting],
    variables: tuple[str, ...],
) -> tuple[Step, ...]:
    """The steps between the start and the end of containers, which they call into."""
    files = 0
    while files < len(steps) and isinstance(steps[files], Checkout | DownloadArtifact):
        files += 1
    first = () if machine.build is None else (machine.build,)
    own_boxes = [one for name, one in boxes.items() if not name.startswith("here:")]
    started = tuple(map(start, own_boxes))
    own = _name(machine)
    body = tuple(_within(one, boxes, own, variables) for one in steps[files:])
    last = (stop(own_boxes, machine.span),) if own_boxes else ()
    return (*steps[:files], *first, *started, *body, *last)


def _within(step: Step, boxes: dict[str, Waiting], own: str, variables: tuple[str, ...]) -> Step:
    name = container_of(step)
    step = _unmarked(step)
    if isinstance(step, Group):
        inner = (*variables, *(one.name for one in step.env))
        return replace(step, steps=tuple(_within(one, boxes, own, inner) for one in step.steps))
    box = None if name is None else boxes.get(name or own)
    if box is None or not isinstance(step, Run):
        return step
    return inside(step, box, variables) or _kept(step, box.name)


def _unmarked(step: Step) -> Step:
    extras = tuple(one for one in step.extras if one.key != KEY or one.span is not None)
    return step if len(extras) == len(step.extras) else replace(step, extras=extras)


def _settled(step: Step, here: set[str], own: str) -> Step:
    name = container_of(step)
    step = _unmarked(step)
    if isinstance(step, Group):
        return replace(step, steps=tuple(_settled(one, here, own) for one in step.steps))
    if name is None or (name or own) in here or not isinstance(step, Run):
        return step
    return _kept(step, (name or own).partition(":")[2])


def _kept(step: Run, name: str) -> Step:
    """A step in a container that is not the job's, and that nobody knows how to start."""
    kept = kept_as_written(f"container {name}", step.span)
    return replace(kept, **shared(step, Step))
