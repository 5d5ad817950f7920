"""Going through the IR: visiting every node, and rebuilding it with some nodes changed."""

from collections.abc import Callable, Iterable, Iterator
from operator import is_
from typing import TypeVar

from ciconv.diagnostics import Label
from ciconv.ir.expression import Expr, Index, Literal, Ref, Template, join_texts
from ciconv.ir.job import Axis, Job, JobBase, Row
from ciconv.ir.node import Node, node_fields, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Group, Step
from ciconv.source import Comment
from ciconv.syntax.node import Node as Tree
from ciconv.syntax.node import comments_in

N = TypeVar("N", bound=Node)


def children(node: Node) -> list[Node]:
    """Return the IR nodes directly below a node, in the order of its fields."""
    found: list[Node] = []
    for name in node_fields(type(node)):
        value = getattr(node, name)
        if not value:
            continue
        if type(value) is tuple:
            found += [item for item in value if isinstance(item, Node)]
        elif isinstance(value, Node):
            found.append(value)
    return found


def nodes(node: Node, *, until: type[Node] | None = None) -> Iterator[Node]:
    """Yield a node and all below it, each before its children; what is below `until` is not."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if node_fields(type(one)) and (until is None or not isinstance(one, until)):
            waiting += reversed(children(one))


def comments_of(node: Node) -> tuple[Comment, ...]:
    """Return the comments of a node and of all below it, values of a matrix included."""
    found: dict[Comment, None] = {}
    for one in nodes(node):
        if one.comments:
            found |= dict.fromkeys(one.comments)
        trees: Iterable[Tree] = ()
        if isinstance(one, Axis):
            trees = one.values
        elif isinstance(one, Row):
            trees = (value for _, value in one.values)
        for tree in trees:
            found |= dict.fromkeys(comments_in(tree))
    return tuple(found)


Change = Callable[[Node], Node]


def rewrite(node: N, change: Change, *, whole: Callable[[Node], Node | None] | None = None) -> N:
    """Return the node rebuilt from below: `change` sees each node after its children.

    What `whole` returns for a node stands in its place, and nothing below it is looked at.
    Nothing is copied where nothing changed. The depth is that of the source, which is bounded.
    """
    if whole is not None and (instead := whole(node)) is not None:
        return instead  # type: ignore[return-value]
    changes = {}
    for name in node_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            new: object = rewrite(value, change, whole=whole)
        elif type(value) is tuple and value:
            rebuilt = [
                rewrite(one, change, whole=whole) if isinstance(one, Node) else one for one in value
            ]
            new = value if all(map(is_, value, rebuilt)) else tuple(rebuilt)
        else:
            continue
        if new is not value:
            changes[name] = new
    return change(replace(node, **changes) if changes else node)  # type: ignore[return-value]


def replace_references(node: N, value_of: Callable[[Ref], Expr | None]) -> N:
    """Return the node with some references replaced by values; text among them is joined."""

    def change(one: Node) -> Node:
        if isinstance(one, Ref):
            return value_of(one) or one
        if isinstance(one, Index) and isinstance(one.base, Ref) and isinstance(one.key, Literal):
            return value_of(Ref(path=(*one.base.path, str(one.key.value)), span=one.span)) or one
        return joined(one) if isinstance(one, Template) else one

    return rewrite(node, change)


def joined(template: Template) -> Template:
    """Return the template without templates in it, and with neighbouring texts made one."""
    parts = join_texts(template.parts)
    same = len(parts) == len(template.parts) and all(map(is_, parts, template.parts))
    return template if same else replace(template, parts=parts)


def with_label(node: N, label: Label) -> N:
    """Return the node with a label on it and on all below: where they came from."""
    return rewrite(node, lambda one: replace(one, provenance=(*one.provenance, label)))


def steps_of(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield steps and those inside groups, in the order they run."""
    for step in steps:
        yield step
        if isinstance(step, Group):
            yield from steps_of(step.steps)


def ancestors(pipeline: Pipeline, job: JobBase) -> tuple[str, ...]:
    """Return the ids of all jobs that a job waits for, directly or not, in pipeline order."""
    by_id = {one.id: one for one in pipeline.jobs}
    found: set[str] = set()
    waiting = [need.job for need in job.needs or ()]
    while waiting:
        name = waiting.pop()
        if name not in found and name in by_id:
            found.add(name)
            waiting.extend(need.job for need in by_id[name].needs or ())
    return tuple(one.id for one in pipeline.jobs if one.id in found and one.id != job.id)


def needs_cycle(jobs: tuple[JobBase, ...]) -> tuple[str, ...]:
    """Return the ids of jobs that wait for each other in a circle, () when none do."""
    waiting = {job.id: {need.job for need in job.needs or ()} for job in jobs}
    while True:
        ready = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        if not ready:
            break
        for name in ready:
            del waiting[name]
    if not waiting:
        return ()
    path = [next(iter(waiting))]
    while True:
        following = next(one for one in waiting if one in waiting[path[-1]])
        if following in path:
            return tuple(path[path.index(following) :])
        path.append(following)


def with_jobs(pipeline: Pipeline, change: Callable[[Job], JobBase]) -> Pipeline:
    """Return the pipeline with each job that has steps changed; calls and approvals stay."""
    jobs = tuple(change(one) if isinstance(one, Job) else one for one in pipeline.jobs)
    return replace(pipeline, jobs=jobs)


def all_steps(pipeline: Pipeline) -> Iterator[tuple[Job, Step]]:
    """Yield every step of a pipeline with its job."""
    for job in pipeline.jobs:
        if isinstance(job, Job):
            for step in steps_of((*job.steps, *job.finally_steps)):
                yield job, step
