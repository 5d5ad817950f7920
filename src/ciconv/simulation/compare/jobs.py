"""Comparing the jobs of two pipelines."""

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from ciconv.simulation.compare.difference import Difference, Field
from ciconv.simulation.compare.matching import match_jobs
from ciconv.simulation.compare.place import Place, shown
from ciconv.simulation.compare.steps import compare_steps
from ciconv.simulation.plan import ContainerPlan, JobPlan, Pairs, PipelinePlan, TurnPlan, Why

_VALUES = (
    ("condition", Field.CONDITION, "the condition is"),
    ("matrix", Field.MATRIX, "the matrix is"),
    ("after", Field.STATE, "the delay is"),
    ("call", Field.CALL, "the called pipeline is"),
    ("timeout", Field.TIMEOUT, "the timeout is"),
    ("cancel_timeout", Field.CANCEL_TIMEOUT, "the time to clean up is"),
    ("retry", Field.RETRY, "the number of tries is"),
    ("may_fail", Field.MAY_FAIL, "'may fail' is"),
    ("fail_fast", Field.FAIL_FAST, "fail-fast is"),
    ("max_parallel", Field.MAX_PARALLEL, "max-parallel is"),
    ("interruptible", Field.INTERRUPTIBLE, "'interruptible' is"),
)
_PAIRS = (
    ("arguments", Field.CALL, "the input"),
    ("secrets", Field.SECRETS, "the secret"),
    ("environment", Field.ENVIRONMENT, "the environment's"),
    ("outputs", Field.OUTPUTS, "the output"),
    ("extras", Field.EXTRA, "the key"),
)


def compare_jobs(a: PipelinePlan, b: PipelinePlan, place: Place) -> Iterator[Difference]:
    """Yield what differs in the jobs; one that is skipped is like one that is not there."""
    pairs = match_jobs(a.jobs, b.jobs)
    names = {other.job: one.job for one, other in pairs if one is not None and other is not None}
    here, there = {one.job for one in a.jobs}, {one.job for one in b.jobs}
    variables = a.variables, b.variables
    for one, other in pairs:
        at = _at(one, other, a, b, place)
        if one is not None and one.runs and other is not None and other.runs:
            yield from _compare(one, other, at, names)
            yield from _below(one, other, at, variables)
        elif one is not None and one.runs:
            yield _only_here(one, other, at, known=one.job in there)
        elif other is not None and other.runs:
            yield _only_there(one, other, at, known=other.job in here)


def _at(
    one: JobPlan | None, other: JobPlan | None, a: PipelinePlan, b: PipelinePlan, place: Place
) -> Place:
    job = one or other
    assert job is not None
    return replace(
        place,
        what=f"job {job.id!r}",
        job=job.job,
        here=one.span if one is not None else a.span,
        there=other.span if other is not None else b.span,
    )


def _XX(one: JobPlan, other: JobPlan | None, at: Place, *, known: bool) -> Difference:
    """The first side runs the job. `known`: the other has such a job, but not this cell of it."""
    if other is not None:
        return _one_state(other.why, at, f"it runs, on the other side not{_because(other.why)}")
    if known:
        return at.differs(Field.MATRIX, "it is missing on the other side", subject=one.id)
    return at.differs(Field.JOB, "it is missing on the other side")


def _only_there(one: JobPlan | None, other: JobPlan, at: Place, *, known: bool) -> Difference:
    if one is not None:
        message = f"it does not run, on the other side it does{_because(one.why)}"
        return _one_state(one.why, at, message, here=True)
    if known:
        return at.differs(Field.MATRIX, "it is only on the other side", subject=other.id)
    return at.differs(Field.JOB, "it is only on the other side")


def _one_state(why: Why | None, at: Place, message: str, *, here: bool = False) -> Difference:
    """A difference of state whose cause is where the reason points to."""
    span = None if why is None else why.span
    better = span if here else None
    if not here and span is not None:
        at = replace(at, there=span)
    return at.differs(Field.STATE, message, subject=f"{here} {span}", at=better)


