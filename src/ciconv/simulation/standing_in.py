"""Pipelines that another event starts on the other side, because that one has no such event.

No event starts both of them, so that nothing of their jobs would be compared. They are compared for
the events that the other side has instead, as if these started the first one, too.
"""

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ciconv.ir.trigger import EventKind
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.pipelines import differences, pairs
from ciconv.simulation.compare.place import Known
from ciconv.simulation.event import Event
from ciconv.simulation.plan import PipelinePlan, Plan
from ciconv.simulation.simulate import Simulator

T = TypeVar("T")

MAX_EVENTS = 4  # for each pipeline


class StandIn(Struct, frozen=True):
    """An event for which a pipeline is compared, and `there`, that which starts the other side.

    `forced`: the other side's triggers are not asked.
    """

    pipeline: str
    event: Event
    there: Event
    forced: bool = False


def standing_in(
    sides: tuple[Simulator, Simulator], events: tuple[Event, ...], known: Known
) -> tuple[StandIn, ...]:
    """Return events for which pipelines of the first side are compared as if they were started.

    Only pipelines that some event starts here, but none on both sides: for what makes the other's
    jobs run. Where nothing does, its triggers are not asked, either.
    """
    here: dict[str, list[Event]] = {}
    there: dict[str, list[Event]] = {}
    both: set[str] = set()
    for event in events:
        one, other = (side.plan(event) for side in sides)
        for first, second in pairs(one, other, known):
            if first is None or second is None:
                continue
            if _runs(first) and _runs(second):
                both.add(first.id)
            elif _runs(first):
                here.setdefault(first.id, []).append(event)
            elif not first.starts and _runs(second):
                there.setdefault(first.id, []).append(event)
    alone = [name for name in here if name not in both]
    found = [StandIn(name, one, one) for name in alone for one in _few(there.get(name))]
    for name in alone:
        if name not in there:
            events = (*map(_on_a_branch, here[name]), *_USUAL)
            forced = (_forced(sides, name, one, known) for one in events)
            found += _few([one for one in forced if one is not None])
    return tuple(found)


_USUAL = (Event(kind=EventKind.PUSH, branch="main"), Event(kind=EventKind.MANUAL))


def _on_a_branch(event: Event) -> Event:
    """The event; a call is made on some branch, and each system takes another one for none."""
    if event.kind is not EventKind.CALL or event.branch or event.tag:
        return event
    return replace(event, branch=event.default_branch)


def _few(found: list[T] | None) -> list[T]:
    return (found or [])[:MAX_EVENTS]


def _forced(
    sides: tuple[Simulator, Simulator], name: str, event: Event, known: Known
) -> StandIn | None:
    """How jobs of a pipeline would run on both sides, if the event started both; None: they do not.

    Where no pipeline is called, the inputs of a call come with a start by hand.
    """
    kinds = (EventKind.MANUAL, event.kind) if event.kind is EventKind.CALL else (event.kind,)
    for kind in kinds:
        found = StandIn(name, event, replace(event, kind=kind), forced=True)
        if any(_run_both(name, *one) for one in pairs(*_plans(sides, found), known)):
            return found
    return None


def _run_both(name: str, here: PipelinePlan | None, there: PipelinePlan | None) -> bool:
    """Whether they are the pipeline of this name on both sides, and jobs of both run."""
    if here is None or there is None or here.id != name:
        return False
    return _runs(here) and _runs(there)


def _plans(sides: tuple[Simulator, Simulator], stand_in: StandIn) -> tuple[Plan, Plan]:
    here, there = sides
    other = there.started() if stand_in.forced else there
    return here.started(stand_in.pipeline).plan(stand_in.event), other.plan(stand_in.there)


def _runs(plan: PipelinePlan) -> bool:
    return plan.starts and any(job.runs for job in plan.jobs)


def as_started(
    sides: tuple[Simulator, Simulator], chosen: tuple[StandIn, ...], known: Known
) -> Iterator[Difference]:
    """Yield what differs of those pipelines where such an event starts both."""
    for one in chosen:
        for found in differences(*_plans(sides, one), known):
            if found.pipeline == one.pipeline and not (one.forced and _is_of_start(found)):
                yield found


def _is_of_start(found: Difference) -> bool:
    """Whether it is about what runs for an event at all, which the other side does not have."""
    of_job = found.field in (Field.STATE, Field.CONDITION) and not found.step
    return of_job or found.field is Field.STARTS
