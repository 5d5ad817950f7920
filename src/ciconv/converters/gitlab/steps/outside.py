"""Files outside of the project's folder: a runner only keeps what is in it, so they are copied.

https://docs.gitlab.com/ci/yaml/#artifactspaths
"""

import re
from collections.abc import Iterator

from ciconv.converters.gitlab.steps.lines import lines_of
from ciconv.ir.expression import Template, constant, text
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import PublishReport, Run, Step, UploadArtifact
from ciconv.ir.walk import with_jobs
from ciconv.passes.own_folders import OF_OUTSIDE


def with_copies(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with jobs that copy what they keep from elsewhere when they end."""
    return with_jobs(pipeline, _job)


def is_copy(path: str) -> bool:
    """Return whether a path is that of a copy."""
    return path.startswith(f"{OF_OUTSIDE}/")


def _job(job: Job) -> Job:
    last = tuple(one for step in job.steps for one in _copying(step))
    if not last:
        return job
    return replace(
        job, steps=tuple(map(_with_copy, job.steps)), finally_steps=(*job.finally_steps, *last)
    )


def _copying(step: Step) -> Iterator[Run]:
    if not isinstance(step, UploadArtifact | PublishReport):
        return
    lines: dict[str, None] = {}
    for path in map(constant, lines_of(step.paths)):
        if path is not None and (there := _copy_of(path)) is not None:
            folder = there.rpartition("/")[0]
            lines |= dict.fromkeys((f"mkdir -p {folder}", f"cp -R {_plain(path)} {folder}"))
    if lines:
        yield Run(script=text("\n".join(lines) + "\n"), tool="upload-artifact", span=step.span)


def _copy_of(path: str) -> str | None:
    """Where a file is copied to; None where it is in the project, or a shell finds it not."""
    plain = _plain(path)
    begin = _OUTSIDE.match(plain)
    if begin is None or set(plain) & set(" '\"$\\"):
        return None
    there = f"{OF_OUTSIDE}/{plain[begin.end() :]}"
    return None if "**" in there or set(there.rpartition("/")[0]) & set("*?[") else there


_OUTSIDE = re.compile(r"(/|~/|(\.\./)+)(?=.)")


def _plain(path: str) -> str:
    return re.sub(r"/{2,}", "/", path.strip()).rstrip("/")


def _with_copy(step: Step) -> Step:
    if isinstance(step, PublishReport):
        return replace(step, paths=_paths(step.paths))
    if not isinstance(step, UploadArtifact):
        return step
    root = None if step.root is None else _paths(step.root)
    if root is not None and _plain(constant(root) or ".") in ("..", "~", ""):
        root = text(OF_OUTSIDE, of=root)
    return replace(step, paths=_paths(step.paths), root=root)


def _paths(paths: Template) -> Template:
    known = constant(paths)
    if known is None:
        return paths
    lines = [_copy_of(line) or line for line in known.split("\n")]
    return text("\n".join(lines), of=paths)
