"""Plans: what would run for an event, in plain values, so that two of them can be compared."""

from enum import StrEnum
from typing import TypeAlias

import msgspec
from msgspec import Struct

from ciconv.diagnostics import Diagnostic
from ciconv.ir.expression import Expr
from ciconv.simulation.event import Event
from ciconv.source import Span

Pairs: TypeAlias = tuple[tuple[str, str], ...]

SUCCESS = "success()"  # the condition of what runs while everything before it went well
ABSENT = "absent"  # beside the results of a needed job: it takes no part in the run


class State(StrEnum):
    """Whether something takes part in the run, as far as that is known before it starts."""

    RUN = "run"  # when the condition of the plan holds
    SKIP = "skip"
    ABSENT = "absent"
    MANUAL = "manual"  # a person has to start it
    DELAYED = "delayed"


class Why(Struct, frozen=True):
    """Why something does not run, or only perhaps: one sentence and the place it comes from."""

    message: str
    span: Span | None = None
    topic: str = ""  # what decided, by a word that is the same on both sides: `push.branches`


class ContainerPlan(Struct, frozen=True, kw_only=True):
    """An image with all that is said about it."""

    image: str
    name: str = ""
    env: Pairs = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    options: str = ""
    username: str = ""
    password: str = ""


class TurnPlan(Struct, frozen=True, kw_only=True):
    """The group whose runs take turns, and what becomes of the one that runs."""

    group: str
    cancel: str = "false"
    queue: str = ""


class StepPlan(Struct, frozen=True, kw_only=True):
    """One step of a job. `kind`: run, use, checkout, cache, upload-artifact, placeholder, …"""

    id: str = ""
    name: str = ""
    kind: str
    state: State = State.RUN
    condition: str = SUCCESS
    test: Expr | None = None  # the condition, for comparing it
    env: Pairs = ()  # as it arrives: of the pipeline, the job and the step
    directory: str = ""
    shell: str = ""  # the interpreter with its flags; {0} is the script's file
    script: str = ""
    uses: str = ""
    arguments: Pairs = ()
    may_fail: str = "false"
    timeout: str = ""  # minutes
    retry: int = 1
    background: bool = False
    parallel: str = ""  # the number of the group of steps that run beside each other
    extras: Pairs = ()  # keys that one format alone knows, with their values as JSON
    why: Why | None = None
    span: Span | None = None
    asked: tuple[Span, ...] = ()  # where the parts of its condition stand, outside of it as well

    @property
    def content(self) -> Pairs:
        """What it is told, but for whether it keeps hidden files: some systems always do."""
        return tuple(pair for pair in self.arguments if pair[0] != "hidden")


class JobPlan(Struct, frozen=True, kw_only=True):
    """One job, or one cell of its matrix. Texts hold what only the run knows as `${{ }}`."""

    id: str  # of this instance: `test (3.12, linux)`
    job: str  # of the job it comes from
    name: str
    cell: Pairs = ()
    matrix: str = ""  # the expression that gives the cells, where only the run knows them
    state: State
    condition: str = SUCCESS
    test: Expr | None = None  # the condition, for comparing it
    after: str = ""  # of a delayed start
    needs: tuple[str, ...] = ()
    accept: Pairs = ()  # with which results of them it goes on, where not with success alone
    call: str = ""  # the pipeline that stands in place of steps
    arguments: Pairs = ()
    secrets: Pairs = ()
    runner: tuple[str, ...] = ()
    container: ContainerPlan | None = None
    services: tuple[ContainerPlan, ...] = ()
    env: Pairs = ()
    permissions: tuple[str, ...] | None = None  # None: as the repository is set up
    concurrency: TurnPlan | None = None
    environment: Pairs = ()
    timeout: str = ""  # minutes; empty: the limit of the system
    cancel_timeout: str = ""
    retry: int = 1
    may_fail: str = "false"
    fail_fast: str = ""  # empty without a matrix
    max_parallel: str = ""
    interruptible: str = ""
    artifacts_in: tuple[str, ...] = ()
    artifacts_out: tuple[str, ...] = ()
    caches_in: tuple[str, ...] = ()
    caches_out: tuple[str, ...] = ()
    outputs: Pairs = ()
    variables: Pairs = ()  # that the system sets in this job alone
    axes: Pairs = ()  # the cell under names of variables, which it has in systems without contexts
    extras: Pairs = ()
    steps: tuple[StepPlan, ...] = ()
    why: Why | None = None
    span: Span | None = None

    @property
    def runs(self) -> bool:
        """Whether the job does, or may, take part in the run."""
        return self.state not in (State.SKIP, State.ABSENT)


class PipelinePlan(Struct, frozen=True, kw_only=True):
    """One pipeline: whether the event starts it, and its jobs in the order they are written."""

    id: str
    path: str
    name: str
    starts: bool
    why: Why | None = None  # why not, or what could not be decided
    run_name: str = ""
    inputs: Pairs = ()
    concurrency: TurnPlan | None = None
    env: Pairs = ()  # for all jobs; theirs has it, too
    permissions: tuple[str, ...] | None = None  # of jobs that say nothing of them
    variables: Pairs = ()  # that the system sets in every job, as far as an event decides them
    extras: Pairs = ()
    jobs: tuple[JobPlan, ...] = ()
    declared: tuple[str, ...] = ()  # the ids of all jobs, also where it does not start
    span: Span | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """What an event starts, and what is wrong with it."""

    event: Event
    pipelines: tuple[PipelinePlan, ...]
    system: str = ""  # whose rules it goes by
    diagnostics: tuple[Diagnostic, ...] = ()


def dump(plan: Plan | PipelinePlan | JobPlan | StepPlan) -> dict[str, object]:
    """Return a plan as plain data for JSON; what has its default value is left out."""
    found = _plain(plan)
    assert isinstance(found, dict)
    return found


def dump_event(event: Event) -> dict[str, object]:
    """Return an event as plain data for JSON; what is not said is left out."""
    return _fields(event)


def _plain(value: object) -> object:
    if isinstance(value, Span):
        return str(value) if value.source.path else None
    if isinstance(value, Struct):
        return _fields(value)
    if isinstance(value, tuple):
        if value and all(_is_pair(one) for one in value):
            return {name: _plain(one) for name, one in value}
        return [_plain(one) for one in value]
    return value.value if isinstance(value, StrEnum) else value


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)


_NOT_SHOWN = ("diagnostics", "system", "variables", "axes", "topic", "test", "declared")


def _fields(value: Struct) -> dict[str, object]:
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(value):
        one = getattr(value, field.name)
        is_default = not field.required and one == field.default
        if not is_default and field.name not in _NOT_SHOWN:
            found["at" if field.name == "span" else field.name] = _plain(one)
    return found
