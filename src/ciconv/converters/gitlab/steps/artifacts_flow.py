"""Which artifacts a job downloads, and the folders that their files are in and have to be in.

https://docs.gitlab.com/ci/jobs/job_artifacts/
"""

import fnmatch
import re
from collections.abc import Iterator
from itertools import takewhile

from msgspec import Struct

from ciconv.converters.gitlab.steps.lines import lines_of
from ciconv.ir.expression import Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import DownloadArtifact, UploadArtifact
from ciconv.ir.walk import ancestors


def kept_before(job: Job, pipeline: Pipeline) -> tuple[tuple[Job, UploadArtifact], ...]:
    """Return what the jobs before a job keep."""
    before = set(ancestors(pipeline, job))
    return tuple(
        (one, step)
        for one in pipeline.jobs
        if isinstance(one, Job) and one.id in before
        for step in one.steps
        if isinstance(step, UploadArtifact)
    )


def is_meant(step: DownloadArtifact, upload: UploadArtifact) -> bool:
    """Return whether a step downloads what another one keeps."""
    if step.artifact is not None and step.artifact.parts:
        if step.artifact == upload.artifact:
            return True
        return _may_be_equal(step.artifact, upload.artifact)
    if step.pattern is not None:
        return fnmatch.fnmatchcase(_shape(upload.artifact, "?"), _shape(step.pattern, "*")) or (
            _may_be_equal(step.pattern, upload.artifact)
        )
    return True


def _may_be_equal(one: Template, other: Template) -> bool:
    """Whether two names can be the same one, whatever the expressions in them give."""
    here, there = _shape(one, "\0"), _shape(other, "\0")
    if "\0" not in here + there and "*" not in here:
        return here == there
    wanted = re.escape(here).replace("\0", ".*").replace(r"\*", ".*")
    backwards = re.escape(there).replace("\0", ".*")
    return bool(re.fullmatch(wanted, there) or re.fullmatch(backwards, here))


def _shape(template: Template, hole: str) -> str:
    return "".join(constant(one) if constant(one) is not None else hole for one in template.parts)  # type: ignore[misc]


_WILDCARD = re.compile(r"[*?\[]")


class Move(Struct, frozen=True):
    """Files below a folder that have to be below another one."""

    root: str
    goal: str
    paths: tuple[str, ...]  # all of them

    @property
    def is_inside(self) -> bool:
        """Whether the folder would be copied into itself."""
        return not self.root or self.goal.startswith(f"{self.root}/")

    @property
    def is_sayable(self) -> bool:
        """Whether a shell can name the files, and the folders they are in."""
        return not self.is_inside or self.root == self.goal or self.has_names

    @property
    def has_names(self) -> bool:
        """Whether the files can be copied by their names."""
        return not any(_WILDCARD.search(one.rpartition("/")[0]) for one in self.paths)

    def lines(self) -> Iterator[str]:
        """Yield the commands of a script."""
        if self.is_inside:
            yield from self.by_name()
            return
        root, goal = shell_word(self.root), shell_word(self.goal or ".")
        if self.goal:
            yield f"mkdir -p {goal}"
        only = self.paths[0] if len(self.paths) == 1 else ""
        if plain(only) == self.root and not only.endswith("/"):  # which may be a file as well
            there = plain(only).rpartition("/")[0] == self.goal
            otherwise = "" if there else f"; else cp {root} {goal}"
            yield f"if [ -d {root} ]; then cp -R {root}/. {goal}{otherwise}; fi"
        else:
            yield f"cp -R {root}/. {goal}"

    def by_name(self) -> Iterator[str]:
        """Yield the commands for the files one by one, in the folders they are in."""
        folders: dict[str, list[str]] = {}
        for path in map(plain, self.paths):
            folder = path.rpartition("/")[0][len(self.root) :].strip("/")
            folders.setdefault(f"{self.goal}/{folder}".strip("/"), []).append(shell_word(path))
        for folder, names in folders.items():
            yield f"mkdir -p {shell_word(folder)}"
            yield f"cp -R {' '.join(names)} {shell_word(folder)}"


def known_paths(upload: UploadArtifact) -> tuple[str, ...]:
    """Return the paths that an artifact has the files of."""
    paths = (constant(line) for line in lines_of(upload.paths))
    known = (one.strip() for one in paths if one is not None)
    return tuple(one for one in known if one and not one.startswith("!"))


def shell_word(path: str) -> str:
    """Return a path as a word of a shell, which expands `~` and patterns alone.

    What a NUL stands for is left to whoever puts it in.
    """
    if re.fullmatch(r"[\w./@%+=:,*?~\0-]+", path):
        return path
    return "'" + path.replace("'", "'\\''") + "'"


def goal_of(step: DownloadArtifact, upload: UploadArtifact, folder: str) -> str:
    """Where the files of one artifact are expected: without a name each has its own folder."""
    if is_named(step) or step.is_merged:
        return folder
    name = constant(upload.artifact) or ""
    return f"{folder}/{name}".strip("/") if name else folder


def target_of(step: DownloadArtifact) -> str | None:
    """The folder that files are to come into; None where it is not known beforehand."""
    if step.path is None:
        return ""
    path = step.path
    first = path.parts[0] if path.parts else None
    if isinstance(first, Ref) and first.path == ("workspace",):  # which is the project's folder
        known = constant(replace(path, parts=path.parts[1:]))
        return None if known is None else known.lstrip("/")
    return constant(path)


def is_named(step: DownloadArtifact) -> bool:
    """Return whether a step asks for one artifact."""
    return step.artifact is not None and bool(step.artifact.parts)


def plain(path: str) -> str:
    """A path without what does not count in it."""
    begin = "/" if path.startswith("/") else ""
    return begin + "/".join(part for part in path.split("/") if part not in ("", "."))


def root_of(upload: UploadArtifact) -> str | None:
    """The folder whose content an artifact has: what comes before a `*`, or is common to all."""
    if upload.root is not None:
        folder = constant(upload.root)
        return None if folder is None else plain(folder)
    lines = [constant(one) for one in lines_of(upload.paths) if one.parts]
    known = known_paths(upload)
    if None in lines or not known or any(one.startswith(("~", "/")) for one in known):
        return None
    roots = [_root_of(one, alone=len(known) == 1) for one in known]
    common = roots[0].split("/")
    for other in roots[1:]:
        parts = other.split("/")
        while common and parts[: len(common)] != common:
            common.pop()
    return "/".join(common)


def _root_of(path: str, *, alone: bool) -> str:
    clean = plain(path)
    if _WILDCARD.search(clean):
        return before_wildcard(clean)
    last = clean.rpartition("/")[2]
    is_file = "." in last.lstrip(".") and not path.endswith("/")
    return clean.rpartition("/")[0] if is_file or not alone else clean


def before_wildcard(path: str) -> str:
    """The folder that all files of a pattern are in; a path without a wildcard is itself."""
    parts = path.split("/")
    return "/".join(takewhile(lambda part: not _WILDCARD.search(part), parts))
