"""Which artifacts lie in the workspace of a pipeline where their job had them.

`persist_to_workspace` and `attach_workspace` hand files on at their places. What is expected
somewhere else, or under a pattern, is copied by a script.
https://circleci.com/docs/guides/orchestrate/workspaces/
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

from ciconv.converters.script_steps.meaning import is_call, is_not_cancelled
from ciconv.ir.expression import Expr, Template, constant, constant_text
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Checkout, DownloadArtifact, UploadArtifact
from ciconv.ir.walk import ancestors

_WILD = re.compile(r"[*?\[]")
_ALL_BELOW = re.compile(r"(?:^|/)\*\*(?:/\*)?$")


class Kept(Struct, frozen=True, kw_only=True):
    """An artifact as it lies in the workspace: `paths` below `root`.

    `base`: the folder whose content it is; None where that depends on whether it is a file.
    """

    root: str
    paths: tuple[str, ...]
    base: str | None
    is_placed: bool = False  # its files have their places below the root, however they are shared

    @property
    def is_everything(self) -> bool:
        """Whether it is the whole folder of the job, which nobody publishes who hands it on."""
        return self.paths == (".",) and self.root == "."


class Workspace(Struct, frozen=True, kw_only=True):
    """What of a pipeline's artifacts can be handed on as it is."""

    kept: dict[str, Kept] = {}  # by the names of artifacts
    attached: dict[str, str] = {}  # the folder of a job that all of the workspace belongs into


def workspace_of(pipeline: Pipeline) -> Workspace:
    """Return how the artifacts of a pipeline reach other jobs."""
    jobs = [one for one in pipeline.jobs if isinstance(one, Job)]
    kept = _candidates(jobs)
    while True:
        attached: dict[str, str] = {}
        wrong: set[str] = set()
        for job in jobs:
            if not any(isinstance(one, DownloadArtifact) for one in job.steps):
                continue
            before = [one for one in jobs if one.id in ancestors(pipeline, job)]
            folder = _folder(job, before, kept)
            if folder is not None:
                attached[job.id] = folder
            else:
                wrong |= _not_copied(job, before, kept)
        if not wrong:
            return Workspace(kept=kept, attached=attached)
        kept = {name: one for name, one in kept.items() if name not in wrong}


def _candidates(jobs: list[Job]) -> dict[str, Kept]:
    """The artifacts that have one name and one place, which no other job has."""
    uploads = [(job, one) for job in jobs for one in _uploads(job)]
    names = Counter(constant(one.artifact) for _, one in uploads)
    found: dict[str, Kept] = {}
    for job, one in uploads:
        name = constant(one.artifact)
        made = kept_of(one, constant(one.paths))
        if name and made is not None and names[name] == 1 and job.matrix is None:
            found[name] = made
    places = Counter((one.root, path) for one in found.values() for path in one.paths)
    return {
        name: one
        for name, one in found.items()
        if all(places[one.root, path] == 1 for path in one.paths)
    }


def _uploads(job: Job) -> Iterator[UploadArtifact]:
    return (one for one in job.steps if isinstance(one, UploadArtifact))


def kept_of(step: UploadArtifact, said: str | None) -> Kept | None:
    """Return where the files of an artifact lie; None where a script has to collect them.

    `said`: its paths, None for those that only the run knows.
    """
    paths = [one.strip() for one in (said or "").splitlines() if one.strip()]
    if not paths or not _is_kept_anyway(step.condition) or any(map(_is_elsewhere, paths)):
        return None
    if step.root is not None:
        return _placed(step.root, paths)
    if any(map(_WILD.search, paths)):
        return None
    plain = tuple(map(posixpath.normpath, paths))
    return Kept(root=".", paths=plain, base=_base(paths))


def _is_kept_anyway(condition: Expr | None) -> bool:
    """Whether files are kept after a success, and maybe after a failure, which is as good."""
    return condition is None or is_call(condition, "always") or is_not_cancelled(condition)


def _is_elsewhere(path: str) -> bool:
    return path.startswith(("!", "/", "~", "..", "$"))


def _placed(root: Template, paths: list[str]) -> Kept | None:
    """Files that keep their places below a folder; folders in place of all that is in them."""
    said = constant(root)
    base = None if said is None else posixpath.normpath(said or ".")
    if base is None or _is_elsewhere(base):
        return None
    below = tuple(dict.fromkeys(_ALL_BELOW.sub("", _below(one, base)) or "." for one in paths))
    if any("**" in one for one in below):
        return None
    return Kept(root=base, paths=below, base=base, is_placed=True)


