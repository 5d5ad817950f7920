"""Values that a step of one job finds out and another job uses: outputs of the first."""

import re
from collections.abc import Iterator
from functools import reduce

from msgspec import Struct

from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, either
from ciconv.ir.job import Choice, Job, JobBase, Need, Status
from ciconv.ir.node import replace
from ciconv.ir.step import EnvVar, Group, Run, Step, env_within
from ciconv.ir.trigger import Output
from ciconv.ir.walk import nodes, replace_references, steps_of

# the last line of a step that sets a variable for all steps that follow
_EXPORT = re.compile(
    r"""(?:^|\n)(?:echo\ (?P<name>\w+)=[^\n]*|printf\ '(?P<long>\w+)<<ciconv-end[^\n]*)
    \ >>\ "\$GITHUB_ENV"\n?$""",
    re.VERBOSE,
)


class _Source(Struct, frozen=True):
    """Where a value comes from: the job, the step, and the output of that step."""

    job: str
    step: str
    output: str


def with_outputs(jobs: tuple[JobBase, ...]) -> tuple[JobBase, ...]:
    """Return the jobs with outputs for what is used elsewhere."""
    jobs = _with_exports(jobs)
    homes: dict[str, str] = {}  # of the steps so far
    wanted: dict[str, dict[str, _Source]] = {}
    changed: list[JobBase] = []
    for job in jobs:
        homes |= _own(job)
        changed.append(_job(job, homes, wanted))
    return tuple(_giving(job, wanted.get(job.id, {})) for job in changed)


def _own(job: JobBase) -> dict[str, str]:
    """The steps of the job itself, which come first where jobs have steps of one name."""
    steps = steps_of(job.steps) if isinstance(job, Job) else ()
    return {step.id: job.id for step in steps if step.id is not None}


def _job(job: JobBase, homes: dict[str, str], wanted: dict[str, dict[str, _Source]]) -> JobBase:
    others: dict[str, None] = {}

    def known(ref: Ref) -> Expr | None:
        if ref.path[0] != "steps" or len(ref.path) != 4:
            return None
        home = homes.get(ref.path[1])
        if home is None or home == job.id:
            return None
        wanted.setdefault(home, {})[ref.path[1]] = _Source(home, ref.path[1], ref.path[3])
        others[home] = None
        return Ref(path=("needs", home, "outputs", ref.path[1]), span=ref.span)

    if not any(isinstance(one, Ref) and one.path[0] == "steps" for one in nodes(job)):
        return job
    job = replace_references(job, known)
    have = {one.job for one in job.needs or ()}
    accept = job.needs[0].accept if job.needs else (Status.SUCCESS,)
    new = tuple(Need(job=name, accept=accept, span=job.span) for name in others if name not in have)
    return replace(job, needs=(*(job.needs or ()), *new)) if new else job


def _giving(job: JobBase, wanted: dict[str, _Source]) -> JobBase:
    if not wanted or not isinstance(job, Job):
        return job
    outputs = tuple(
        Output(
            name=name,
            value=Template(parts=(Ref(path=("steps", one.step, "outputs", one.output)),)),
            span=job.span,
        )
        for name, one in wanted.items()
    )
    return replace(job, outputs=(*job.outputs, *outputs))


def _with_exports(jobs: tuple[JobBase, ...]) -> tuple[JobBase, ...]:
    """The jobs, each with the variables that steps of jobs before it set, as far as it has them."""
    found: list[JobBase] = []
    set_by: dict[str, list[_Setter]] = {}  # variable → the steps that set it, the last one first
    steps: dict[str, str] = {}  # such steps by their id → the variable
    before: dict[str, frozenset[str]] = {}  # job → those that are over when it starts
    for job in jobs:
        before[job.id] = _before(job, before)
        mentions = set(_mentioned(job))
        own = {name: _of(before[job.id], all) for name, all in set_by.items() if name in mentions}
        given = {name: _value(setters) for name, setters in own.items() if setters}
        if given:
            env = tuple(
                EnvVar(name=name, value=Template(parts=(value,)), span=job.span)
                for name, value in given.items()
            )
            choices = tuple(_with_values(one, given) for one in job.choices)
            job = replace(job, choices=choices, env=env_within(env, job.env))
            steps |= {one.step: name for name, setters in own.items() for one in setters}
        found.append(job)
        for name, step in _exports(job).items():
            set_by.setdefault(name, []).insert(0, _Setter(job.id, step, _is_sure(job)))
    return tuple(_speaking(one, steps) for one in found)


