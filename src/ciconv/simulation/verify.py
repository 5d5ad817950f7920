"""Whether two projects mean the same: the same jobs with the same steps for every event."""

import re
from collections.abc import Callable, Hashable, Iterator
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from ciconv.context import Context
from ciconv.diagnostics import Diagnostic, Diagnostics, Severity
from ciconv.ir.expression import walk
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Group
from ciconv.ir.walk import all_steps
from ciconv.profile import Feature
from ciconv.simulation.compare.difference import Difference, Field, each_once, grouped
from ciconv.simulation.compare.matching import plain_name
from ciconv.simulation.compare.pipelines import differences
from ciconv.simulation.compare.place import Known
from ciconv.simulation.coverage import Derived, derive
from ciconv.simulation.dependence import words_of
from ciconv.simulation.effects import by_field, explaining
from ciconv.simulation.event import Event
from ciconv.simulation.plan import Plan
from ciconv.simulation.simulate import Simulator
from ciconv.simulation.standing_in import StandIn, as_started, standing_in
from ciconv.source import Span


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


class Converted(Struct, frozen=True, kw_only=True):
    """What converting a project into another's format reports, and what it makes of it.

    `project` is None where that is the other project itself.
    """

    losses: tuple[Diagnostic, ...] = ()
    project: Project | None = None


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
    return verify_against(a, b, Converted(losses=losses), context, events=events)


def verify_against(
    a: Project,
    b: Project,
    converted: Converted,
    context: Context,
    *,
    events: tuple[Event, ...] | None = None,
) -> Verification:
    """Return how the second project differs from the first, which it was not converted from.

    A loss accounts for what the conversion does differently, and for nothing that somebody else
    does.
    """
    derived = derive(a, b, context.catalog) if events is None else Derived(events)
    found = Diagnostics()
    if derived.left_out:
        whole = derived.left_out + len(derived.events)
        message = f"{derived.left_out} of {whole} events were left out"
        found.add(Diagnostic(code="events-left-out", severity=Severity.NOTE, message=message))
    if a == b:  # the same pipelines have the same plans
        return Verification(differences=(), events=derived.events, diagnostics=found.sorted())
    usual = () if converted.project is None else (converted.project,)
    words = words_of(a, b, *usual)
    first, second, *others = (Simulator(one, context, words=words) for one in (a, b, *usual))
    known = Known()
    is_other = a.origin != b.origin  # one system has the same events on both sides
    chosen = standing_in((first, second), derived.events, known) if is_other else ()
    every = tuple(_all((first, second), derived.events, chosen, known, found))
    made = every
    for other in others:
        made = tuple(_all((first, other), derived.events, chosen, known, Diagnostics()))
    in_steps = _within_steps(a, converted.losses)
    explain = partial(explaining, losses=by_field(converted.losses), in_steps=in_steps)
    explained = _explained(every, frozenset(map(_said, made)), explain)
    doubtful = tuple(filter(_is_by_machine, explained))
    lasting = _without_machines((first, second), doubtful, chosen, known)
    explained = tuple(
        one
        if one.loss is None or one.cause not in lasting
        else replace(one, loss=explain(one, of_machine=False))
        for one in explained
    )
    return Verification(differences=explained, events=derived.events, diagnostics=found.sorted())


def _explained(
    every: tuple[Difference, ...],
    made: frozenset[Hashable],
    explain: Callable[[Difference], Diagnostic | None],
) -> tuple[Difference, ...]:
    """The differences in order, with the losses of those that a conversion makes."""
    usual = [one for one in every if _said(one) in made or _is_free(one)]
    others = [one for one in every if _said(one) not in made and not _is_free(one)]
    found = (replace(one, loss=explain(one)) for one in grouped(usual))
    return tuple(sorted((*found, *grouped(others)), key=_place))


def _within_steps(project: Project, losses: tuple[Diagnostic, ...]) -> frozenset[Span]:
    """The places of losses that stand in steps: not in what groups have beside their steps.

    A script may reach from what all jobs begin with to its own lines, over those of other jobs,
    and over what decides whether the job runs.
    """
    steps: dict[str, list[Span]] = {}
    for pipeline in project.pipelines:
        for job, step in all_steps(pipeline):
            if step.span is not None and not isinstance(step, Group):
                for name in ("", plain_name(job.id)):
                    steps.setdefault(name, []).append(step.span)
    deciding = _deciding(project)
    found = set()
    for one in losses:
        own = steps.get(plain_name(one.loss.job), ()) if one.loss is not None else ()
        if one.span is not None and one.span not in deciding:
            found |= {one.span} if any(span.contains(one.span) for span in own) else set()
    return frozenset(found)


def _deciding(project: Project) -> frozenset[Span]:
    """The places of all parts of what decides whether jobs run."""
    jobs = (job for pipeline in project.pipelines for job in pipeline.jobs)
    conditions = (one.condition for job in jobs for one in job.choices)
    parts = (part for one in conditions if one is not None for part in walk(one))
    return frozenset(part.span for part in parts if part.span is not None)


def _said(difference: Difference) -> Hashable:
    """What is equal for the same difference to two projects; the version of an action is no matter.

    Which one it gets may be chosen for a conversion.
    """
    message, there = difference.message, difference.there
    if difference.field is Field.USES:
        message, there = _VERSION.sub("", message), _VERSION.sub("", there or "")
    return difference.cause, difference.cell, difference.events, message, there


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
    sides: tuple[Simulator, Simulator],
    doubtful: tuple[Difference, ...],
    chosen: tuple[StandIn, ...],
    known: Known,
) -> set[tuple[object, ...]]:
    """The causes of those differences that last when nobody knows the machines of jobs."""
    if not doubtful:
        return set()
    one, other = (side.without_machines() for side in sides)
    events = tuple(dict.fromkeys(event for found in doubtful for event in found.events))
    found = grouped(_all((one, other), events, chosen, known, Diagnostics()))
    lasting = {one.cause for one in found}
    return lasting & {found.cause for found in doubtful}


def _all(
    sides: tuple[Simulator, Simulator],
    events: tuple[Event, ...],
    chosen: tuple[StandIn, ...],
    known: Known,
    found: Diagnostics,
) -> Iterator[Difference]:
    """All differences; what is known of jobs is so for every comparison of the same two systems."""
    told: dict[Hashable, tuple[Difference, ...]] = {}
    compared: list[list[Plan]] = []  # kept, so that no other plan gets the number of one of them
    for event in events:
        plans = [side.plan(event) for side in sides]
        for plan in plans:
            for diagnostic in plan.diagnostics:
                if diagnostic.severity is Severity.ERROR:  # others are of values we made up
                    found.add(diagnostic)
        # events that give both sides plans that were compared before, tell nothing new
        key = tuple(id(one) for plan in plans for one in plan.pipelines)
        if key not in told:
            compared.append(plans)
            told[key] = tuple(each_once(differences(plans[0], plans[1], known)))
            yield from told[key]
        else:
            yield from (replace(one, events=(event,)) for one in told[key])
    yield from each_once(as_started(sides, chosen, known))


def _place(difference: Difference) -> tuple[str, int]:
    span = difference.span
    return ("", 0) if span is None else (span.source.path, span.start_offset)
