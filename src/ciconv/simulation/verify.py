"""Whether two projects mean the same: the same jobs with the same steps for every event."""

import re
from collections.abc import Hashable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.ir.pipeline import Project
from ciconv.profile import Feature
from ciconv.simulation.compare.difference import Difference, Field, grouped
from ciconv.simulation.compare.pipelines import differences
from ciconv.simulation.compare.place import Known
from ciconv.simulation.coverage import Derived, derive
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

    @property
    def is_equal(self) -> bool:
        """Whether both sides could be read, and no difference is left unexplained."""
        errors = any(one.severity is Severity.ERROR for one in self.diagnostics)
        return not errors and not self.unexplained


def verify(
    a: Project,
    b: Project,
    losses: tuple[Diagnostic, ...],
    context: Context,
    *,
    events: tuple[Event, ...] | None = None,
    converted: Project | None = None,
) -> Verification:
    """Return how the second project differs from the first, for the events given or all that tell.

    `losses` are what converting the first into the second's format reported; `converted` is what
    that made of it, where it is not the second project itself. A loss accounts for what the
    conversion does differently then, and for nothing that somebody else changed.
    """
    derived = derive(a, b, context.catalog) if events is None else Derived(events)
    found = Diagnostics()
    if derived.left_out:
        whole = derived.left_out + len(derived.events)
        message = f"{derived.left_out} of {whole} events were left out"
        found.add(Diagnostic(code="events-left-out", severity=Severity.NOTE, message=message))
    if a == b:  # the same pipelines have the same plans
        return Verification(differences=(), events=derived.events, diagnostics=found.sorted())
    words = words_of(a, b) if converted is None else words_of(a, b, converted)
    first, second = (Simulator(side, context, words=words) for side in (a, b))
    every = tuple(_all((first, second), derived.events, found))
    known = every
    if converted is not None:
        usual = Simulator(converted, context, words=words)
        made = set(map(_said, _all((first, usual), derived.events, Diagnostics())))
        known = tuple(one for one in every if _said(one) in made or _is_free(one))
    new = set(map(_said, every)) - set(map(_said, known))
    explained = tuple(replace(one, loss=explaining(one, losses)) for one in grouped(known))
    explained += grouped(one for one in every if _said(one) in new)
    explained = tuple(sorted(explained, key=_place))
    lasting = _without_machines((a, b), context, tuple(filter(_is_by_machine, explained)))
    explained = tuple(
        replace(one, loss=explaining(one, losses, of_machine=False))
        if one.cause in lasting
        else one
        for one in explained
    )
    return Verification(differences=explained, events=derived.events, diagnostics=found.sorted())


def _said(difference: Difference) -> Hashable:
    """What is equal for the same difference to two projects; the version of an action is no matter.

    Which one it gets may be chosen for a conversion.
    """
    values = (difference.message, difference.there)
    if difference.field is Field.USES:
        values = tuple(_VERSION.sub("", one or "") for one in values)
    return difference.cause, difference.cell, difference.events, values


def _is_free(difference: Difference) -> bool:
    """Whether the target has to say what the source leaves to those who run it: the machine."""
    return difference.field is Field.RUNNER and difference.here == ""


_VERSION = re.compile(r"@[\w.-]+")


def _is_by_machine(difference: Difference) -> bool:
    """Whether it is put down to another machine, and is none of machines itself."""
    loss = None if difference.loss is None else difference.loss.loss
    is_runner = loss is not None and loss.feature is Feature.RUNNER
    return is_runner and difference.field is not Field.RUNNER


def _without_machines(
    projects: tuple[Project, Project], context: Context, doubtful: tuple[Difference, ...]
) -> set[tuple[object, ...]]:
    """The causes of those differences that last when nobody knows the machines of jobs."""
    if not doubtful:
        return set()
    words = words_of(*projects)
    one, other = (Simulator(side, context, machines=False, words=words) for side in projects)
    events = tuple(dict.fromkeys(event for found in doubtful for event in found.events))
    lasting = {found.cause for found in grouped(_all((one, other), events, Diagnostics()))}
    return lasting & {found.cause for found in doubtful}


def _all(
    sides: tuple[Simulator, Simulator], events: tuple[Event, ...], found: Diagnostics
) -> Iterator[Difference]:
    known: dict[Hashable, tuple[Difference, ...]] = {}
    of_jobs = Known()
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
            known[key] = tuple(_once(differences(plans[0], plans[1], of_jobs)))
            yield from known[key]
        else:
            yield from (replace(one, events=(event,)) for one in known[key])


def _once(found: Iterator[Difference]) -> Iterator[Difference]:
    """Each difference once: a variable of a pipeline differs in every step that sees it."""
    seen = set()
    for one in found:
        key = one.cause, one.cell, one.message
        if key not in seen:
            seen.add(key)
            yield one


def _place(difference: Difference) -> tuple[str, int]:
    span = difference.span
    return ("", 0) if span is None else (span.source.path, span.start_offset)