class _Setter(Struct, frozen=True):
    """A step that sets a variable. `is_sure`: its job runs in every build."""

    job: str
    step: str
    is_sure: bool


def _before(job: JobBase, before: dict[str, frozenset[str]]) -> frozenset[str]:
    """The jobs that are over when this one starts: not those of the branches beside it."""
    if job.needs is None:
        return frozenset(before)
    names = {need.job for need in job.needs}
    return frozenset(names.union(*(before.get(name, frozenset()) for name in names)))


def _of(jobs: frozenset[str], setters: list[_Setter]) -> list[_Setter]:
    """The steps of these jobs that may have set a variable last: none before one that ran."""
    found: list[_Setter] = []
    for one in setters:
        if one.job in jobs:
            found.append(one)
            if one.is_sure:
                break
    return found


def _is_sure(job: JobBase) -> bool:
    return all(one.condition is None for one in job.choices)


def _value(setters: list[_Setter]) -> Expr:
    """The value that was set last: a step that did not run has none."""
    refs: list[Expr] = [Ref(path=("steps", one.step, "outputs", "value")) for one in setters]
    return reduce(either, refs)


def _with_values(choice: Choice, given: dict[str, Expr]) -> Choice:
    def known(ref: Ref) -> Expr | None:
        return given.get(ref.path[1]) if ref.path[0] == "env" else None

    return replace_references(choice, known)


def _mentioned(job: JobBase) -> Iterator[str]:
    """The variables a job asks for: in conditions and in scripts."""
    for one in nodes(job):
        if isinstance(one, Ref) and one.path[0] == "env":
            yield one.path[1]
        elif isinstance(one, Literal) and isinstance(one.value, str):
            yield from re.findall(r"\$\{?(\w+)", one.value)


def _exports(job: JobBase) -> dict[str, str]:
    """The variables that steps of a job set, by name, with the names of these steps."""
    found: dict[str, str] = {}
    for step in steps_of(job.steps) if isinstance(job, Job) else ():
        name = _exported(step)
        if name is not None:
            found[name] = f"{job.id}-set-{name.lower().replace('_', '-')}"
    return found


def _exported(step: Step) -> str | None:
    last = step.script.parts[-1] if isinstance(step, Run) and step.script.parts else None
    text = constant(last) if isinstance(last, Literal) else None
    match = None if text is None else _EXPORT.search(text)
    name = None if match is None else match["name"] or match["long"]
    return None if name == "PATH" else name  # which is that of a machine


def _speaking(job: JobBase, steps: dict[str, str]) -> JobBase:
    """The job, its steps that set a variable for other jobs with an output as well."""
    if not isinstance(job, Job):
        return job
    own = {name: step for name, step in _exports(job).items() if step in steps}
    if not own:
        return job
    return replace(job, steps=tuple(_speaking_step(one, own) for one in job.steps))


def _speaking_step(step: Step, own: dict[str, str]) -> Step:
    if isinstance(step, Group):
        return replace(step, steps=tuple(_speaking_step(one, own) for one in step.steps))
    name = _exported(step)
    if name not in own or not isinstance(step, Run) or name is None:
        return step
    *before, last = step.script.parts
    text = (constant(last) or "").rstrip("\n")
    line = text.rpartition("\n")[2].replace("GITHUB_ENV", "GITHUB_OUTPUT")
    line = line.replace(f"echo {name}=", "echo value=").replace(f"'{name}<<", "'value<<")
    script = replace(step.script, parts=(*before, Literal(value=f"{text}\n{line}\n")))
    return replace(step, id=own[name], script=script)
