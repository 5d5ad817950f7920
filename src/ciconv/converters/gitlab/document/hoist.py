"""What all jobs say alike, said once at the top.

https://docs.gitlab.com/ci/yaml/#default
"""

from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, data

_KEYS = ("image", "tags", "timeout", "retry", "interruptible")
_ALONE = ("timeout",)  # also of a single job: it is no matter of the job


def hoisted(jobs: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return the entry `default`, if there is anything for it, and the jobs without that."""
    defaults: list[Entry] = []
    for key in _KEYS:
        found = [_entry(job, key) for job in jobs]
        first = found[0] if found else None
        enough = len(jobs) > 1 or key in _ALONE
        if first is None or not enough or any(one is None or one.comments for one in found):
            continue
        if any(data(one.value) != data(first.value) for one in found if one is not None):
            continue
        defaults.append(first)
        jobs = [_without(job, key) for job in jobs]
    if not defaults:
        return [], jobs
    return [build.entry("default", build.mapping(*defaults))], jobs


def _entry(job: Entry, key: str) -> Entry | None:
    value = job.value
    entries = value.entries if isinstance(value, Mapping) else ()
    return next((one for one in entries if one.name == key), None)


def _without(job: Entry, key: str) -> Entry:
    value = job.value
    assert isinstance(value, Mapping)
    kept = (one for one in value.entries if one.name != key)
    return build.entry(job.name, build.mapping(*kept), job.comments)