def _below(path: str, base: str) -> str:
    clean = posixpath.normpath(path)
    if base == "." or clean == base:
        return "." if clean == base else clean
    return clean.removeprefix(f"{base}/")


def _base(paths: list[str]) -> str | None:
    """The folder whose content files and folders are as an artifact."""
    if len(paths) > 1:
        heads = [posixpath.dirname(posixpath.normpath(one)) or "." for one in paths]
        return posixpath.commonpath(heads)
    (path,) = paths
    clean = posixpath.normpath(path)
    if path.endswith("/") or clean == ".":
        return clean
    return posixpath.dirname(clean) or "." if "." in posixpath.basename(clean)[1:] else None


def _folder(job: Job, before: list[Job], kept: dict[str, Kept]) -> str | None:
    """The folder that a job attaches the whole workspace at; None where it wants only parts."""
    downloads = [one for one in job.steps if isinstance(one, DownloadArtifact)]
    if any(one.condition is not None for one in downloads) or _checks_out_later(job):
        return None
    if any(one.outputs for one in before):
        return None
    folders: set[str] = set()
    for one in (upload for other in before for upload in _uploads(other)):
        own = kept.get(name_of(one))
        wanted = [each for each in downloads if _asks_for(each, name_of(one))]
        if own is None or not wanted:
            return None
        folders |= {_attached_at(name_of(one), own, each) for each in wanted}
    return folders.pop() if len(folders) == 1 and "" not in folders else None


def _checks_out_later(job: Job) -> bool:
    """Whether the repository comes after files of others, which would be in its way."""
    kinds = [type(one) for one in job.steps if isinstance(one, Checkout | DownloadArtifact)]
    return Checkout in kinds[kinds.index(DownloadArtifact) :]


def _attached_at(name: str, own: Kept, step: DownloadArtifact) -> str:
    """Where the workspace has to be so that the files of an artifact are where they shall be."""
    target = target_of(step)
    if target is None:
        return ""
    if step.artifact is None and not step.is_merged:
        target = posixpath.join(target, name)
    if own.is_placed:
        return target
    base = own.paths[0] if own.base is None else own.base
    return "." if target == base else ""


def _not_copied(job: Job, before: list[Job], kept: dict[str, Kept]) -> set[str]:
    """The artifacts that have to have a folder of their own, as a job wants them alone.

    Others are copied from where they lie.
    """
    found = set()
    for one in (upload for other in before for upload in _uploads(other)):
        name = name_of(one)
        own = kept.get(name)
        for step in job.steps if own is not None else ():
            if not isinstance(step, DownloadArtifact) or not _asks_for(step, name):
                continue
            if own is not None and (own.is_placed or own.is_everything or step.artifact is None):
                found.add(name)
    return found


def _asks_for(step: DownloadArtifact, name: str) -> bool:
    """Whether a step brings an artifact; names that only the run knows may be any."""
    if step.artifact is not None:
        return fnmatchcase(name, constant_text(step.artifact, "*"))
    return step.pattern is None or fnmatchcase(name, constant_text(step.pattern, "*"))


def is_asked_for(step: UploadArtifact, pipeline: Pipeline) -> bool:
    """Return whether some job may bring an artifact."""
    own = constant_text(step.artifact, "*")
    downloads = (
        one
        for job in pipeline.jobs
        for one in (job.steps if isinstance(job, Job) else ())
        if isinstance(one, DownloadArtifact)
    )
    return any(
        one.artifact is None
        and one.pattern is None
        or _may_be_alike(own, constant_text(one.artifact or one.pattern or step.artifact, "*"))
        for one in downloads
    )


def _may_be_alike(one: str, other: str) -> bool:
    """Whether a name may be what two globs look for: what is fixed at their ends has to agree."""
    ends = ((one.partition("*")[0], other.partition("*")[0]),)
    tails = ((one.rpartition("*")[2], other.rpartition("*")[2]),)
    if "*" not in one and "*" not in other:
        return one == other
    return all(a.startswith(b) or b.startswith(a) for a, b in ends) and all(
        a.endswith(b) or b.endswith(a) for a, b in tails
    )


def name_of(step: UploadArtifact) -> str:
    """Return the name of an artifact; nothing where only the run knows it."""
    return constant(step.artifact) or ""


def target_of(step: DownloadArtifact) -> str | None:
    """Return the folder that files are wanted in; None for one that only the run knows."""
    said = "." if step.path is None else constant(step.path)
    return None if said is None else posixpath.normpath(said or ".")
