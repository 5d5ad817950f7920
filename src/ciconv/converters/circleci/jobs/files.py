"""What jobs of a workflow hand to each other: workspaces, and caches of the same key."""

from collections.abc import Iterator

from ciconv.context import Context
from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.steps.files import WORKSPACE
from ciconv.ir.expression import Call, Expr, Literal, Ref, Template, constant, text, written
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Argument, DownloadArtifact, RestoreCache, SaveCache, Step, UploadArtifact
from ciconv.ir.walk import ancestors


def with_workspaces(jobs: tuple[JobBase, ...], context: Context) -> tuple[JobBase, ...]:
    """Return the jobs, those that attach a workspace with the parts of it that others made."""
    whole = Pipeline(id="", jobs=jobs)
    by_id = {job.id: job for job in jobs}
    found: list[JobBase] = []
    for job in jobs:
        if not isinstance(job, Job) or not any(map(_is_attaching, job.steps)):
            found.append(job)
            continue
        before = (by_id[name] for name in ancestors(whole, job))
        parts = [part for one in before if isinstance(one, Job) for part in _parts(one)]
        steps = tuple(new for step in job.steps for new in _attached(step, parts, job, context))
        found.append(replace(job, steps=steps))
    return tuple(found)


def _is_attaching(step: Step) -> bool:
    return (
        isinstance(step, DownloadArtifact)
        and step.pattern is not None
        and constant(step.pattern) == f"{WORKSPACE}*"
    )


def _parts(job: Job) -> Iterator[str]:
    """The names of what a job puts into the workspace; with `*` for the cells of a matrix."""
    for step in job.steps:
        if isinstance(step, UploadArtifact) and step.root is not None:
            yield constant(step.artifact) or f"{_fixed(step.artifact)}*"


def _fixed(template: Template) -> str:
    first = template.parts[0] if template.parts else None
    return written(first.value) if isinstance(first, Literal) else ""


def _attached(step: Step, parts: list[str], job: Job, context: Context) -> Iterator[Step]:
    if not isinstance(step, DownloadArtifact) or not _is_attaching(step):
        yield step
        return
    if not parts:
        context.diagnostics.warning(
            "empty-workspace",
            f"nothing is in the workspace: no job before {job.id!r} persists to it",
            step.span,
        )
        return
    for name in dict.fromkeys(parts):
        if name.endswith("*"):
            merged = Argument(name="merge", value=text("true"))  # each file where it was
            yield replace(step, pattern=text(name, of=step), arguments=(*step.arguments, merged))
        else:
            yield replace(step, pattern=None, artifact=text(name, of=step))


def with_caches(jobs: tuple[JobBase, ...], config: Config) -> tuple[JobBase, ...]:
    """Return the jobs, what restores a cache with the paths that were saved under its key."""
    saved: dict[str, Template] = {}
    for job in jobs:
        for step in job.steps if isinstance(job, Job) else ():
            if isinstance(step, SaveCache) and step.paths is not None:
                saved.setdefault(_key(step.key), step.paths)
    for key, paths in config.saved.items():
        saved.setdefault(key, paths)
    found: list[JobBase] = []
    for job in jobs:
        if isinstance(job, Job):
            steps = (new for step in job.steps for new in _restored(step, saved, config.context))
            job = replace(job, steps=tuple(steps))
        found.append(job)
    return tuple(found)


def _restored(step: Step, saved: dict[str, Template], context: Context) -> Iterator[Step]:
    """A step with the paths of the cache that it restores; nothing where there is no such cache."""
    if not isinstance(step, RestoreCache) or step.paths is not None:
        yield step
        return
    found = _with_paths(step, saved)
    if found.paths is not None:
        yield found
        return
    said = constant(step.key) or (step.key.span.text.strip("'\"") if step.key.span else "")
    message = f"no step saves a cache whose key begins with {said!r}, so nothing is restored"
    context.diagnostics.warning("empty-cache", message, step.span)


def _with_paths(step: RestoreCache, saved: dict[str, Template]) -> RestoreCache:
    own = _key(step.key)
    best = max(saved, key=lambda one: _common(own, one), default="")
    if own in saved:
        best = own
    if not best or not _common(own, best):
        return step
    paths = saved[best]
    return replace(step, paths=replace(paths, span=step.span, comments=()))


def _key(template: Template) -> str:
    return "".join(map(_said, template.parts))


def _said(part: Expr) -> str:
    match part:
        case Literal():
            return written(part.value)
        case Ref():
            return f"<{'.'.join(part.path)}>"
        case Call():
            return f"<{part.function} {' '.join(map(_said, part.arguments))}>"
    return f"<{type(part).__name__}>"


def _common(one: str, other: str) -> int:
    """How many characters two keys begin with alike; none when they differ in a first word."""
    number = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        number += 1
    return number if number >= min(len(one), 8) or number > 3 else 0
