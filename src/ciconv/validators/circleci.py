"""A configuration of CircleCI as it is written: what is declared, and where it is called."""

from collections.abc import Iterator
from typing import NamedTuple

from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.workflow import entries, text_of

_BLOCKS = ("when", "unless")  # steps that hold steps


class Place(NamedTuple):
    """A file, or an orb inside of one: what its steps and jobs can call."""

    root: Mapping
    orbs: tuple[str, ...]  # names of those that are declared
    commands: dict[str, Mapping]
    jobs: dict[str, Mapping]


class Step(NamedTuple):
    """A step by its name, with what it is given."""

    name: Scalar
    value: Node | None


def places(root: Mapping) -> Iterator[Place]:
    """Yield the configuration, then the orbs that are written in it."""
    yield _place(root)
    for _, orb in entries(root.get("orbs")):
        if isinstance(orb, Mapping):
            yield _place(orb)


def _place(root: Mapping) -> Place:
    orbs = tuple(name for name, _ in entries(root.get("orbs")))
    return Place(root, orbs, _mappings(root, "commands"), _mappings(root, "jobs"))


def _mappings(root: Mapping, key: str) -> dict[str, Mapping]:
    return {name: one for name, one in entries(root.get(key)) if isinstance(one, Mapping)}


def steps_of(node: Node | None) -> Iterator[Step]:
    """Yield the steps of a list, those inside of conditions as well."""
    found = None if node is None else resolve(node)
    for item in map(resolve, found.items if isinstance(found, Sequence) else ()):
        if isinstance(item, Scalar):
            yield Step(item, None)
        elif isinstance(item, Sequence):
            yield from steps_of(item)
        elif isinstance(item, Mapping) and len(item.entries) == 1:
            yield from _keyed(item.entries[0])


def _keyed(entry: Entry) -> Iterator[Step]:
    value = resolve(entry.value)
    if entry.name == "steps":
        yield from steps_of(value)
    elif entry.name in _BLOCKS:
        yield from steps_of(value.get("steps") if isinstance(value, Mapping) else None)
    elif isinstance(entry.key, Scalar):
        yield Step(entry.key, value)


def calls_of_jobs(root: Mapping) -> Iterator[tuple[str, Mapping]]:
    """Yield the jobs of all workflows that are given something, by name."""
    for _, workflow in entries(root.get("workflows")):
        jobs = workflow.get("jobs") if isinstance(workflow, Mapping) else None
        for item in map(resolve, jobs.items if isinstance(jobs, Sequence) else ()):
            for name, given in entries(item):
                if isinstance(given, Mapping):
                    yield name, given


def types_of(holder: Mapping) -> dict[str, str]:
    """Return the types of the parameters that something declares."""
    found = entries(holder.get("parameters"))
    return {name: text_of(one, "type") or "string" for name, one in found}
