"""Pipelines that another event starts on the other side, because that one has no such event.

No event starts both of them, so that nothing of their jobs would be compared. They are compared for
the events that the other side has instead, as if these started the first one, too.
"""

from collections.abc import Iterator

from msgspec import Struct

from ciconv.ir.trigger import EventKind
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.pipelines import differences, pairs
from ciconv.simulation.compare.place import Known
from ciconv.simulation.event import Event
from ciconv.simulation.plan import PipelinePlan
from ciconv.simulation.simulate import Simulator

MAX_EVENTS = 4  # for each pipeline


class StandIn(Struct, frozen=True):
    """An event for which a pipeline is compared; `forced`: it starts nothing on the other side."""

    pipeline: str
    event: Event
    forced: bool


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
    found = [StandIn(name, one, forced=False) for name in alone for one in _few(there.get(name))]
    for name in alone:
        if name not in there:
            events = (*here[name], *_USUAL)
            running = [one for one in events if _would_run(sides, name, one, known)]
            found += [StandIn(name, one, forced=True) for one in _few(running)]
    return tuple(found)


_USUAL = (Event(kind=EventKind.PUSH, branch="main"), Event(kind=EventKind.MANUAL))


def _few(events: list[Event] | None) -> list[Event]:
    return (events or [])[:MAX_EVENTS]


def _would_run(sides: tuple[Simulator, Simulator], name: str, event: Event, known: Known) -> bool:
    """Whether jobs of a pipeline would run on both sides, if the event started both."""
    here, there = sides
    plans = here.started(name).plan(event), there.started().plan(event)
    return any(
        first.id == name and _runs(first) and _runs(second)
        for first, second in pairs(*plans, known)
        if first is not None and second is not None
    )


def _runs(plan: PipelinePlan) -> bool:
    return plan.starts and any(job.runs for job in plan.jobs)


def as_started(
    sides: tuple[Simulator, Simulator], chosen: tuple[StandIn, ...], known: Known
) -> Iterator[Difference]:
    """Yield what differs of those pipelines where such an event starts both."""
    here, there = sides
    for one in chosen:
        other = there.started() if one.forced else there
        plans = here.started(one.pipeline).plan(one.event), other.plan(one.event)
        for found in differences(*plans, known):
            if found.pipeline == one.pipeline and not (one.forced and _is_of_start(found)):
                yield found


def _is_of_start(found: Difference) -> bool:
    """Whether it is about what runs for an event at all, which the other side does not have."""
    of_job = found.field in (Field.STATE, Field.CONDITION) and not found.step
    return of_job or found.field is Field.STARTS
