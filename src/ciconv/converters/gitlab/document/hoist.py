"""What all jobs say alike, said once at the top.

https://docs.gitlab.com/ci/yaml/#default
"""

from msgspec import Struct

from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, data

_KEYS = ("image", "tags", "timeout", "retry", "interruptible")
_ALONE = ("timeout",)  # also of a single job: it is no matter of the job
_OF_GIT = "GIT_"  # variables that say how the runner gets the repository


class Hoisted(Struct, frozen=True, kw_only=True):
    """The entry `default`, if there is anything for it; variables; the jobs without those."""

    defaults: tuple[Entry, ...]
    variables: tuple[Entry, ...]
    jobs: tuple[Entry, ...]


def hoisted(jobs: list[Entry]) -> Hoisted:
    """Return what the jobs share, and what is left of them."""
    defaults: list[Entry] = []
    for key in _KEYS:
        first = _shared(jobs, (key,))
        if first is not None and (len(jobs) > 1 or key in _ALONE):
            defaults.append(first)
            jobs = [_without(job, (key,)) for job in jobs]
    variables = _variables(jobs) if len(jobs) > 1 else []
    for one in variables:
        jobs = [_without(job, ("variables", one.name)) for job in jobs]
    shared = (build.entry("default", build.mapping(*defaults)),) if defaults else ()
    return Hoisted(defaults=shared, variables=tuple(variables), jobs=tuple(jobs))


def _variables(jobs: list[Entry]) -> list[Entry]:
    """The variables about the repository that all jobs have."""
    first = _entry(jobs[0], ("variables",)) if jobs else None
    names = [one.name for one in _entries(first) if one.name.startswith(_OF_GIT)]
    found = (_shared(jobs, ("variables", name)) for name in names)
    return [one for one in found if one is not None]


def _shared(jobs: list[Entry], path: tuple[str, ...]) -> Entry | None:
    """An entry that all jobs have with the same value, and without a comment."""
    found = [_entry(job, path) for job in jobs]
    first = found[0] if found else None
    same = first is not None and all(
        one is not None and not one.comments and data(one.value) == data(first.value)
        for one in found
    )
    return first if same else None


def _entries(entry: Entry | None) -> tuple[Entry, ...]:
    value = None if entry is None else entry.value
    return value.entries if isinstance(value, Mapping) else ()


def _entry(job: Entry, path: tuple[str, ...]) -> Entry | None:
    found: Entry | None = job
    for key in path:
        found = next((one for one in _entries(found) if one.name == key), None)
    return found


def _without(entry: Entry, path: tuple[str, ...]) -> Entry:
    """The entry without the one at a path, and without mappings that are empty then."""
    key, *rest = path
    kept = []
    for one in _entries(entry):
        inner = _without(one, tuple(rest)) if one.name == key and rest else one
        if one.name != key or (rest and _entries(inner)):
            kept.append(inner)
    return build.entry(entry.name, build.mapping(*kept), entry.comments)
