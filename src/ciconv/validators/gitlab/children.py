"""Pipelines that a job starts from another file of the repository.

https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#parent-child-pipelines
"""

from collections.abc import Iterator

from ciconv.context import Context
from ciconv.ir.pipeline import Project
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.gitlab.config import configs
from ciconv.validators.subject import Subject

_DYNAMIC = frozenset("$*?[")  # in a name: known to the run, or of several files


def children(project: Project, context: Context) -> tuple[str, ...]:
    """Return the paths of the files at hand of which each is a whole child pipeline."""
    roots = tuple(
        (one.path, one.tree) for one in project.pipelines if isinstance(one.tree, Mapping)
    )
    if not any("trigger" in tree.span.source.text or tree.get("include") for _, tree in roots):
        return ()  # putting a configuration together takes time
    subject = Subject(format="gitlab", project=project, roots=roots, context=context)
    names = {
        name
        for config in configs(subject)
        for entry in config.jobs
        for name in _started(entry.value)
        if _DYNAMIC.isdisjoint(name)
    }
    return tuple(sorted(name for name in names if context.workspace.readable(name) is not None))


def _started(job: Node) -> Iterator[str]:
    """The only file that a job starts another pipeline from."""
    trigger = job.get("trigger") if isinstance(job, Mapping) else None
    found = trigger.get("include") if isinstance(trigger, Mapping) else None
    items = found.items if isinstance(found, Sequence) else () if found is None else (found,)
    if len(items) != 1:
        return
    one = resolve(items[0])
    path = one.get("local") if isinstance(one, Mapping) else one
    if isinstance(path, Scalar):
        yield path.text.lstrip("/")
