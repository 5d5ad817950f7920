"""Artifacts whose files keep their place below a folder: packed, as GitHub's own lose it.

GitHub's artifacts begin below the folder that all their files share, and forget modes and links.
https://github.com/actions/upload-artifact#permission-loss
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Template, constant, text, written
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, EnvVar, Group, Run, Step, UploadArtifact
from ciconv.ir.walk import all_steps
from ciconv.profile import Feature, Outcome

_FOLDER = "ci-artifacts"  # of the workspace; hidden files are left out of artifacts
_SHELL = "bash -eo pipefail {0}"


def with_packed_files(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with steps around such artifacts that pack and unpack them."""
    names = tuple(
        _beginning(step.artifact)
        for _, step in all_steps(pipeline)
        if isinstance(step, UploadArtifact) and step.root is not None
    )
    if not names:
        return pipeline
    jobs: list[JobBase] = []
    for job in pipeline.jobs:
        if isinstance(job, Job):
            packer = _Packer(names, Place(pipeline=pipeline.id, job=job.id), context)
            job = replace(job, steps=tuple(packer.steps(job.steps)))
        jobs.append(job)
    return replace(pipeline, jobs=tuple(jobs))


class _Packer:
    def __init__(self, names: tuple[str, ...], place: Place, context: Context) -> None:
        self._names, self._place, self._context = names, place, context

    def steps(self, steps: tuple[Step, ...]) -> Iterator[Step]:
        for step in steps:
            if isinstance(step, Group):
                yield replace(step, steps=tuple(self.steps(step.steps)))
            elif isinstance(step, UploadArtifact) and step.root is not None:
                self._note(step, "packed, so that files keep their place and their modes")
                yield from _packed(step, step.root)
            elif isinstance(step, DownloadArtifact) and self._is_packed(step):
                self._note(step, "unpacked where they belong")
                yield from _unpacked(step)
            else:
                yield step

    def _note(self, step: Step, message: str) -> None:
        loss = self._place.at(step).loss(Feature.ARTIFACT, Outcome.LOWERED)
        self._context.lose(loss, f"the files are {message}", step)

    def _is_packed(self, step: DownloadArtifact) -> bool:
        said = _beginning(step.artifact or step.pattern or text(""))
        return any(one == said or (said and one.startswith(said)) for one in self._names)


def _beginning(template: Template) -> str:
    """What a name begins with, up to the first part that is not known."""
    first = template.parts[0] if template.parts else None
    said = written(first.value) if isinstance(first, Literal) else ""
    return said.rstrip("*-") if len(template.parts) > 1 or "*" in said else said


def _file(step: UploadArtifact) -> str:
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", _beginning(step.artifact)) or "files"
    return f"{_FOLDER}/{name}.tar"


def _packed(step: UploadArtifact, root: Template) -> Iterator[Step]:
    """The files in one archive, and the artifact of that."""
    file, base = _file(step), constant(root)
    paths = _below(step.paths, base or ".")
    yield Run(
        name=_titled("Pack", step),
        condition=step.condition,
        script=text(_PACK.format(file=file, folder=_FOLDER)),
        shell=text(_SHELL),
        env=(EnvVar(name="ROOT", value=root), EnvVar(name="PATHS", value=paths)),
        span=step.span,
        provenance=step.provenance,
        comments=step.comments,
    )
    yield replace(step, paths=text(file), root=None, comments=())


def _titled(word: str, step: UploadArtifact | DownloadArtifact) -> Template:
    name = (step.artifact or step.pattern) if isinstance(step, DownloadArtifact) else step.artifact
    known = _beginning(name or text("")) or "the files"
    return text(f"{word} {known}")


def _below(paths: Template, root: str) -> Template:
    """The paths as they are seen from the root."""
    if root in (".", ""):
        return paths
    said = constant(paths)
    if said is None:
        return paths
    start = root.rstrip("/") + "/"
    lines = (line.removeprefix(start) if line != root else "." for line in said.splitlines())
    return replace(paths, parts=(Literal(value="\n".join(lines), span=paths.span),))


def _unpacked(step: DownloadArtifact) -> Iterator[Step]:
    """The archives, and the files in them."""
    name = constant(step.artifact) if step.artifact is not None else None
    folder = f"{_FOLDER}/{name}" if name else f"{_FOLDER}/all"
    yield replace(step, path=text(folder))
    yield Run(
        name=_titled("Unpack", step),
        condition=step.condition,
        script=text(_UNPACK.format(folder=folder)),
        shell=text(_SHELL),
        env=(EnvVar(name="ROOT", value=step.path or text(".")),),
        span=step.span,
        provenance=step.provenance,
    )


_PACK = """\
mkdir -p {folder}
archive="$PWD/{file}"
cd "${{ROOT/#\\~/$HOME}}"
shopt -s nullglob
while IFS= read -r path; do
  if [ -e "$path" ]; then printf '%s\\n' "$path"; else printf '%s\\n' $path; fi
done <<< "$PATHS" | tar -cf "$archive" --exclude {folder} -T -
"""
_UNPACK = """\
mkdir -p "${{ROOT/#\\~/$HOME}}"
for archive in $(find {folder} -name '*.tar'); do
  tar -xf "$archive" -C "${{ROOT/#\\~/$HOME}}"
done
"""
