"""Artifacts whose files keep their place below a folder: packed, as GitHub's own lose it.

GitHub's artifacts begin below the folder that all their files share, and forget modes and links.
https://github.com/actions/upload-artifact#permission-loss
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.ir.expression import Literal, Template, constant, text, written
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, EnvVar, Group, Run, Step, UploadArtifact
from ciconv.ir.walk import all_steps, steps_of, with_jobs
from ciconv.passes.own_folders import OF_PACKED
from ciconv.profile import Feature, Outcome

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

    def change(job: Job) -> Job:
        packer = _Packer(names, Place(pipeline=pipeline.id, job=job.id), context)
        packer.shell = _shell_of(job)
        return replace(job, steps=tuple(packer.steps(job.steps)))

    return with_jobs(pipeline, change)


class _Packer:
    def __init__(self, names: tuple[str, ...], place: Place, context: Context) -> None:
        self._names, self._place, self._context = names, place, context
        self.shell = _SHELL

    def steps(self, steps: tuple[Step, ...]) -> Iterator[Step]:
        for step in steps:
            if isinstance(step, Group):
                yield replace(step, steps=tuple(self.steps(step.steps)))
            elif isinstance(step, UploadArtifact) and step.root is not None:
                self._note(step, "packed, so that files keep their place and their modes")
                yield from _packed(step, step.root, self.shell)
            elif isinstance(step, DownloadArtifact) and self._is_packed(step):
                self._note(step, "unpacked where they belong")
                yield from _unpacked(step, self.shell)
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
    return f"{OF_PACKED}/{_plain_name(_beginning(step.artifact)) or 'files'}.tar"


def _plain_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)


def _shell_of(job: Job) -> str:
    """The shell of the job's scripts, where all have the same one for POSIX."""
    runs = (one for one in steps_of(job.steps) if isinstance(one, Run))
    shells = {None if one.shell is None else constant(one.shell) for one in runs}
    (only,) = shells if len(shells) == 1 else (None,)
    return only if only and only.partition(" ")[0] in ("sh", "bash") else _SHELL


def _packed(step: UploadArtifact, root: Template, shell: str) -> Iterator[Step]:
    """The files in one archive, and the artifact of that."""
    file, base = _file(step), constant(root)
    paths = _below(step.paths, base or ".")
    is_there = step.missing == "error" or constant(paths) == "."  # or the job fails without
    command = _tar(file, base, constant(paths)) if is_there else None
    env = (EnvVar(name="ROOT", value=root), EnvVar(name="PATHS", value=paths))
    yield Run(
        name=_titled("Pack", step),
        condition=step.condition,
        script=text(command or _PACK.format(file=file, folder=OF_PACKED)),
        shell=text(shell if command else _SHELL),
        env=() if command else env,
        span=step.span,
        provenance=step.provenance,
        comments=step.comments,
    )
    yield replace(step, paths=text(file), root=None, comments=())


def _tar(file: str, root: str | None, paths: str | None) -> str | None:
    """The plain commands for files that are known; None where a shell has to look for them."""
    lines = [one.strip() for one in (paths or "").splitlines() if one.strip()]
    wanted = [_WHOLE.sub("", one) or "." for one in lines if not one.startswith("!")]
    left_out = [_WHOLE.sub("", one[1:]) for one in lines if one.startswith("!")]
    if root is None or not wanted or not all(map(_KNOWN.fullmatch, (root, *wanted, *left_out))):
        return None
    if root != "." and any("*" in one for one in wanted):
        return None  # the shell looks for them here
    own = (OF_PACKED,) if "." in wanted else ()
    options = [f"--exclude='{one}'" for one in (*own, *left_out)]
    there = () if root == "." else (f"-C {root}",)
    words = ("tar", "-cf", file, *options, *there, *wanted)
    return f"mkdir -p {OF_PACKED}\n{' '.join(words)}\n"


_WHOLE = re.compile(r"(?:^|/)\*\*(?:/\*)?$")  # all that is in a folder
_KNOWN = re.compile(r"(?!-)[\w./*-]*(?<!\*\*)(?<!\*\*/)")


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
    lines = (_seen_from(line, root.rstrip("/")) for line in said.splitlines())
    return replace(paths, parts=(Literal(value="\n".join(lines), span=paths.span),))


def _seen_from(line: str, root: str) -> str:
    """A path below a folder, or one that is left out, as it is seen from there."""
    sign = "!" if line.startswith("!") else ""
    path = line.removeprefix("!")
    return sign + ("." if path == root else path.removeprefix(f"{root}/"))


def _unpacked(step: DownloadArtifact, shell: str) -> Iterator[Step]:
    """The archives, and the files in them."""
    said = step.artifact or step.pattern
    name = None if said is None else constant(said)
    folder = f"{OF_PACKED}/{_plain_name(name)}" if name else f"{OF_PACKED}/all"
    yield replace(step, path=text(folder))
    root = step.path or text(".")
    command = None
    if constant(root) == "." and name is not None:
        is_one = step.artifact is not None
        command = f"tar -xf {folder}/{_plain_name(name)}.tar" if is_one else _UNPACK_ALL
        command = command.format(folder=folder)
    yield Run(
        name=_titled("Unpack", step),
        condition=step.condition,
        script=text(command or _UNPACK.format(folder=folder)),
        shell=text(shell if command else _SHELL),
        env=() if command else (EnvVar(name="ROOT", value=root),),
        span=step.span,
        provenance=step.provenance,
    )


_PACK = """\
mkdir -p {folder}
archive="$PWD/{file}"
cd "${{ROOT/#\\~/$HOME}}"
shopt -s nullglob globstar
grep -v '^!' <<< "$PATHS" | while IFS= read -r path; do
  if [ -e "$path" ]; then printf '%s\\n' "$path"; else printf '%s\\n' $path; fi
done | tar -cf "$archive" --exclude {folder} -X <(sed -n 's/^!//p' <<< "$PATHS") -T -
"""
_UNPACK_ALL = """\
for archive in {folder}/*.tar {folder}/*/*.tar; do
  if [ -e "$archive" ]; then tar -xf "$archive"; fi
done
"""
_UNPACK = """\
mkdir -p "${{ROOT/#\\~/$HOME}}"
for archive in $(find {folder} -name '*.tar'); do
  tar -xf "$archive" -C "${{ROOT/#\\~/$HOME}}"
done
"""
