"""The machines that jobs of a workflow ask for, as far as the file says which."""

from collections.abc import Iterator

from ciconv.catalog.catalog import Catalog
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.matrices import axes, rows
from ciconv.validators.github.workflow import Workflow, entries

_MATRIX = "matrix."


def labels(workflow: Workflow) -> Iterator[tuple[Scalar, ...]]:
    """Yield the labels of each job that are constants; each value of a matrix on its own."""
    for job in workflow.jobs.values():
        written = _written(job)
        constant = tuple(one for one in written if "${{" not in one.text)
        if constant:
            yield constant
        fixed = any(one.text.lower() == "self-hosted" for one in constant)
        yield from () if fixed else _chosen(job, written)


def fixed_and_chosen(workflow: Workflow) -> Iterator[tuple[Scalar, tuple[Scalar, ...]]]:
    """Yield each constant label with those a matrix puts beside it."""
    for job in workflow.jobs.values():
        written = _written(job)
        for constant in (one for one in written if "${{" not in one.text):
            yield constant, tuple(one for group in _chosen(job, written) for one in group)


def systems_of(job: Mapping, catalog: Catalog) -> tuple[str, ...]:
    """Return the operating systems a job may run on; nothing where the file does not say."""
    written = _written(job)
    if job.get("container") is not None:
        return ()
    found = [one for one in written if "${{" not in one.text]
    found += [one for group in _chosen(job, written) for one in group]
    systems = {_system(one.text, catalog) for one in found}
    if None in systems or not found or (len(found) > 1 and len(written) == len(found)):
        systems -= {None}
        return tuple(sorted(filter(None, systems))) if len(systems) == 1 else ()
    return tuple(sorted(filter(None, systems)))


def _system(label: str, catalog: Catalog) -> str | None:
    known = catalog.runner(label.lower())
    if known is not None:
        return known.os
    return label.lower() if label.lower() in ("linux", "macos", "windows") else None


def _written(job: Mapping) -> list[Scalar]:
    node: Node | None = job.get("runs-on")
    if isinstance(node, Mapping):
        node = node.get("labels")
    if isinstance(node, Scalar):
        return [node]
    items = node.items if isinstance(node, Sequence) else ()
    return [one for one in map(resolve, items) if isinstance(one, Scalar)]


def _chosen(job: Mapping, written: list[Scalar]) -> Iterator[tuple[Scalar, ...]]:
    """The labels that each value of an axis gives, where they are taken from a matrix."""
    for one in written:
        inner = one.text.strip()
        if not (inner.startswith("${{") and inner.endswith("}}")):
            continue
        name = inner[3:-2].strip()
        if name.startswith(_MATRIX) and name.removeprefix(_MATRIX).replace("-", "_").isidentifier():
            yield from _values(job, name.removeprefix(_MATRIX))


def _values(job: Mapping, name: str) -> Iterator[tuple[Scalar, ...]]:
    axis = axes(job).get(name)
    values = list(axis.items) if isinstance(axis, Sequence) else []
    values += [cell for row in rows(job, "include") for key, cell in entries(row) if key == name]
    for value in values:
        node = resolve(value)
        items = map(resolve, node.items if isinstance(node, Sequence) else (node,))
        group = (one for one in items if isinstance(one, Scalar) and "${{" not in one.text)
        yield tuple(group)
