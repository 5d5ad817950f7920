"""Where in two plans a comparison stands, and making differences there."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ciconv.diagnostics import Label
from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.holes import same_text
from ciconv.simulation.compare.results import Effects
from ciconv.simulation.event import Event
from ciconv.simulation.plan import JobPlan, Pairs, PipelinePlan, Why
from ciconv.source import Span

T = TypeVar("T")

MAX_SHOWN = 60  # characters of a value in a message


class Found(Struct, frozen=True):
    """What differs in two jobs, and the plans they stand in."""

    differences: tuple[Difference, ...]
    plans: tuple[PipelinePlan, PipelinePlan]


class Known:
    """What was found out about jobs for other events; for these it is the same."""

    def __init__(self) -> None:
        self.jobs: dict[Hashable, Found] = {}
        self.effects: dict[Hashable, Effects] = {}
        self.verdicts: dict[Hashable, bool] = {}  # of conditions, with all that they depend on
        self._numbers: dict[Hashable, int] = {}
        self._tests: dict[int, tuple[JobPlan, int]] = {}
        self._made: dict[Hashable, tuple[tuple[JobPlan, ...], Any]] = {}
        self._changed: dict[Hashable, tuple[JobPlan, JobPlan]] = {}

    def number(self, value: Hashable) -> int:
        """Return a number that is the same for equal values only."""
        return self._numbers.setdefault(value, len(self._numbers))

    def test(self, job: JobPlan) -> int:
        """Return a number that is the same for jobs of one name that run in the same cases."""
        if id(job) not in self._tests:  # the job is kept, so that no other one gets its number
            said = job.job, job.runs, job.test, job.needs, job.accept, job.may_fail
            self._tests[id(job)] = job, self.number(said)
        return self._tests[id(job)][1]

    def once(self, what: Hashable, jobs: tuple[JobPlan, ...], make: Callable[[], T]) -> T:
        """Return what is made of jobs, and of what `what` tells: the same for all events."""
        key = what, *map(id, jobs)
        if key not in self._made:  # the jobs are kept, so that no other one gets their numbers
            self._made[key] = jobs, make()
        made: T = self._made[key][1]
        return made

    def changed(self, job: JobPlan, /, **fields: Hashable) -> JobPlan:
        """Return the job with other values: one copy for all events, told by its identity, too."""
        key = id(job), tuple(fields.items())
        if key not in self._changed:  # the job is kept, so that no other one gets its number
            self._changed[key] = job, replace(job, **fields)
        return self._changed[key][1]


class Place(Struct, frozen=True, kw_only=True):
    """A node of both plans; each side's span, where it has one."""

    event: Event
    what: str  # for messages: `job 'test'`
    pipeline: str = ""
    job: str = ""
    step: str = ""
    cell: str = ""
    here: Span | None = None
    there: Span | None = None
    asked: tuple[Span, ...] = ()  # where the parts of the step's condition stand, on the first side
    systems: tuple[str, str] = ("", "")  # whose rules the two plans go by
    names: Mapping[str, str] = {}  # of jobs of the second plan on the first one
    known: Known = msgspec.field(default_factory=Known)

    def differs(
        self, field: Field, message: str, *, subject: str = "", at: Span | None = None
    ) -> Difference:
        """Return a difference here; `at` is a better place on the first side."""
        there = self.there
        labels: tuple[Label, ...] = ()
        if there is not None and there.source.path:
            labels = (Label(there, "the other side"),)
        return Difference(
            field=field,
            message=f"{self.what}: {message}",
            events=(self.event,),
            pipeline=self.pipeline,
            job=self.job,
            step=self.step,
            cell=self.cell,
            subject=subject,
            span=at if at is not None and at.source.path else self.here,
            labels=labels,
            step_span=self.here if self.step else None,
            asked=self.asked,
        )

    def decided(self, field: Field, message: str, why: Why | None, *, here: bool) -> Difference:
        """Return a difference whose cause is where a reason points to; `here`: on this side."""
        span = None if why is None else why.span
        topic = "" if why is None else why.topic
        at = self if here or span is None else replace(self, there=span)
        return at.differs(field, message, subject=topic, at=span if here else None)

    def values(self, field: Field, word: str, one: str, other: str) -> Iterator[Difference]:
        """Yield a difference if the values are not equal."""
        if not same_text(one, other):
            message = f"{word} {shown(one)}, on the other side {shown(other)}"
            yield replace(self.differs(field, message), here=one, there=other)

    def condition(self, one: str, other: str) -> Difference:
        """Return the difference of two conditions, which may only be how they compare texts."""
        message = f"the condition is {shown(one)}, on the other side {shown(other)}"
        if one == other:
            message = f"the condition {shown(one)} tells letters by their case on one side only"
        return replace(self.differs(Field.CONDITION, message), here=one, there=other)

    def pairs(self, field: Field, word: str, one: Pairs, other: Pairs) -> Iterator[Difference]:
        """Yield a difference for each name whose values are not equal; the order is no matter."""
        if one == other:
            return
        here, there = dict(one), dict(other)
        for name in dict.fromkeys((*here, *there)):
            if not _same_value(here.get(name), there.get(name)):
                values = here.get(name), there.get(name)
                found = self.differs(field, _pair_message(word, name, *values), subject=name)
                yield replace(found, here=values[0], there=values[1])


def _pair_message(word: str, name: str, one: str | None, other: str | None) -> str:
    if other is None:
        return f"{word} {name!r} is missing on the other side"
    if one is None:
        return f"{word} {name!r} is only on the other side"
    return f"{word} {name!r} is {shown(one)}, on the other side {shown(other)}"


def skipping(why: Why | None, at: Place, *, here: bool) -> Difference:
    """Return the difference that one side skips it, for the reason given; `here`: this side."""
    words = "it does not run, on the other side it does" if here else _ONLY_HERE
    said = "" if why is None else f": {why.message}"
    return at.decided(Field.STATE, f"{words}{said}", why, here=here)


_ONLY_HERE = "it runs, on the other side not"


def _same_value(one: str | None, other: str | None) -> bool:
    return one == other if one is None or other is None else same_text(one, other)


def shown(value: str) -> str:
    """Return a value for a message: on one line, and cut when it is long."""
    if value == "":
        return "not set"
    text = " ".join(value.split())
    return repr(text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…")


def first_change(one: str, other: str) -> tuple[str, str]:
    """Return the first lines of two texts that are not equal."""
    for left, right in zip(one.split("\n"), other.split("\n"), strict=False):
        if left != right:
            return left, right
    longer = one.split("\n")[len(other.split("\n")) :]
    if longer:
        return longer[0], ""
    return "", other.split("\n")[len(one.split("\n")) :][0]
