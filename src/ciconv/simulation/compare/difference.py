"""A difference between two plans, and the fields of a plan that may differ."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Label
from ciconv.simulation.event import Event
from ciconv.source import Span


class Field(StrEnum):
    """What of a plan differs."""

    PIPELINE = "pipeline"  # it is on one side only
    STARTS = "starts"
    INPUTS = "inputs"
    RUN_NAME = "run-name"
    JOB = "job"  # it is on one side only
    MATRIX = "matrix"
    STATE = "state"
    CONDITION = "condition"
    NEEDS = "needs"
    CALL = "call"
    SECRETS = "secrets"
    RUNNER = "runner"
    CONTAINER = "container"
    SERVICES = "services"
    ENV = "env"
    PERMISSIONS = "permissions"
    CONCURRENCY = "concurrency"
    ENVIRONMENT = "environment"
    TIMEOUT = "timeout"
    CANCEL_TIMEOUT = "cancel-timeout"
    RETRY = "retry"
    MAY_FAIL = "may-fail"
    FAIL_FAST = "fail-fast"
    MAX_PARALLEL = "max-parallel"
    INTERRUPTIBLE = "interruptible"
    OUTPUTS = "outputs"
    STEP = "step"  # it is on one side only
    ORDER = "order"
    SCRIPT = "script"
    SHELL = "shell"
    DIRECTORY = "directory"
    USES = "uses"
    ARGUMENTS = "arguments"
    BACKGROUND = "background"
    PARALLEL = "parallel"
    EXTRA = "extra"


BY_JOBS = "jobs"  # the subject of a start that no trigger decides, but the jobs themselves


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that would run differently, with all events for which it would."""

    field: Field
    message: str
    events: tuple[Event, ...]
    pipeline: str = ""
    job: str = ""
    step: str = ""  # its id, else its place: `#3`
    cell: str = ""  # of a job's matrix
    subject: str = ""  # which variable, argument, … of the field
    here: str | None = None  # the value on the first side, where it is a text
    there: str | None = None
    span: Span | None = None  # on the first side
    labels: tuple[Label, ...] = ()  # on the second one
    step_span: Span | None = None  # of the whole step it stands in
    asked: tuple[Span, ...] = ()  # where the parts of that step's condition stand
    within: frozenset[str] = frozenset()  # jobs that it was found in, told of what is around them
    loss: Diagnostic | None = None  # the reported loss that accounts for it

    @property
    def explained(self) -> bool:
        """Whether a reported loss accounts for it."""
        return self.loss is not None

    @property
    def is_added_step(self) -> bool:
        """Whether it is a step that is only on the other side."""
        return self.field is Field.STEP and self.here is None

    @property
    def cause(self) -> tuple[object, ...]:
        """What is equal for two differences with one cause."""
        return self.field, self.pipeline, self.job, self.step, self.subject


def each_once(found: Iterable[Difference]) -> Iterator[Difference]:
    """Yield each difference once: a variable of a pipeline differs in every step that sees it."""
    seen = set()
    for one in found:
        key = one.cause, one.cell, one.message
        if key not in seen:
            seen.add(key)
            yield one


def grouped(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Return each cause once, with the events of all its differences, in order of the first.

    What differs in one cell of a matrix only says so.
    """
    found: dict[tuple[object, ...], list[Difference]] = {}
    for one in differences:
        found.setdefault(one.cause, []).append(one)
    return tuple(_joined(same) for same in _without_twins(found).values())


def _without_twins(
    found: dict[tuple[object, ...], list[Difference]],
) -> dict[tuple[object, ...], list[Difference]]:
    """A condition that differs can decide otherwise, too: then only that is said of it."""
    states = {cause[1:4]: cause for cause in found if cause[0] is Field.STATE}
    for cause in [cause for cause in found if cause[0] is Field.CONDITION]:
        state = states.get(cause[1:4])
        if state is not None:
            found[state] += found.pop(cause)
    return found


def _joined(same: list[Difference]) -> Difference:
    events = dict.fromkeys(event for one in same for event in one.events)
    cells = {one.cell for one in same}
    first = same[0]
    message = first.message
    if len(cells) == 1 and first.cell:
        message = f"{message} (in {first.cell!r})"
    if first.field is Field.MATRIX and (more := len({one.message for one in same}) - 1):
        message = f"{message}, and {more} more {'is' if more == 1 else 'are'} on one side only"
    within = frozenset(job for one in same for job in one.within)
    return replace(first, message=message, events=tuple(events), cell="", within=within)
