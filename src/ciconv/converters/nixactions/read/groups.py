"""Jobs that are one job for others: the cells of a matrix, the jobs of a called pipeline."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_RESULTS = re.compile(r'ciconv_result (\S+) ((?:"\$\{JOB_STATUS\[[^]]*\]:-\}" ?)+)')
_STATUS = re.compile(r"JOB_STATUS\[([^]]+)\]")
# none of them failed, and one of them succeeded: what a called pipeline has to do
_CALL = re.compile(
    r"! \{ ! \{ (?P<failed>[^;{}]+(?:; \} && ! \{ [^;{}]+)*); \}; \} && "
    r"! \{ (?P<none>! \{ [^;{}]+; \}(?: && ! \{ [^;{}]+; \})*); \}"
)


def groups_of(jobs: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return for each job the groups it is part of, the largest first.

    Steps that load results name them; a call that nobody reads the result of is known by what its
    jobs have in common: `call__job`.
    """
    found: dict[str, frozenset[str]] = {}
    asked = (
        one for job in jobs.values() for one in (*_loaded(job), *_called(str(job.get("if", ""))))
    )
    for name, members in (*asked, *_matrices(jobs)):
        if members != {name} and name not in jobs:
            found.setdefault(name, members)
    ordered = sorted(found, key=lambda name: (-len(found[name]), name))
    return {job: tuple(name for name in ordered if job in found[name]) for job in jobs}


def _matrices(jobs: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, frozenset[str]]]:
    """The jobs that one call of mkMatrixJobs made."""
    made: dict[str, set[str]] = {}
    for name, job in jobs.items():
        passed = job.get("passthru")
        if isinstance(passed, dict) and isinstance(passed.get("of"), str):
            made.setdefault(passed["of"], set()).add(name)
    return ((name, frozenset(members)) for name, members in made.items())


def _loaded(job: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    steps = job.get("steps") or ()
    for step in steps if isinstance(steps, list) else ():
        condition = str(step.get("condition")) if isinstance(step, dict) else ""
        for name, members in _RESULTS.findall(condition):
            yield name, frozenset(_STATUS.findall(members))


def _called(condition: str) -> Iterator[tuple[str, frozenset[str]]]:
    for match in _CALL.finditer(condition):
        members = frozenset(_STATUS.findall(match["none"]))
        name = _common(members)
        if name:
            yield name, members


def _common(names: Iterable[str]) -> str:
    """What stands before the last `__` that all names have in common."""
    parts = [name.split("__") for name in names]
    common = []
    for together in zip(*(one[:-1] for one in parts), strict=False):
        if len(set(together)) > 1:
            break
        common.append(together[0])
    return "__".join(common)