def _because(why: Why | None) -> str:
    return "" if why is None else f": {why.message}"


def _compare(one: JobPlan, other: JobPlan, at: Place, names: dict[str, str]) -> Iterator[Difference]:
    yield from at.values(Field.STATE, "the start is", one.state, other.state)
    for name, field, word in _VALUES:
        yield from at.values(field, word, str(getattr(one, name)), str(getattr(other, name)))
    for name, field, word in _PAIRS:
        yield from at.pairs(field, word, getattr(one, name), getattr(other, name))
    needs = tuple(names.get(name, name) for name in other.needs)
    yield from _lists(Field.NEEDS, "it needs", one.needs, needs, at)
    yield from _lists(Field.RUNNER, "it runs on", one.runner, other.runner, at)
    rights = tuple(("none given",) if side is None else side or ("nothing",)
                   for side in (one.permissions, other.permissions))  # fmt: skip
    yield from _lists(Field.PERMISSIONS, "the token may", *rights, at)
    yield from compare_turns(one.concurrency, other.concurrency, at)
    yield from _containers(one, other, at)


def _lists(
    field: Field, word: str, one: tuple[str, ...], other: tuple[str, ...], at: Place
) -> Iterator[Difference]:
    """A difference if there are not the same items, in whatever order."""
    if sorted(set(one)) != sorted(set(other)):
        yield from at.values(field, word, ", ".join(one), ", ".join(other))


def compare_turns(
    one: TurnPlan | None, other: TurnPlan | None, at: Place
) -> Iterator[Difference]:
    """Yield the difference between two concurrency groups."""
    if one != other:
        yield from at.values(Field.CONCURRENCY, "the concurrency group is", _turn(one), _turn(other))


def _turn(value: TurnPlan | None) -> str:
    if value is None:
        return ""
    queue = f", queue {value.queue}" if value.queue else ""
    return f"{value.group}, cancel {value.cancel}{queue}"


def _containers(one: JobPlan, other: JobPlan, at: Place) -> Iterator[Difference]:
    here, there = one.container, other.container
    if here != there:
        yield at.differs(Field.CONTAINER, _container_message("the container", here, there))
    left = {service.name: service for service in one.services}
    right = {service.name: service for service in other.services}
    for name in dict.fromkeys((*left, *right)):
        if left.get(name) != right.get(name):
            message = _container_message(f"the service {name!r}", left.get(name), right.get(name))
            yield at.differs(Field.SERVICES, message, subject=name)


def _container_message(
    word: str, one: ContainerPlan | None, other: ContainerPlan | None
) -> str:
    if one is None or other is None or one.image != other.image:
        images = [shown("" if side is None else side.image) for side in (one, other)]
        return f"{word} is {images[0]}, on the other side {images[1]}"
    fields = (name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name))
    return f"{word} {one.image!r} has other {', '.join(fields)} on the other side"


def _below(
    one: JobPlan, other: JobPlan, at: Place, variables: tuple[Pairs, Pairs]
) -> Iterator[Difference]:
    """What differs in the steps; a variable that differs in all of them differs in the job."""
    found = list(compare_steps(one, other, at, variables))
    wide = Counter(diff.subject for diff in found if diff.field is Field.ENV)
    pairs = sum(diff.field is Field.ENV for diff in found)
    of_job = {name for name, count in wide.items() if count > 1 and _is_of_job(name, one, other)}
    if pairs and of_job:
        env = [tuple(pair for pair in side.env if pair[0] in of_job) for side in (one, other)]
        yield from at.pairs(Field.ENV, "the variable", env[0], env[1])
    if not one.steps and not other.steps:
        yield from at.pairs(Field.ENV, "the variable", one.env, other.env)
    for diff in found:
        if diff.field is not Field.ENV or diff.subject not in of_job:
            yield diff


def _is_of_job(name: str, one: JobPlan, other: JobPlan) -> bool:
    return dict(one.env).get(name) != dict(other.env).get(name)
