"""Whether two projects mean the same: the same jobs with the same steps for every event."""

from collections.abc import Hashable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.ir.pipeline import Project
from ciconv.profile import Feature
from ciconv.simulation.compare.difference import Difference, grouped
from ciconv.simulation.compare.pipelines import differences
from ciconv.simulation.coverage import MAX_EVENTS, Derived, derive
from ciconv.simulation.dependence import words_of
from ciconv.simulation.effects import explaining
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Plan
from ciconv.simulation.simulate import Simulator


class Verification(Struct, frozen=True, kw_only=True):
    """What differs, for which events it was looked at, and what else there is to say."""

    differences: tuple[Difference, ...]
    events: tuple[Event, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """The differences that no reported loss accounts for."""
        return tuple(one for one in self.differences if not one.explained)


def verify(
    a: Project,
    b: Project,
    losses: tuple[Diagnostic, ...],
    context: Context,
    *,
    events: tuple[Event, ...] | None = None,
) -> Verification:
    """Return how the second project differs from the first, for the events given or all that tell.

    `losses` are what converting the first into the second's format reported.
    """
    derived = derive(a, b, context.catalog) if events is None else Derived(events)
    found = Diagnostics()
    if derived.left_out:
        message = f"{derived.left_out} of {derived.left_out + MAX_EVENTS} events were left out"
        found.add(Diagnostic(code="events-left-out", severity=Severity.NOTE, message=message))
    words = words_of(a, b)
    sides = Simulator(a, context, words=words), Simulator(b, context, words=words)
    every = sorted(grouped(_all(sides, derived.events, found)), key=_place)
    lasting = {one.cause for one in every}
    if any(one.loss is not None and one.loss.feature is Feature.RUNNER for one in losses):
        blind = (
            Simulator(a, context, machines=False, words=words),
            Simulator(b, context, machines=False, words=words),
        )
        lasting = {one.cause for one in grouped(_all(blind, derived.events, Diagnostics()))}
    explained = tuple(
        replace(one, loss=explaining(one, losses, of_machine=one.cause not in lasting))
        for one in every
    )
    return Verification(differences=explained, events=derived.events, diagnostics=found.sorted())


def _all(
    sides: tuple[Simulator, Simulator], events: tuple[Event, ...], found: Diagnostics
) -> Iterator[Difference]:
    known: dict[Hashable, tuple[Difference, ...]] = {}
    compared: list[list[Plan]] = []  # kept, so that no other plan gets the number of one of them
    for event in events:
        plans = [side.plan(event) for side in sides]
        for plan in plans:
            for diagnostic in plan.diagnostics:
                if diagnostic.severity is Severity.ERROR:  # others are of values we made up
                    found.add(diagnostic)
        # events that give both sides plans that were compared before, tell nothing new
        key = tuple(id(one) for plan in plans for one in plan.pipelines)
        if key not in known:
            compared.append(plans)
            known[key] = tuple(differences(plans[0], plans[1]))
            yield from known[key]
        else:
            yield from (replace(one, events=(event,)) for one in known[key])


def _place(difference: Difference) -> tuple[str, int]:
    span = difference.span
    return ("", 0) if span is None else (span.source.path, span.start_offset)
