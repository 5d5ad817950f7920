"""Pipelines that another event starts on the other side, because that one has no such event.

No event starts both of them, so that nothing of their jobs would be compared. They are compared for
the events that the other side has instead, as if these started the first one, too.
"""

from collections.abc import Iterator

from ciconv.simulation.compare.difference import Difference
from ciconv.simulation.compare.pipelines import differences, pairs
from ciconv.simulation.compare.place import Known
from ciconv.simulation.event import Event
from ciconv.simulation.plan import PipelinePlan
from ciconv.simulation.simulate import Simulator

MAX_EVENTS = 4  # for each pipeline


def standing_in(
    sides: tuple[Simulator, Simulator], events: tuple[Event, ...], known: Known
) -> tuple[tuple[str, Event], ...]:
    """Return pipelines of the first side, each with events for which the other's jobs run.

    Only those that some event starts here, but none on both sides.
    """
    here: set[str] = set()
    both: set[str] = set()
    there: dict[str, list[Event]] = {}
    for event in events:
        one, other = (side.plan(event) for side in sides)
        for first, second in pairs(one, other, known):
            if first is None or second is None:
                continue
            if _runs(first):
                (both if _runs(second) else here).add(first.id)
            elif not first.starts and _runs(second):
                there.setdefault(first.id, []).append(event)
    alone = here - both
    return tuple(
        (name, event)
        for name, found in there.items()
        if name in alone
        for event in found[:MAX_EVENTS]
    )


def _runs(plan: PipelinePlan) -> bool:
    return plan.starts and any(job.runs for job in plan.jobs)


def as_started(
    sides: tuple[Simulator, Simulator], chosen: tuple[tuple[str, Event], ...], known: Known
) -> Iterator[Difference]:
    """Yield what differs of those pipelines where such an event starts both."""
    here, there = sides
    for name, event in chosen:
        plans = here.started(name).plan(event), there.plan(event)
        yield from (one for one in differences(*plans, known) if one.pipeline == name)
