"""The matrix of a job as it is written: axes, rows, and which values there can be."""

from collections.abc import Iterator

from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, data, resolve
from ciconv.validators.github.workflow import entries


def axes(job: Mapping) -> dict[str, Node]:
    """Return the axes of a job's matrix by name, without `include` and `exclude`."""
    return {
        name: value
        for name, value in entries(_matrix(job))
        if name not in ("include", "exclude", "<<")
    }


def rows(job: Mapping, key: str) -> Iterator[Mapping]:
    """Yield the rows of `include` or `exclude` that are mappings."""
    found = dict(entries(_matrix(job))).get(key)
    for item in found.items if isinstance(found, Sequence) else ():
        row = resolve(item)
        if isinstance(row, Mapping):
            yield row


def possible_values(job: Mapping) -> dict[str, list[Node]] | None:
    """Return the values a key can have by its name in lower case; None where the run decides."""
    written = dict(entries(_matrix(job)))
    include = written.get("include")
    if "<<" in written or (include is not None and not isinstance(include, Sequence)):
        return None
    found: dict[str, list[Node]] = {}
    for name, value in axes(job).items():
        if not isinstance(value, Sequence) or has_expression(value):
            return None
        found[name.lower()] = list(value.items)
    items = include.items if isinstance(include, Sequence) else ()
    if any(not isinstance(resolve(item), Mapping) or has_expression(item) for item in items):
        return None
    for row in rows(job, "include"):
        for name, value in entries(row):
            found.setdefault(name.lower(), []).append(value)
    return found


def has_expression(node: Node) -> bool:
    """Return whether a value, or a part of it, is worked out by the run."""
    node = resolve(node)
    if isinstance(node, Scalar):
        return "${{" in node.text
    if isinstance(node, Sequence):
        return any(map(has_expression, node.items))
    return any(has_expression(value) for _, value in entries(node))


def within(part: Node, whole: Node) -> bool:
    """Return whether a value is another, or an object with some of its properties."""
    part, whole = resolve(part), resolve(whole)
    if isinstance(part, Scalar) and isinstance(whole, Scalar):
        return part.text == whole.text or part.value == whole.value
    if isinstance(part, Mapping) and isinstance(whole, Mapping):
        known = dict(entries(whole))
        return all(name in known and within(value, known[name]) for name, value in entries(part))
    if isinstance(part, Sequence) and isinstance(whole, Sequence):
        pairs = zip(part.items, whole.items, strict=False)
        return len(part.items) == len(whole.items) and all(within(*pair) for pair in pairs)
    return data(part) == data(whole)


def _matrix(job: Mapping) -> Node | None:
    strategy = job.get("strategy")
    return strategy.get("matrix") if isinstance(strategy, Mapping) else None
