"""Pairs of steps where some were not converted, and became steps that fail in their place."""

import re
from functools import lru_cache

from ciconv.catalog.tool import Kind
from ciconv.simulation.compare.conditions import may_run
from ciconv.simulation.compare.joining import is_of_files
from ciconv.simulation.compare.texts import HOLES
from ciconv.simulation.plan import StepPlan

FAILING = "placeholder"

_GAP = 3  # for a step without a counterpart, where it runs
_NEVER = 3 * _GAP  # more than leaving out both
_COMMANDS = frozenset({"run", "use", FAILING})

_COMMENT = re.compile(r"(?<!\S)#.*")
_VALUE = re.compile(rf"{HOLES.pattern}|\$\{{?(?:env:)?\w+\}}?")

_Pairs = list[tuple[StepPlan | None, StepPlan | None]]


def best_pairs(left: list[StepPlan], right: list[StepPlan]) -> _Pairs:
    """Return the pairs that have most in common, in order; keywords by what they are about."""
    scripts = [[one for one in side if not is_of_files(one)] for side in (left, right)]
    files = [[one for one in side if is_of_files(one)] for side in (left, right)]
    return [*_in_order(*scripts), *_by_content(*files)]


def _in_order(left: list[StepPlan], right: list[StepPlan]) -> _Pairs:
    """The alignment that costs least."""
    costs = _costs(left, right)
    found: _Pairs = []
    i, j = 0, 0
    while i < len(left) and j < len(right):
        if costs[i][j] == costs[i + 1][j + 1] + _cost(left[i], right[j]):
            found.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif costs[i][j] == costs[i + 1][j] + _gap(left[i]):
            found.append((left[i], None))
            i += 1
        else:
            found.append((None, right[j]))
            j += 1
    found += [(one, None) for one in left[i:]]
    return found + [(None, one) for one in right[j:]]


def _costs(left: list[StepPlan], right: list[StepPlan]) -> list[list[int]]:
    """What it costs to align the steps from each place on."""
    costs = [[sum(map(_gap, right[j:])) for j in range(len(right) + 1)]]
    for one in reversed(left):
        below = costs[-1]
        row = [0] * len(right) + [below[-1] + _gap(one)]
        for j in range(len(right) - 1, -1, -1):
            gaps = below[j] + _gap(one), row[j + 1] + _gap(right[j])
            row[j] = min(below[j + 1] + _cost(one, right[j]), *gaps)
        costs.append(row)
    return costs[::-1]


def _gap(step: StepPlan) -> int:
    return _GAP if may_run(step) else 0


def _cost(one: StepPlan, other: StepPlan) -> int:
    """How much two steps differ."""
    is_one_kind = one.kind == other.kind
    if is_one_kind and (one.script, one.uses) == (other.script, other.uses):
        return 0
    same = one.id and one.id == other.id
    if is_one_kind:
        same = same or (one.name and _plain(one.name) == _plain(other.name))
        same = same or (one.script and bare(one.script) == bare(other.script))
    else:
        same = same or (one.name and one.name == other.name)
        same = same or (one.uses and _plain(one.uses) == _plain(other.uses))
    # what does not run is in nobody's place
    odd = not same and may_run(one) is not may_run(other)
    if odd or (not is_one_kind and not {one.kind, other.kind} <= _COMMANDS):
        return _NEVER
    if {one.kind, other.kind} == {"use", FAILING}:
        return 0 if same else 5  # for want of a better one
    if same:
        return 1
    return 3 if is_one_kind else 4


@lru_cache(maxsize=10_000)  # each step is held against all of the other side
def bare(script: str) -> str:
    """Return a script without the values in it, which systems call otherwise, and comments."""
    return _COMMENT.sub("", _VALUE.sub("", script)).strip()


def _plain(name: str) -> str:
    return re.sub(r"\W+", " ", name.lower())


def _by_content(left: list[StepPlan], right: list[StepPlan]) -> _Pairs:
    """Keywords with the same arguments, then those of the same kind."""
    found: _Pairs = []
    for same in (_equal, _of_same_files, _alike):
        for one in left[:]:
            other = next((two for two in right if same(one, two)), None)
            if other is not None:
                found.append((one, other))
                left = [step for step in left if step is not one]
                right = [step for step in right if step is not other]
    found += [(one, None) for one in left]
    return found + [(None, one) for one in right]


def _of_same_files(one: StepPlan, other: StepPlan) -> bool:
    """Whether both keep the same files: a report is an artifact where nothing shows it."""
    paths = dict(one.arguments).get("paths")
    kinds = {one.kind, other.kind}
    return bool(paths) and kinds <= _KEEPING and paths == dict(other.arguments).get("paths")


_KEEPING = {"report", Kind.UPLOAD_ARTIFACT}


def _equal(one: StepPlan, other: StepPlan) -> bool:
    return (one.kind, one.content) == (other.kind, other.content)


def _alike(one: StepPlan, other: StepPlan) -> bool:
    return one.kind == other.kind
