"""Containers that steps name: one of them is the job's, steps in any other one are kept."""

from collections import Counter
from collections.abc import Iterator

from ciconv.converters.jenkins.jobs.agents import Machine
from ciconv.converters.jenkins.steps.containers import KEY, container_of, template_of
from ciconv.ir.job import Container
from ciconv.ir.node import replace, shared
from ciconv.ir.step import ActionRef, Extra, Group, Run, Step, Use


def settle(
    steps: tuple[Step, ...], machine: Machine
) -> tuple[tuple[Step, ...], Container | None, tuple[Container, ...]]:
    """Return the steps, and the container and the services of their job."""
    used = Counter(container_of(one) for one in _runs(steps))
    named = [name for name, _ in used.most_common() if name is not None]
    chosen = None
    if machine.container is None and named and (machine.pod is not None or None not in used):
        chosen = named[0]
    container = machine.container if chosen is None else _container(chosen, machine)
    here = {chosen, _name(machine)}
    return (
        tuple(_settled(one, here) for one in steps),
        container if container is None else replace(container, name=""),
        _services(machine, named, container),
    )


def _name(machine: Machine) -> str | None:
    default = None if machine.pod is None else machine.pod.default
    return None if default is None else f"pod:{default.name}"


def _services(
    machine: Machine, named: list[str], container: Container | None
) -> tuple[Container, ...]:
    """The containers of a pod that run by themselves."""
    if machine.pod is None:
        return ()
    return tuple(
        one
        for one in machine.pod.containers
        if one.name not in machine.pod.waiting
        and f"pod:{one.name}" not in named
        and one.name != "jnlp"
        and (container is None or container.name != one.name)
    )


def _runs(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Group):
            yield from _runs(step.steps)
        elif isinstance(step, Run):
            yield step


def _container(name: str, machine: Machine) -> Container | None:
    kind, _, rest = name.partition(":")
    if kind == "pod":
        return None if machine.pod is None else machine.pod.named(rest)
    image, _, options = rest.partition(" ")
    return Container(
        image=template_of(image),
        options=template_of(options) if options else None,
        span=machine.span,
    )


def _settled(step: Step, here: set[str | None]) -> Step:
    name = container_of(step)
    extras = tuple(one for one in step.extras if one.key != KEY or one.span is not None)
    if isinstance(step, Group):
        inner = tuple(_settled(one, here) for one in step.steps)
        return replace(step, steps=inner, extras=extras)
    if name is None or name in here or not isinstance(step, Run):
        return replace(step, extras=extras) if name is not None else step
    return _kept(step, name, extras)


def _kept(step: Run, name: str, extras: tuple[Extra, ...]) -> Step:
    """A step in a container that is not the job's."""
    span = step.span
    written = "" if span is None else span.text
    ref = ActionRef(
        format="jenkins", name=f"container {name.partition(':')[2]}", written=written, span=span
    )
    given = shared(step, Step) | {"extras": extras}
    return Use(ref=ref, **given)
