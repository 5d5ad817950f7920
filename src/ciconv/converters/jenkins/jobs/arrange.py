"""Jobs that wait for each other as stages: one after the other, and beside each other.

Declarative stages nest, and a parallel stage holds no other one. So a graph becomes a series of
blocks, each of one job or of chains of jobs that run side by side. What fits in no such series is
put in levels: then a job waits for more jobs than it has to.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

Chain: TypeAlias = tuple[str, ...]  # jobs that run one after the other
Linked: TypeAlias = Callable[[str, str], bool]


class Arrangement(Struct, frozen=True):
    """Blocks that run one after the other; the chains of each run side by side."""

    blocks: tuple[tuple[Chain, ...], ...]
    added: Mapping[str, tuple[str, ...]]  # what a job waits for besides the jobs that it needs


def arrange(
    needs: Mapping[str, Iterable[str]],
    alone: frozenset[str],
    asked: frozenset[str] = frozenset(),
) -> Arrangement:
    """Return the blocks for jobs in their order. Those `alone` cannot run beside others.

    Jobs that are `asked` for wait for a person; where nobody waits for them, they come late.
    The jobs do not wait for each other in a circle, and need only each other.
    """
    before = _ancestors(needs)
    late = asked - frozenset().union(*before.values())
    blocks = [block for part in _series(before) for block in _blocks(part, before, alone, late)]
    return Arrangement(tuple(blocks), _added(blocks, before))


def _ancestors(needs: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """All jobs that each job waits for, directly or not."""
    found: dict[str, frozenset[str]] = {}
    waiting = {name: set(direct) for name, direct in needs.items()}
    while waiting:
        ready = [name for name, direct in waiting.items() if direct <= found.keys()]
        for name in ready or list(waiting):
            direct = waiting.pop(name)
            found[name] = frozenset(direct).union(*(found.get(one, ()) for one in direct))
    return {name: found[name] for name in needs}


def _series(before: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Parts of which each waits for all of the one before: jobs are together where, by way of
    others, neither has to wait for the other."""
    parts = _connected(list(before), lambda a, b: a not in before[b] and b not in before[a])
    order = {name: number for number, name in enumerate(before)}
    return sorted(parts, key=lambda part: (len(before[part[0]]), order[part[0]]))


def _connected(names: list[str], linked: Linked) -> list[list[str]]:
    """The names in groups, in order, that are linked by way of each other."""
    groups: list[list[str]] = []
    left = list(names)
    while left:
        group, waiting = [left.pop(0)], [0]
        for number in waiting:
            near = [one for one in left if linked(group[number], one)]
            left = [one for one in left if one not in near]
            waiting += range(len(group), len(group) + len(near))
            group += near
        groups.append(sorted(group, key=names.index))
    return groups


def _blocks(
    part: list[str],
    before: Mapping[str, frozenset[str]],
    alone: frozenset[str],
    late: frozenset[str],
) -> list[tuple[Chain, ...]]:
    if len(part) == 1:
        return [((part[0],),)]
    groups = _connected(part, lambda a, b: a in before[b] or b in before[a])
    chains = [tuple(sorted(group, key=lambda one: len(before[one]))) for group in groups]
    if alone.isdisjoint(part) and all(_is_chain(chain, before) for chain in chains):
        return [tuple(chains)]
    return _levels(part, before, alone, late)


def _is_chain(names: Chain, before: Mapping[str, frozenset[str]]) -> bool:
    return all(set(names[:number]) <= before[name] for number, name in enumerate(names))


def _levels(
    part: list[str],
    before: Mapping[str, frozenset[str]],
    alone: frozenset[str],
    late: frozenset[str],
) -> list[tuple[Chain, ...]]:
    """One block for all jobs that can begin at the same time, and one for each that stays alone.

    Those that come late are in the last one.
    """
    level: dict[str, int] = {}
    for name in sorted(part, key=lambda one: len(before[one])):
        level[name] = 1 + max((level[one] for one in before[name] if one in level), default=-1)
    last = max(level.values())
    level |= {name: last for name in part if name in late}
    blocks: list[tuple[Chain, ...]] = []
    for number in range(last + 1):
        names = [name for name in part if level[name] == number]
        together = tuple((name,) for name in names if name not in alone)
        blocks += [together] if together else []
        blocks += [((name,),) for name in names if name in alone]
    return blocks


def _added(
    blocks: list[tuple[Chain, ...]], before: Mapping[str, frozenset[str]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    earlier: list[str] = []
    for block in blocks:
        for chain in block:
            for number, name in enumerate(chain):
                waits = (*earlier, *chain[:number])
                more = tuple(one for one in waits if one not in before[name])
                found |= {name: more} if more else {}
        earlier += [name for chain in block for name in chain]
    return found
