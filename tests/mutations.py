"""Small changes of a project that change what runs: what `verify` must never let pass.

Each is one wrong word that a writer could write: a step left out, a condition turned round, another
value of a variable. The table says what may go wrong with a node; `mutants` does it at every place.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from msgspec import Struct

from ciconv.ir.expression import Call, Expr, Literal, Op, Semantics, Template, Unary
from ciconv.ir.job import (
    Axis,
    CallJob,
    Choice,
    Concurrency,
    Container,
    Environment,
    Job,
    JobBase,
    Matrix,
    Permission,
    Runner,
)
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import (
    Argument,
    Checkout,
    DownloadArtifact,
    EnvVar,
    Group,
    RestoreCache,
    Run,
    SaveCache,
    Step,
    UploadArtifact,
    Use,
)
from ciconv.ir.trigger import Filter, Output, Trigger, Word
from ciconv.ir.walk import ancestors, nodes, rewrite
from ciconv.syntax import build

Change: TypeAlias = Callable[[Any], Iterator[Node]]
MANY = bool(os.environ.get("CICONV_MANY_EXAMPLES"))  # a long run: whatever can be tried
OTHER = Template(parts=(Literal(value="ciconv-mutant"),))


class Mutant(Struct, frozen=True, kw_only=True):
    """A project with one thing wrong: which kind of thing, and where."""

    kind: str
    place: str
    project: Project


def mutants(project: Project) -> Iterator[Mutant]:
    """Yield the project with each change of the table at each place that it is made for."""
    for pipeline in project.pipelines:
        known = {id(one) for one in pipeline.bindings}  # their values were put in already
        for node in nodes(pipeline):
            for type_, kind, change in TABLE:
                if isinstance(node, type_) and id(node) not in known:
                    for number, other in enumerate(change(node), 1):
                        place = f"{pipeline.id}:{_shown(node)}#{number}"
                        yield Mutant(kind=kind, place=place, project=_with(project, node, other))


def _with(project: Project, node: Node, other: Node) -> Project:
    """The project with another node in the place of one, told by its identity."""
    return rewrite(project, lambda one: one, whole=lambda one: other if one is node else None)


def _shown(node: Node) -> str:
    said = getattr(node, "id", None) or getattr(node, "name", None) or ""
    at = "" if node.span is None else f"@{node.span.start.line}"
    return f"{type(node).__name__} {said}{at}"


def _without(field: str) -> Change:
    """Each of several parts is missing."""

    def change(node: Any) -> Iterator[Node]:
        parts = getattr(node, field) or ()
        for number in range(len(parts)):
            yield replace(node, **{field: parts[:number] + parts[number + 1 :]})

    return change


def _other(field: str, value: object) -> Change:
    """A part that is there is another one."""

    def change(node: Any) -> Iterator[Node]:
        found = getattr(node, field)
        if found is not None and found not in ((), value):
            yield replace(node, **{field: value})

    return change


def _new(field: str, value: object) -> Change:
    """A part that is not there is there."""

    def change(node: Any) -> Iterator[Node]:
        if getattr(node, field) in (None, ()):
            yield replace(node, **{field: value})

    return change


def _missing(field: str) -> Change:
    """A part that is there is missing."""

    def change(node: Any) -> Iterator[Node]:
        if getattr(node, field) is not None:
            yield replace(node, **{field: None})

    return change


def _not(expr: Expr) -> Expr:
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB)


def _turned_round(node: Any) -> Iterator[Node]:
    """A condition is the opposite, or never true."""
    if node.condition is not None and not _is_always(node.condition):
        yield replace(node, condition=_not(node.condition))
        yield replace(node, condition=Literal(value=False))


def _unasked(node: Any) -> Iterator[Node]:
    if node.condition is not None and not _is_always(node.condition):
        yield replace(node, condition=None)


def _is_always(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.function in ("success", "always")


def _without_job(pipeline: Pipeline) -> Iterator[Node]:
    """A job is missing, and nobody waits for it."""
    for gone in pipeline.jobs:
        jobs = []
        for job in pipeline.jobs:
            if job is not gone:
                needs = job.needs
                if needs is not None:
                    needs = tuple(need for need in needs if need.job != gone.id)
                jobs.append(replace(job, needs=needs))
        yield replace(pipeline, jobs=tuple(jobs))


def _without_need(pipeline: Pipeline) -> Iterator[Node]:
    """A job does not wait for another one; what it waits for anyway is left as it is."""
    for number, job in enumerate(pipeline.jobs):
        for need in job.needs or ():
            others = tuple(one for one in job.needs or () if one is not need)
            changed = replace(job, needs=others)
            jobs = (*pipeline.jobs[:number], changed, *pipeline.jobs[number + 1 :])
            found = replace(pipeline, jobs=jobs)
            if need.job not in ancestors(found, changed):
                yield found


def _swapped(job: Job) -> Iterator[Node]:
    """Two steps change places."""
    for number in range(len(job.steps) - 1):
        first, second = job.steps[number : number + 2]
        if first != second:
            steps = (*job.steps[:number], second, first, *job.steps[number + 2 :])
            yield replace(job, steps=steps)


def _repeated(job: Job) -> Iterator[Node]:
    """A step runs twice."""
    for number, step in enumerate(job.steps):
        again = replace(step, id=None)
        yield replace(job, steps=(*job.steps[: number + 1], again, *job.steps[number + 1 :]))


def _other_words(run: Run) -> Iterator[Node]:
    """Another command."""
    for number, part in enumerate(run.script.parts):
        if isinstance(part, Literal) and isinstance(part.value, str) and part.value.strip():
            text = f"ciconv-mutant {part.value.lstrip()}" if number == 0 else f"{part.value} -x"
            parts = (
                *run.script.parts[:number],
                Literal(value=text),
                *run.script.parts[number + 1 :],
            )
            yield replace(run, script=Template(parts=parts))
            return


def _without_value(axis: Axis) -> Iterator[Node]:
    for number in range(len(axis.values)):
        if len(axis.values) > 1:
            yield replace(axis, values=axis.values[:number] + axis.values[number + 1 :])


def _more_values(axis: Axis) -> Iterator[Node]:
    if axis.values:
        yield replace(axis, values=(*axis.values, build.text("ciconv-mutant")))


def _without_pattern(one: Filter) -> Iterator[Node]:
    if len(one.patterns) > 1:
        yield from _without("patterns")(one)


def _flipped(one: Filter) -> Iterator[Node]:
    yield replace(one, ignore=not one.ignore)


_TRUE, _FALSE = Literal(value=True), Literal(value=False)


def _tolerant(node: Any) -> Iterator[Node]:
    """A failure counts, or not."""
    is_tolerant = node.may_fail not in (None, _FALSE)
    yield replace(node, may_fail=None if is_tolerant else _TRUE)


def _tolerant_job(choice: Choice) -> Iterator[Node]:
    if not choice.exit_codes:
        yield from _tolerant(choice)


def _fail_fast(matrix: Matrix) -> Iterator[Node]:
    """Cells end with the first one that fails, or not."""
    if len(matrix.axes) + len(matrix.include) and matrix.fail_fast is not None:
        stops = matrix.fail_fast == _TRUE
        yield replace(matrix, fail_fast=_FALSE if stops else _TRUE)


def _other_shell(run: Run) -> Iterator[Node]:
    yield replace(run, shell=Template(parts=(Literal(value="python"),)))


_LONG = Literal(value=17.0)

TABLE: tuple[tuple[type[Node], str, Change], ...] = (
    (Pipeline, "a job is missing", _without_job),
    (Pipeline, "a need is missing", _without_need),
    (Pipeline, "a trigger is missing", _without("triggers")),
    (
        Pipeline,
        "other rights of the token",
        _other("permissions", (Permission(scope="*", access="write-all"),)),
    ),
    (Trigger, "other activities", _other("activities", (Word(text="ciconv-mutant"),))),
    (Trigger, "no filter of branches", _missing("branches")),
    (Trigger, "no filter of tags", _missing("tags")),
    (Trigger, "no filter of paths", _missing("paths")),
    (Trigger, "another time", _other("cron", "17 3 * * 2")),
    (Filter, "a pattern is missing", _without_pattern),
    (Filter, "the filter is turned round", _flipped),
    (JobBase, "another timeout of a job", _other("timeout", _LONG)),
    (JobBase, "no matrix", _missing("matrix")),
    (
        JobBase,
        "other rights of the job",
        _other("permissions", (Permission(scope="*", access="write-all"),)),
    ),
    (Choice, "a condition of a job is turned round", _turned_round),
    (Choice, "no condition of a job", _unasked),
    (Choice, "a failure of the job counts or not", _tolerant_job),
    (Matrix, "fail-fast", _fail_fast),
    (Matrix, "a row is missing", _without("include")),
    (Matrix, "an exclusion is missing", _without("exclude")),
    (Matrix, "another limit of cells at a time", _other("max_parallel", _LONG)),
    (Axis, "a value is missing", _without_value),
    (Axis, "one value more", _more_values),
    (Runner, "another machine", _other("labels", (OTHER,))),
    (Job, "no container", _missing("container")),
    (Job, "a service is missing", _without("services")),
    (Job, "no environment", _missing("environment")),
    (Job, "a step is missing", _without("steps")),
    (Job, "two steps change places", _swapped),
    (Job, "a step runs twice", _repeated),
    (Job, "an output is missing", _without("outputs")),
    (Group, "a step of a group is missing", _without("steps")),
    (CallJob, "an input of a call is missing", _without("arguments")),
    (CallJob, "a secret of a call is missing", _without("secrets")),
    (Container, "another image", _other("image", OTHER)),
    (Container, "other options of a container", _other("options", OTHER)),
    (Container, "a port is missing", _without("ports")),
    (Environment, "another environment", _other("name", OTHER)),
    (Concurrency, "another group of runs", _other("group", OTHER)),
    (Step, "a condition of a step is turned round", _turned_round),
    (Step, "no condition of a step", _unasked),
    (Step, "a failure of the step counts or not", _tolerant),
    (Step, "another timeout of a step", _other("timeout", _LONG)),
    (Run, "another command", _other_words),
    (Run, "another shell", _other_shell),
    (Run, "another folder", _other("directory", OTHER)),
    (Run, "a folder", _new("directory", OTHER)),
    (Use, "an argument is missing", _without("arguments")),
    (RestoreCache, "another key", _other("key", OTHER)),
    (RestoreCache, "other files in a cache", _other("paths", OTHER)),
    (SaveCache, "another key", _other("key", OTHER)),
    (SaveCache, "other files in a cache", _other("paths", OTHER)),
    (UploadArtifact, "another artifact", _other("artifact", OTHER)),
    (UploadArtifact, "other files in an artifact", _other("paths", OTHER)),
    (DownloadArtifact, "another artifact", _other("artifact", OTHER)),
    (DownloadArtifact, "another folder of an artifact", _other("path", OTHER)),
    (Checkout, "an argument of the checkout is missing", _without("arguments")),
    (EnvVar, "another value of a variable", _other("value", OTHER)),
    (Argument, "another value of an argument", _other("value", OTHER)),
    (Output, "another value of an output", _other("value", OTHER)),
)
