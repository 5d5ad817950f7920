"""Artifacts whose files would be mixed up: each is kept in a folder of its own.

A job gets the files of all jobs it needs at the places they were kept at: the same file of two
jobs, or of two cells of a matrix, is there once.
https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

import re
from collections.abc import Iterator
from itertools import combinations, cycle

from msgspec import Struct

from ciconv.catalog.catalog import Catalog
from ciconv.converters.gitlab.jobs.machines import machine_of
from ciconv.converters.gitlab.steps.artifacts_flow import (
    Move,
    before_wildcard,
    goal_of,
    is_meant,
    kept_before,
    known_paths,
    plain,
    root_of,
    shell_word,
    target_of,
)
from ciconv.converters.gitlab.steps.lines import lines_of
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, join_texts, text, written
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, Run, Step, UploadArtifact
from ciconv.passes.own_folders import OF_ARTIFACTS

_HOLE = "\0"  # stands for what only the run knows of a name


class _Arriving(Struct, frozen=True):
    """What a job gets of another one, and where it wants it."""

    job: Job
    upload: UploadArtifact
    move: Move
    is_apart: bool = False  # each cell of a matrix is to come into a folder of its own

    @property
    def is_moved(self) -> bool:
        return self.move.root != self.move.goal

    @property
    def places(self) -> tuple[str, ...]:
        """What a copy takes the files from: their folder, or the files by name."""
        move = self.move
        if not move.is_inside:
            return (move.root,)
        return tuple(before_wildcard(plain(one)) for one in move.paths)

    def is_mixed_with(self, other: "_Arriving") -> bool:
        """Whether a copy of the files of the one would have some of the other."""
        if not (self.is_moved or other.is_moved):
            return False
        if (self.move.root, self.move.goal) == (other.move.root, other.move.goal):
            return False  # they come together, as is meant
        return any(_overlap(one, there) for one in self.places for there in other.places)


def _overlap(one: str, other: str) -> bool:
    return (
        not one
        or not other
        or f"{one}/".startswith(f"{other}/")
        or f"{other}/".startswith(f"{one}/")
    )


def with_folders(pipeline: Pipeline, catalog: Catalog) -> Pipeline:
    """Return the pipeline with folders for what would be mixed up in a job that downloads it."""
    apart = {
        id(one) for job in pipeline.jobs if isinstance(job, Job) for one in mixed_up(job, pipeline)
    }
    if not apart:
        return pipeline
    return replace(pipeline, jobs=tuple(_job(one, apart, catalog) for one in pipeline.jobs))


def mixed_up(job: Job, pipeline: Pipeline) -> Iterator[UploadArtifact]:
    """Yield what would come to a job with files of something else among it."""
    arriving = list(_arriving(job, pipeline))
    for one in arriving:
        if one.is_apart and _is_of_cells(one.job, one.upload):
            yield one.upload
    for one, other in combinations(arriving, 2):
        if one.upload is not other.upload and one.is_mixed_with(other):
            yield from (one.upload, other.upload)


def _arriving(job: Job, pipeline: Pipeline) -> Iterator[_Arriving]:
    """What comes to a job: what it downloads, and what else the same jobs keep."""
    kept = [(one, upload) for one, upload in kept_before(job, pipeline) if not has_folder(upload)]
    wanted = [one for one in job.steps if isinstance(one, DownloadArtifact)]
    sources: set[str] = set()
    rest = dict.fromkeys(id(upload) for _, upload in kept)
    for step in wanted:
        target = plain(target_of(step) or "")
        for one, upload in kept:
            root = root_of(upload)
            if root is None or not is_meant(step, upload):
                continue
            sources.add(one.id)
            rest.pop(id(upload), None)
            move = Move(root, goal_of(step, upload, target), known_paths(upload))
            yield _Arriving(one, upload, move, is_apart=not step.is_merged)
    for one, upload in kept:
        root = root_of(upload)
        if one.id in sources and id(upload) in rest and root is not None:
            yield _Arriving(one, upload, Move(root, root, known_paths(upload)))


def _is_of_cells(job: Job, upload: UploadArtifact) -> bool:
    """Whether cells of a matrix keep the same files under names of their own."""
    return job.matrix is not None and constant(upload.artifact) is None


def has_folder(upload: UploadArtifact) -> bool:
    """Return whether the files of an artifact are in a folder of its own."""
    root = upload.root
    first = root.parts[0] if root is not None and root.parts else None
    return isinstance(first, Literal) and written(first.value).startswith(f"{OF_ARTIFACTS}/")


def folder_of(name: Template) -> Template:
    """Return the folder of the artifact of a name."""
    parts: list[Expr] = [Literal(value=f"{OF_ARTIFACTS}/", span=name.span)]
    for part in name.parts:
        known = constant(part)
        parts.append(part if known is None else Literal(value=_clean(known), span=part.span))
    return Template(parts=join_texts(parts), span=name.span)


def copied(step: DownloadArtifact, uploads: list[UploadArtifact], goal: str) -> Template:
    """Return the script that copies artifacts from their folders to where a step wants them."""
    begin = f"mkdir -p {shell_word(goal)}\n" if goal else ""
    there = shell_word(goal or ".")
    if step.artifact is not None and step.artifact.parts:
        copy = (Literal(value=f"{begin}cp -R "), *folder_of(step.artifact).parts)
        return Template(parts=(*copy, Literal(value=f"/. {there}\n")))
    inner = "/." if step.is_merged else ""
    wanted = [one.artifact for one in uploads] if step.pattern is None else [step.pattern]
    lines = [
        f"for folder in {' '.join(dict.fromkeys(map(_pattern_of, wanted)))}; do",
        f'  if [ -d "$folder" ]; then cp -R "$folder"{inner} {there}; fi',
        "done",
    ]
    return text(begin + "".join(f"{one}\n" for one in lines))


def _pattern_of(name: Template) -> str:
    """The pattern of the folders that the artifacts of a name are in."""
    known = (constant(one) for one in name.parts)
    return f"{OF_ARTIFACTS}/{''.join('*' if one is None else _clean(one) for one in known)}"


def _clean(name: str) -> str:
    return re.sub(r"[^\w.*?-]+", "-", name)


def _job(job: JobBase, apart: set[int], catalog: Catalog) -> JobBase:
    if not isinstance(job, Job) or machine_of(job, catalog).os == "windows":
        return job
    steps: list[Step] = []
    last: list[Step] = []
    for step in job.steps:
        script = _keeping(step) if id(step) in apart else None
        if script is None or not isinstance(step, UploadArtifact):
            steps.append(step)
            continue
        steps.append(_in_folder(step))
        last.append(Run(script=script, tool="upload-artifact", span=step.span))
    return replace(job, steps=tuple(steps), finally_steps=(*job.finally_steps, *last))


def _in_folder(step: UploadArtifact) -> UploadArtifact:
    """A step that keeps the folder of its artifact."""
    folder = folder_of(step.artifact)
    root = root_of(step) or ""
    without = [one.strip()[1:] for one in _lines(step) if one.strip().startswith("!")]
    parts = [*folder.parts, Literal(value="/")]
    for path in without:
        below = path.removeprefix(f"{root}/") if root else path
        parts += [Literal(value="\n!"), *folder.parts, Literal(value=f"/{below}")]
    return replace(step, paths=Template(parts=tuple(parts), span=step.paths.span), root=folder)


def _lines(step: UploadArtifact) -> list[str]:
    return [constant(one) or "" for one in lines_of(step.paths)]


def _keeping(step: Step) -> Template | None:
    """The script that copies the files of an artifact into its folder, None where none can."""
    if not isinstance(step, UploadArtifact) or (root := root_of(step)) is None:
        return None
    name = folder_of(step.artifact)
    unknown = [one for one in name.parts if constant(one) is None]
    if any(not isinstance(one, Ref) or one.path[0] not in ("matrix", "env") for one in unknown):
        return None
    goal = "".join(_HOLE if constant(one) is None else constant(one) or "" for one in name.parts)
    move = Move(root, goal, known_paths(step))
    is_all = any(plain(one) == "" for one in move.paths)  # a folder that has the copy in it
    if is_all or (len(move.paths) > 1 or "*" in move.paths[0]) and not move.has_names:
        return None
    is_one = len(move.paths) == 1 and plain(move.paths[0]) == root
    lines = move.lines() if is_one else move.by_name()
    return _filled("".join(f"{one}\n" for one in lines), unknown)


def _filled(script: str, values: list[Expr]) -> Template:
    """A script with values in its holes, which are in each line of the same order."""
    first, *rest = script.split(_HOLE)
    parts: list[Expr] = [Literal(value=first)]
    for value, behind in zip(cycle(values), rest, strict=False):
        parts += [value, Literal(value=behind)]
    return Template(parts=tuple(parts))
