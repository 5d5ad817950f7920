"""Stages: those of the source, else one for each level of the graph that needs make.

https://docs.gitlab.com/ci/yaml/#stages
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from ciconv.ir.job import JobBase

DEFAULT = "test"  # the stage of a job that names none
_USUAL = ("build", "test", "deploy")

# words in names of jobs, and the stage that people expect such jobs in
_WORDS = (
    ("deploy", ("deploy", "publish", "release", "pages", "upload", "push")),
    ("build", ("build", "compile", "package", "image", "docker", "bundle")),
    ("test", ("test", "tests", "lint", "check", "checks", "verify", "e2e", "coverage", "spec")),
    ("prepare", ("prepare", "setup", "changes", "init", "detect", "matrix", "plan", "version")),
    ("report", ("notify", "report", "summary", "status", "result", "results", "done", "gate")),
)


class Stages(Struct, frozen=True, kw_only=True):
    """The list of stages (none: GitLab's own will do), and the stage of each job by its id."""

    names: tuple[str, ...]
    of: dict[str, str]


def stages_of(jobs: tuple[JobBase, ...], named: tuple[str, ...] = ()) -> Stages:
    """Return the stages of jobs; `named`: those the source has, which stay if all jobs say one."""
    if named and all(job.stage in named for job in jobs):
        return _listed(named, {job.id: job.stage or "" for job in jobs})
    levels = _levels(jobs)
    rows = [[one.id for one in jobs if levels[one.id] == n] for n in sorted(set(levels.values()))]
    taken: dict[str, None] = {}
    # a stage that is called like a job in it is that of no others
    reserved = {_plain(id) for row in rows for id in row if _expected(id) == _plain(id)}
    for number, row in enumerate(rows):
        others = reserved - set(map(_plain, row))
        taken[_name(row, number, len(rows), {*taken, *others})] = None
    names = tuple(taken)
    return _listed(names, {id: names[n] for n, row in enumerate(rows) for id in row})


def merged(parts: Iterable[Stages]) -> Stages | None:
    """Return the stages of several pipelines in one order; None where they have none in common."""
    names: list[str] = []
    of: dict[str, str] = {}
    for part in parts:
        of |= part.of
        place = -1
        for name in part.names or [one for one in _USUAL if one in part.of.values()]:
            if name in names and names.index(name) < place:
                return None
            if name not in names:
                names.insert(place + 1 if place >= 0 else len(names), name)
            place = names.index(name)
    return _listed(tuple(names), of)


def _listed(names: tuple[str, ...], of: dict[str, str]) -> Stages:
    """The stages, without a list of them where it would be GitLab's own."""
    usual = [one for one in _USUAL if one in names]
    return Stages(names=() if usual == list(names) else names, of=of)


def _levels(jobs: tuple[JobBase, ...]) -> dict[str, int]:
    """How many jobs stand before each one at most, one after the other."""
    waiting = {job.id: {need.job for need in job.needs or ()} for job in jobs}
    waiting = {id: needs & waiting.keys() for id, needs in waiting.items()}
    levels: dict[str, int] = {}
    level = 0
    while waiting:
        ready = [id for id, needs in waiting.items() if not needs & waiting.keys()]
        for id in ready or list(waiting):  # those in a circle come last
            levels[id] = level
            waiting.pop(id)
        level += 1
    return levels


def _name(row: list[str], number: int, levels: int, taken: set[str]) -> str:
    if levels == 1:
        return DEFAULT
    votes = [stage for id in row if (stage := _expected(id)) is not None]
    found = max(dict.fromkeys(votes), key=votes.count) if votes else None
    if found is None and len(row) == 1:
        found = _plain(row[0]) or None
    if found is None or found in taken:
        names = map(_plain, row)
        found = next((one for one in (found, *names) if one and one not in taken), None)
    return found if found is not None and found not in taken else f"stage-{number + 1}"


def _plain(id: str) -> str:
    """What a stage is called that has this job: a word of GitLab's is a name of stages."""
    return re.sub(r"[^\w.-]+", "-", id).strip("-").removesuffix("-job")


def _expected(id: str) -> str | None:
    words = re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", id).lower())
    for stage, known in _WORDS:
        if any(word in known for word in words):
            return stage
    return None
