"""What all jobs say alike, said once at the top.

https://docs.gitlab.com/ci/yaml/#default
"""

from msgspec import Struct

from ciconv.converters.gitlab.document.templates import (
    entries_in,
    first_line,
    said_by,
    with_templates,
    without_first_line,
)
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Node, Scalar

_KEYS = ("image", "services", "tags", "cache", "timeout", "retry", "interruptible")
_ALONE = ("timeout",)  # also of a single job: it is no matter of the job
_OF_GIT = "GIT_"  # variables that say how the runner gets the repository


class Hoisted(Struct, frozen=True, kw_only=True):
    """The entry `default`, if there is anything for it; variables; hidden jobs; the jobs."""

    defaults: tuple[Entry, ...]
    variables: tuple[Entry, ...]
    templates: tuple[Entry, ...]
    jobs: tuple[Entry, ...]


def hoisted(jobs: list[Entry]) -> Hoisted:
    """Return what the jobs share, and what is left of them."""
    defaults: list[Entry] = []
    for key in _KEYS:
        usual = _usual(jobs, key)
        if usual is not None and (len(jobs) > 1 or key in _ALONE):
            defaults.append(usual)
            jobs = [_without(job, (key,)) if _has(job, usual) else job for job in jobs]
    beginning = _shared_beginning(jobs)
    if beginning is not None:
        defaults.append(build.entry("before_script", build.sequence(beginning)))
        jobs = [_without_beginning(job) for job in jobs]
    variables = _variables(jobs) if len(jobs) > 1 else []
    for one in variables:
        jobs = [_without(job, ("variables", one.name)) for job in jobs]
    shared = (build.entry("default", build.mapping(*defaults)),) if defaults else ()
    templates, left = with_templates(tuple(jobs), begun=beginning is not None)
    return Hoisted(defaults=shared, variables=tuple(variables), templates=templates, jobs=left)


def _usual(jobs: list[Entry], key: str) -> Entry | None:
    """What most jobs say, where the others say something else that counts instead."""
    found = [_entry(job, (key,)) for job in jobs]
    bare = [one for one in found if one is not None and not one.comments]
    if None in found or not bare:
        return None
    values = [said_by(one.value) for one in bare]
    usual = max(bare, key=lambda one: values.count(said_by(one.value)))
    often = values.count(said_by(usual.value))
    return usual if often > 1 or len(jobs) == 1 else None


def _has(job: Entry, usual: Entry) -> bool:
    own = _entry(job, (usual.name,))
    return own is not None and not own.comments and said_by(own.value) == said_by(usual.value)


def _shared_beginning(jobs: list[Entry]) -> Node | None:
    """The script of several lines that all jobs begin with."""
    lines = [first_line(job) for job in jobs]
    first = lines[0] if len(lines) > 1 else None
    if not isinstance(first, Scalar) or "\n" not in first.text.rstrip():
        return None
    same = all(one is not None and said_by(one) == said_by(first) for one in lines)
    return first if same else None


def _without_beginning(job: Entry) -> Entry:
    entries = (without_first_line(one) if one.name == "script" else one for one in entries_in(job))
    return build.entry(job.name, build.mapping(*entries), job.comments)


def _variables(jobs: list[Entry]) -> list[Entry]:
    """The variables about the repository that all jobs have."""
    first = _entry(jobs[0], ("variables",)) if jobs else None
    names = [one.name for one in entries_in(first) if one.name.startswith(_OF_GIT)]
    found = (_shared(jobs, ("variables", name)) for name in names)
    return [one for one in found if one is not None]


def _shared(jobs: list[Entry], path: tuple[str, ...]) -> Entry | None:
    """An entry that all jobs have with the same value, and without a comment of its own."""
    found = [_entry(job, path) for job in jobs]
    first = found[0] if found else None
    same = first is not None and all(
        one is not None and not one.comments and said_by(one.value) == said_by(first.value)
        for one in found
    )
    return first if same else None


def _entry(job: Entry, path: tuple[str, ...]) -> Entry | None:
    found: Entry | None = job
    for key in path:
        found = next((one for one in entries_in(found) if one.name == key), None)
    return found


def _without(entry: Entry, path: tuple[str, ...]) -> Entry:
    """The entry without the one at a path, and without mappings that are empty then."""
    key, *rest = path
    kept = []
    for one in entries_in(entry):
        inner = _without(one, tuple(rest)) if one.name == key and rest else one
        if one.name != key or (rest and entries_in(inner)):
            kept.append(inner)
    return build.entry(entry.name, build.mapping(*kept), entry.comments)
