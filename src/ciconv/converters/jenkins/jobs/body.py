"""What the steps of a job are in: the stage itself, stages inside of it, and `post`.

Neighbours with the same condition, known before they run, become a stage with `when`. What runs
although something failed becomes `post` of a stage that holds everything before it.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace as changed

from ciconv.ir.expression import (
    Call,
    Expr,
    Ref,
    conjuncts,
    constant,
    has_status_function,
    together,
    walk,
)
from ciconv.ir.node import replace
from ciconv.ir.step import Checkout, RestoreCache, Run, SaveCache, Step
from ciconv.ir.walk import comments_of

MAX_STAGES = 8  # inside of a job; where there would be more, conditions stand in the scripts

_KNOWN_BEFORE = frozenset({"event", "ref", "pr", "repo", "inputs", "vars", "matrix", "commit"})


class Part(Struct, frozen=True, kw_only=True):
    """Steps in one stage: under a condition, or behind stages of their own; and what follows."""

    condition: Expr | None = None
    steps: tuple[Step, ...] = ()
    parts: "tuple[Part, ...]" = ()
    last: tuple[Step, ...] = ()  # these have a condition about failures
    title: str = ""  # of its stage, where a step has a name for it

    def count(self) -> int:
        """Return how many stages hold steps."""
        return sum(one.count() for one in self.parts) or 1


def starts_under_condition(part: Part) -> bool:
    """Return whether the first stage with steps may be left out."""
    while part.condition is None and part.parts:
        part = part.parts[0]
    return part.condition is not None


def prepared(part: Part, steps: tuple[Step, ...] = ()) -> Part:
    """Return a part behind a stage for what all others build on, whichever of them run."""
    return changed(part, parts=(Part(steps=steps, title="Prepare"), *part.parts))


def caches_first(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps with caches, which Jenkins needs none of, before those that always run.

    Behind these they would be a stage with nothing in it.
    """
    end = len(steps)
    while end and (_is_last(steps[end - 1]) or isinstance(steps[end - 1], _CACHES)):
        end -= 1
    tail = steps[end:]
    caches = tuple(one for one in tail if isinstance(one, _CACHES))
    return (*steps[:end], *caches, *(one for one in tail if not isinstance(one, _CACHES)))


_CACHES = (RestoreCache, SaveCache)


def at_once(steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], Call | None]:
    """Return the steps, the first one without `always()`, and that; nothing can fail before it."""
    first = steps[0] if steps else None
    asked = None if first is None else first.condition
    if first is None or not isinstance(asked, Call) or asked.function != "always":
        return steps, None
    comments = (*first.comments, *comments_of(asked))
    return (replace(first, condition=None, comments=comments), *steps[1:]), asked


def parts_of(steps: tuple[Step, ...], is_sayable: Callable[[Expr], bool], *, flat: bool) -> Part:
    """Return the stages for the steps of a job; `flat`: none inside of it for conditions."""
    found = _part(steps, lambda expr: not flat and _is_early(expr) and is_sayable(expr))
    if found.count() > MAX_STAGES:
        return _part(steps, lambda expr: False)
    return found


def _part(steps: tuple[Step, ...], fits: Callable[[Expr], bool]) -> Part:
    steps = tuple(map(_plain, steps))
    end = len(steps)
    while end and _is_last(steps[end - 1]):
        end -= 1
    first, last = steps[:end], steps[end:]
    middle = max((n + 1 for n, one in enumerate(first) if _is_last(one)), default=0)
    parts = list(_segments(first[middle:], fits))
    if middle:
        parts.insert(0, _part(first[:middle], fits))
    if len(parts) == 1 and parts[0].condition is None and not parts[0].last:
        return changed(parts[0], last=last)
    if not parts:
        return Part(last=last)
    return Part(parts=tuple(changed(one, title=_title(one)) for one in parts), last=last)


def _segments(steps: tuple[Step, ...], fits: Callable[[Expr], bool]) -> Iterator[Part]:
    condition: Expr | None = None
    group: list[Step] = []
    for step in steps:
        own = step.condition if step.condition is not None and fits(step.condition) else None
        if own != condition and group:
            yield Part(condition=condition, steps=tuple(group))
            group = []
        condition = own
        group.append(step if own is None else replace(step, condition=None))
    if group:
        yield Part(condition=condition, steps=tuple(group))


def _plain(step: Step) -> Step:
    """The step without `success()` in its condition, which is what is meant without it."""
    parts = conjuncts(step.condition)
    kept = [one for one in parts if not (isinstance(one, Call) and one.function == "success")]
    if len(kept) == len(parts):
        return step
    return replace(step, condition=together(*kept))


def _is_last(step: Step) -> bool:
    """Whether a step looks itself at what failed before."""
    return step.condition is not None and has_status_function(step.condition)


def _is_early(expr: Expr) -> bool:
    """Whether what a condition asks for is known when the job begins."""
    refs = [one for one in walk(expr) if isinstance(one, Ref)]
    known = all(one.path[0] in _KNOWN_BEFORE or _is_input(one) for one in refs)
    return known and bool(refs) and not has_status_function(expr)


def _is_input(ref: Ref) -> bool:
    return ref.path[:3] == ("github", "event", "inputs")


def _title(part: Part) -> str:
    """A name for a stage: that of its first step that has one."""
    steps = part.steps or tuple(step for one in part.parts for step in one.steps)
    for step in steps:
        name = None if step.name is None else constant(step.name)
        if name:
            return name
    for step in steps:
        if isinstance(step, Run) and (script := constant(step.script)):
            return script.split("\n")[0][:40]
        if isinstance(step, Checkout):
            return "Checkout"
    return ""
