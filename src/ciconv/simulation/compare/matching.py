"""Which pipelines, jobs and steps of two plans are the same ones, whatever they are called."""

import os.path
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import TypeAlias, TypeVar

from ciconv.ir.naming import unused
from ciconv.simulation.compare.conditions import may_run
from ciconv.simulation.compare.joining import is_of_files
from ciconv.simulation.compare.replacing import FAILING, bare, best_pairs
from ciconv.simulation.plan import JobPlan, PipelinePlan, State, StepPlan

T = TypeVar("T")
Key: TypeAlias = Callable[[T], Hashable]
Matched: TypeAlias = list[tuple[T | None, T | None]]

MIN_NAME = 3
MAX_NAME = 60  # characters of a job that became several
MAX_PAIRS = 10_000  # of steps that are tried, where some became steps that fail
MAX_STEPS = 400  # of one job that are aligned by what they say; beyond that by their place


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """Return a name without what formats do not allow in names."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def match_pipelines(a: Sequence[PipelinePlan], b: Sequence[PipelinePlan]) -> Matched[PipelinePlan]:
    """Return the pairs of pipelines; None where one has no counterpart."""
    keys: tuple[Key[PipelinePlan], ...] = (
        lambda one: (one.path, plain_name(one.id)),  # one file may have several
        lambda one: one.path,
        lambda one: one.id,
        lambda one: plain_name(one.id),
        lambda one: plain_name(one.name),
    )
    return _only_pair(_matched(a, b, keys))


def _only_pair(found: Matched[PipelinePlan]) -> Matched[PipelinePlan]:
    """The pairs; one pipeline left over on each side are a pair, too."""
    left = [a for a, b in found if b is None]
    right = [b for a, b in found if a is None]
    if len(left) == len(right) == 1:
        pairs = [(a, b) for a, b in found if a is not None and b is not None]
        return [*pairs, (left[0], right[0])]
    return found


def match_jobs(a: Sequence[JobPlan], b: Sequence[JobPlan]) -> Matched[JobPlan]:
    """Return the pairs of job instances; by what they do where no name fits."""
    here, there = {one.job for one in a}, {one.job for one in b}
    short = {**_short_names(a, lambda one: one.id), **_short_names(b, lambda one: one.id)}
    titles = {**_short_names(a, lambda one: one.name), **_short_names(b, lambda one: one.id)}
    keys: tuple[Key[JobPlan], ...] = (
        lambda one: (bool(one.cell), one.id),
        lambda one: plain_name(one.id) if not one.cell else object(),
        lambda one: short[id(one)],
        # words of GitLab's are no names of jobs: `image` is called `image-job` there
        lambda one: plain_name(one.id).removesuffix("-job") if not one.cell else object(),
        lambda one: plain_name(one.name) if not one.cell else object(),
        lambda one: titles[id(one)],  # names that several jobs have are numbered
        lambda one: plain_name(one.name),  # a cell that is a job of its own elsewhere
    )
    found = _matched(a, b, keys)
    done: Matched[JobPlan] = [(x, y) for x, y in found if None not in (x, y)]
    left = [x for x, y in found if x is not None and y is None]
    right = [y for x, y in found if x is None and y is not None]
    found = _matched(
        [one for one in left if one.job not in there],
        [one for one in right if one.job not in here],
        (_content,),
    )
    done += [(x, y) for x, y in found if x is not None and y is not None]
    left, right = _not_in(done, left), _not_in(done, right)
    done += _by_beginning(left, right)
    rest: Matched[JobPlan] = [(one, None) for one in _not_in(done, left)]
    rest += [(None, one) for one in _not_in(done, right)]
    return [*done, *rest]


def _not_in(done: Sequence[tuple[T | None, T | None]], items: list[T]) -> list[T]:
    known = {id(one) for pair in done for one in pair}
    return [one for one in items if id(one) not in known]


def _by_beginning(left: list[JobPlan], right: list[JobPlan]) -> list[tuple[JobPlan, JobPlan]]:
    """Cells that became jobs of their own, in order, where these begin with the name of the job."""
    found: list[tuple[JobPlan, JobPlan]] = []
    for name in dict.fromkeys(one.job for one in left if one.cell):
        cells = [one for one in left if one.job == name]
        begin = f"{plain_name(name)}-"
        plain = [one for one in right if not one.cell]
        jobs = [one for one in plain if f"{plain_name(one.job)}-".startswith(begin)]
        jobs = _not_in(found, jobs)
        if len(cells) == len(jobs):
            found += zip(cells, jobs, strict=True)
    return found


def _short_names(jobs: Sequence[JobPlan], said: Callable[[JobPlan], str]) -> dict[int, str]:
    """Names as systems make them that need short ones without signs: numbered where equal."""
    taken: set[str] = set()
    found = {}
    for job in sorted(jobs, key=lambda one: bool(one.cell)):
        name = unused(plain_name(said(job))[:MAX_NAME].rstrip("-"), taken)
        taken.add(name)
        found[id(job)] = name
    return found


def _content(job: JobPlan) -> Hashable:
    """What a job does, if it does anything."""
    said = tuple((one.kind, one.script, one.uses) for one in job.steps)
    return (said, job.call) if said or job.call else job.id


def _matched(a: Iterable[T], b: Iterable[T], keys: Iterable[Key[T]]) -> Matched[T]:
    """Pairs whose first key is equal, then the second among the rest, and so on; in order of a."""
    left, right = list(a), list(b)
    partner: dict[int, T] = {}
    for key in keys:
        waiting: dict[Hashable, list[T]] = {}
        for one in right:
            waiting.setdefault(key(one), []).append(one)
        for one in left:
            same = waiting.get(key(one))
            if id(one) not in partner and same:
                partner[id(one)] = same.pop(0)
        taken = {id(one) for one in partner.values()}
        right = [one for one in right if id(one) not in taken]
    pairs: Matched[T] = [(one, partner.get(id(one))) for one in left]
    return pairs + [(None, one) for one in right]


def match_steps(a: tuple[StepPlan, ...], b: tuple[StepPlan, ...]) -> Matched[StepPlan]:
    """Return the pairs of steps, in order; None where one has no counterpart.

    Those that run on neither side, or do nothing, are left out.
    """
    sides = [[step for step in side if step.script not in _NOTHING] for side in (a, b)]
    return [pair for pair in _all_steps(*sides) if any(map(_runs, pair))]


def _runs(step: StepPlan | None) -> bool:
    return step is not None and step.state is not State.SKIP


# what a job without any step has, where a system wants one
_NOTHING = ("true", ":", "echo 'nothing to do'")


def _all_steps(left: list[StepPlan], right: list[StepPlan]) -> Matched[StepPlan]:
    if [_step_key(one) for one in left] == [_step_key(one) for one in right]:
        return list(zip(left, right, strict=True))
    if max(len(left), len(right)) > MAX_STEPS:
        return _in_place(left, right)
    failing = any(one.kind == FAILING for one in (*left, *right))
    if failing and len(left) * len(right) <= MAX_PAIRS:
        return best_pairs(left, right)
    sides = [[one for one in side if not is_of_files(one)] for side in (left, right)]
    files = [[one for one in side if is_of_files(one)] for side in (left, right)]
    found = _aligned(sides[0], sides[1])
    if any(None in pair for pair in found):
        return _aligned(left, right)
    by_subject = [*found, *_paired(files[0], files[1])]  # keywords, by what they are about
    if _keeps_order(by_subject, left, right):
        return by_subject
    by_place = _aligned(left, right)
    is_as_whole = _lacking(by_place) <= _lacking(by_subject)
    return by_place if is_as_whole and _keeps_order(by_place, left, right) else by_subject


def _lacking(pairs: Matched[StepPlan]) -> int:
    """How many steps have no counterpart."""
    return sum(None in pair for pair in pairs)


def _keeps_order(found: Matched[StepPlan], left: list[StepPlan], right: list[StepPlan]) -> bool:
    """Whether all pairs follow each other on both sides."""
    places = sorted(_places(found, left, right))
    return all(one[1] < other[1] for one, other in pairwise(places))


def _places(
    found: Matched[StepPlan], left: list[StepPlan], right: list[StepPlan]
) -> list[tuple[int, int]]:
    """Where the steps of each pair stand."""
    here = {id(step): number for number, step in enumerate(left)}
    there = {id(step): number for number, step in enumerate(right)}
    return [(here[id(a)], there[id(b)]) for a, b in found if a is not None and b is not None]


def _step_key(step: StepPlan) -> Hashable:
    return step.kind, step.script, step.uses, step.state is State.SKIP, _files(step)


def _files(step: StepPlan) -> frozenset[str]:
    """The paths that a step is about; a folder is also all that is in it."""
    lines = dict(step.arguments).get("paths", "").splitlines()
    return frozenset(one.strip().removeprefix("./").removesuffix("/**").strip("/") for one in lines)


def _aligned(left: list[StepPlan], right: list[StepPlan]) -> Matched[StepPlan]:
    """Equal steps keep their order; what stands between them is paired by id, name and kind."""
    from difflib import SequenceMatcher

    here, there = list(map(_step_key, left)), list(map(_step_key, right))
    blocks = SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    parts = [(word, left[a:b], right[c:d]) for word, a, b, c, d in blocks]
    found: Matched[StepPlan] = []
    for word, before, after in parts:
        if word == "equal":
            found += zip(before, after, strict=True)
    others = [(before, after) for word, before, after in parts if word != "equal"]
    moved = _scripts_elsewhere(others)
    for before, after in others:
        found += _paired(_not_in(moved, before), _not_in(moved, after))
    return _moved([*found, *moved])


def _scripts_elsewhere(
    parts: list[tuple[list[StepPlan], list[StepPlan]]],
) -> list[tuple[StepPlan, StepPlan]]:
    """Scripts that stand at another place on the other side, word for word."""
    left = [one for before, _ in parts for one in before if one.script]
    right = [one for _, after in parts for one in after if one.script]
    pairs = _matched(left, right, (_step_key,))
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def _paired(left: list[StepPlan], right: list[StepPlan]) -> Matched[StepPlan]:
    keys: tuple[Key[StepPlan], ...] = (
        lambda one: one.id or object(),
        lambda one: (one.kind, one.content) if one.arguments else object(),
        lambda one: (one.kind, _files(one)) if _files(one) else object(),
        lambda one: (one.kind, _subject(one)) if _subject(one) else object(),
        lambda one: (one.script, plain_name(one.name)) if one.kind == "run" else object(),
        lambda one: (bare(one.script), one.uses) if bare(one.script) else object(),
        lambda one: (one.kind, plain_name(one.name)) if one.name else object(),
        lambda one: one.kind if one.kind not in ("run", "use", "placeholder") else object(),
        lambda one: plain_name(one.name) or object(),
        lambda one: one.uses.partition("@")[0] or object(),
        lambda one: _title(one) or object(),
    )
    found = _again(_matched(left, right, keys), _begins_alike)
    found = _behind(_in_turn(found, left, right), left, right)
    return _replaced(_again(found, _goes_alike), left, right)


def _subject(step: StepPlan) -> str:
    """The name of the files that a step is about: of an artifact, of a cache."""
    given = dict(step.arguments)
    return given.get("artifact") or given.get("key") or ""


def _behind(
    found: Matched[StepPlan], left: list[StepPlan], right: list[StepPlan]
) -> Matched[StepPlan]:
    """The pairs; what is left over right behind two steps that are a pair, is one, too."""
    partner = {id(a): b for a, b in found if a is not None and b is not None}
    taken = {id(b) for b in partner.values()}
    following = {id(one): other for one, other in pairwise(right)}
    for one, other in pairwise(left):
        before = partner.get(id(one))
        next_one = None if before is None else following.get(id(before))
        if next_one is None or id(next_one) in taken or not _is_alike(next_one, other):
            continue
        if id(other) not in partner:
            partner[id(other)] = next_one
            taken.add(id(next_one))
    pairs: Matched[StepPlan] = [(one, partner.get(id(one))) for one in left]
    return pairs + [(None, one) for one in right if id(one) not in taken]


def _in_turn(
    found: Matched[StepPlan], left: list[StepPlan], right: list[StepPlan]
) -> Matched[StepPlan]:
    """The pairs; where as many are left over on each side, each stands for the one in its place."""
    here = [a for a, b in found if a is not None and b is None and may_run(a)]
    there = [b for a, b in found if a is None and b is not None and may_run(b)]
    if len(here) != len(there):
        return found
    return _in_order(found, here, there, left, right)


def _in_order(
    found: Matched[StepPlan],
    here: list[StepPlan],
    there: list[StepPlan],
    left: list[StepPlan],
    right: list[StepPlan],
) -> Matched[StepPlan]:
    """The pairs, and pairs of what is left over `here` and `there`, between the same others.

    Where those that are pairs already do not follow each other, the rest need not, either.
    """
    done: Matched[StepPlan] = [(a, b) for a, b in found if None not in (a, b)]
    is_ordered = _keeps_order(done, left, right)
    at = {id(step): number for side in (left, right) for number, step in enumerate(side)}
    places = _places(done, left, right)
    for one in here:
        place = at[id(one)]
        after = max((there for here, there in places if here < place), default=-1)
        before = min((there for here, there in places if here > place), default=len(right))
        fits = (b for b in there if not is_ordered or after < at[id(b)] < before)
        other = next(fits, None)
        if other is not None:
            done.append((one, other))
            places.append((place, at[id(other)]))
            there = [b for b in there if b is not other]
    known = {id(one) for pair in done for one in pair}
    return [*done, *(pair for pair in found if known.isdisjoint(id(one) for one in pair if one))]


def _title(step: StepPlan) -> str:
    """What a step is called where it has no name: after its action."""
    action = step.uses.partition("@")[0].rpartition("/")[2]
    return plain_name(step.name) or plain_name(action)


def _again(
    found: Matched[StepPlan], fits: Callable[[StepPlan, StepPlan], bool]
) -> Matched[StepPlan]:
    """The pairs, and pairs of what was left over, in order; of several that fit, the most alike."""
    left = [a for a, b in found if a is not None and b is None]
    right = [b for a, b in found if a is None and b is not None]
    done: Matched[StepPlan] = [(a, b) for a, b in found if None not in (a, b)]
    for one in left:
        fitting = (two for two in right if fits(one, two))
        other = max(fitting, key=partial(_likeness, one), default=None)
        done.append((one, other))
        right = [two for two in right if two is not other]
    return [*done, *((None, one) for one in right)]


def _is_alike(one: StepPlan, other: StepPlan) -> bool:
    """Whether two steps can be the same one: a script in the place of an action is no other."""
    return one.kind == other.kind and (one.kind != "run" or bool(one.uses) is bool(other.uses))


def _goes_alike(one: StepPlan, other: StepPlan) -> bool:
    """Whether two steps can be the same one, and run, or neither does: what is skipped is no other.

    Nothing but their place among the others makes them a pair.
    """
    return _is_alike(one, other) and may_run(one) is may_run(other)


def _likeness(one: StepPlan, other: StepPlan) -> int:
    """What is greater for another step that rather is the same one: as far as scripts are equal."""
    return len(os.path.commonprefix((one.script, other.script)))


def _begins_alike(one: StepPlan, other: StepPlan) -> bool:
    """Whether a name is the beginning of the other: what only the run knows stands behind it."""
    names = plain_name(one.name), plain_name(other.name)
    return len(min(names)) > MIN_NAME and os.path.commonprefix(names) == min(names, key=len)


def _replaced(
    found: Matched[StepPlan], left: list[StepPlan], right: list[StepPlan]
) -> Matched[StepPlan]:
    """The pairs; an action that is missing and a script that is new there stand for each other."""
    here = [a for a, b in found if a is not None and b is None and a.kind != "run"]
    there = [b for a, b in found if a is None and b is not None]
    return _in_order(found, here, there, left, right)


def _moved(found: Matched[StepPlan]) -> Matched[StepPlan]:
    """The pairs; a step that is missing here and too much there stands at another place."""
    left = [a for a, b in found if a is not None and b is None]
    right = [b for a, b in found if a is None and b is not None]
    moved = [
        (a, b) for a, b in _matched(left, right, (_step_key,)) if a is not None and b is not None
    ]
    known = {id(one) for pair in moved for one in pair}
    kept = [pair for pair in found if not any(id(one) in known for one in pair if one is not None)]
    return [*kept, *moved]


def _in_place(left: list[StepPlan], right: list[StepPlan]) -> Matched[StepPlan]:
    from itertools import zip_longest

    return list(zip_longest(left, right))
