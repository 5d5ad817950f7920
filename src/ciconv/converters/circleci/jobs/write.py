"""Jobs, and the lists of workflows that ask for them.

https://circleci.com/docs/reference/configuration-reference/#jobs
"""

import re
from collections.abc import Iterator
from functools import reduce

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.circleci.expressions.write import BRANCH, TAG, any_of, inline, said
from ciconv.converters.circleci.jobs.machine_write import (
    default_shell,
    is_fixed,
    machine_of,
    shell_of_labels,
    write_machine,
)
from ciconv.converters.circleci.jobs.matrix_write import (
    Axes,
    axes_of,
    cell_name,
    runner_axis,
    value_of,
    with_machines,
    write_matrix,
    write_parameters,
)
from ciconv.converters.circleci.jobs.outputs import attached_step, outputs_steps
from ciconv.converters.circleci.jobs.ready import Ready, ready_of, words
from ciconv.converters.circleci.jobs.start import needs_start, start_name
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.circleci.steps.caches_write import save_cache
from ciconv.converters.circleci.steps.write import write_steps
from ciconv.converters.circleci.triggers.write import Start, is_every, passes, write_filter
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Unary,
    conjuncts,
    constant,
    disjuncts,
    text,
)
from ciconv.ir.job import ApprovalJob, Job, JobBase, Status
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Placeholder, RestoreCache, Run, Step
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Scalar
from ciconv.syntax.node import Node as Tree

_HALT = "circleci-agent step halt"
_EVERY = build.mapping(("tags", build.mapping(("only", build.text("/.*/")))))


class Setting(Struct, frozen=True, kw_only=True):
    """What the file has decided for the jobs of one workflow."""

    pipeline: Pipeline
    start: Start
    names: dict[str, str]  # of definitions, by the ids of jobs
    context: Context
    starts: list[str]  # the name of the job that does nothing, once some job requires it


class Written(Struct, frozen=True, kw_only=True):
    """A job's definition, the items that ask for it, and the executors it names."""

    definition: Entry | None
    items: tuple[Tree, ...]
    executors: tuple[Entry, ...] = ()


def write_job(job: JobBase, setting: Setting) -> Written:
    """Return a job of a workflow."""
    if isinstance(job, ApprovalJob):
        entries = [build.entry("type", build.text("approval"))]
        ready = ready_of(job)
        writer = Writer(setting.pipeline, Job(id=job.id, span=job.span), {}, setting.context)
        entries += _conditions(job, ready, setting, writer)
        for part in (*(error.expr for error in ready.unsayable), *ready.later):
            said = "the approval is asked for in any case: no script runs that could decide"
            writer.lose(Feature.CHOICE, Outcome.MANUAL, said, part)
        item = build.mapping(build.entry(job.id, build.mapping(*entries)), comments=job.comments)
        return Written(definition=None, items=(item,))
    assert isinstance(job, Job)
    return _JobWriter(job, setting).written()


class _JobWriter:
    """Writes one job."""

    def __init__(self, job: Job, setting: Setting) -> None:
        self._job, self._setting = job, setting
        self._axes = _axes(job)
        self._writer = Writer(setting.pipeline, job, self._axes.parameters, setting.context)
        self._ready = ready_of(job, self._writer.names)
        self._shell = default_shell(job)

    def written(self) -> Written:
        job, writer = self._job, self._writer
        machine, executors = self._machine()
        steps = self._steps()
        entries = [*write_parameters(self._axes), *machine]
        environment = self._environment()
        if environment:
            entries.append(build.entry("environment", build.mapping(*environment)))
        entries += [
            build.entry(one.key, one.value, one.comments)
            for one in job.extras
            if one.format == "circleci"
        ]
        entries.append(build.entry("steps", build.sequence(*steps)))
        self._report()
        name = self._setting.names[job.id]
        definition = build.entry(name, build.mapping(*entries), self._comments(name))
        return Written(definition=definition, items=self._items(name, writer), executors=executors)

    def _comments(self, name: str) -> tuple[Comment, ...]:
        shown = self._job.name
        said = "" if shown is None else constant(shown) or (shown.span.text if shown.span else "")
        own = (Comment(said, NOWHERE),) if said and said != name else ()
        return (*own, *self._job.comments)

    def _machine(self) -> tuple[list[Entry], tuple[Entry, ...]]:
        """The machine; one that the matrix names is an executor that a parameter names."""
        job, axis = self._job, runner_axis(self._job)
        if is_fixed(job.runner) or job.container is not None or job.services or axis is None:
            return write_machine(job, self._writer), ()
        own = self._axes.parameters.get(axis)
        labels = dict.fromkeys(row[own].text for row in self._axes.rows) if own else {}
        made = {label: machine_of(label) for label in labels}
        if own is None or not made or any(one is None for one in made.values()):
            return write_machine(job, self._writer), ()
        own = self._axes.parameters.get("", own)
        names = _executor_names(tuple(made))
        self._shell = shell_of_labels(tuple(made))
        at = job.runner or job
        said = "the machines became those of CircleCI, which have other tools"
        self._writer.lose(Feature.RUNNER, Outcome.APPROXIMATED, said, at)
        executors = tuple(
            build.entry(names[label], build.mapping(*(entries or ())))
            for label, entries in made.items()
        )
        return [build.entry("executor", build.text(f"<< parameters.{own} >>"))], executors

    def _steps(self) -> tuple[Tree, ...]:
        job, writer = self._job, self._writer
        env = self._late_env()
        steps: tuple[Step, ...] = tuple(_with_env(one, env) for one in job.steps)
        steps = (*self._gates(), *steps)
        written = write_steps((*attached_step(job, writer), *steps), writer, self._shell)
        last = [
            one
            for step in reversed(job.steps)
            if isinstance(step, RestoreCache) and step.save
            for one in save_cache(step, writer)
        ]
        tail = (*last, *outputs_steps(job, writer))
        if tail:
            written = (*written, *write_steps(tuple(tail), writer, self._shell))
        return written

    def _gates(self) -> tuple[Step, ...]:
        """Steps that end the job where only the run knows that it has nothing to do."""
        found: list[Step] = []
        for error in self._ready.unsayable:
            said = f"the job begins with a step that fails: {error}"
            self._writer.lose(Feature.EXPRESSION, Outcome.MANUAL, said, error.expr)
            span = error.expr.span
            what = span.text if span is not None and span.source.path else "the condition"
            reason = f"{error}; say when the job runs, then remove this step"
            found.append(Placeholder(what=what, reason=reason, span=span))
        if self._ready.later:
            test = reduce(_both, self._ready.later)
            said = "the job starts, and ends at once where the condition does not hold"
            self._writer.lose(Feature.EXPRESSION, Outcome.APPROXIMATED, said, test)
            opposite = _not(test)
            found.append(
                Run(
                    name=text("Only if needed"),
                    script=text(_HALT),
                    condition=opposite,
                    span=test.span,
                )
            )
        return tuple(found)

    def _environment(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        for one in (*self._setting.pipeline.env, *self._job.env):
            said = self._text_of(one)
            found.pop(one.name, None)
            if said is not None:
                found[one.name] = build.entry(one.name, build.text(said), one.comments)
        for one in self._writer.names.definitions():
            said = self._text_of(one)
            if said is None:
                message = f"the variable {one.name!r} is left out: only the run knows it"
                self._writer.lose(Feature.VARIABLE, Outcome.MANUAL, message, one)
            else:
                found.setdefault(one.name, build.entry(one.name, build.text(said)))
        return list(found.values())

    def _text_of(self, one: EnvVar) -> str | None:
        try:
            return self._writer.text(one.value)
        except CannotSay:
            return None

    def _late_env(self) -> tuple[EnvVar, ...]:
        """The variables that a shell has to work out, but for secrets of the same name."""
        late: dict[str, EnvVar] = {}
        for one in (*self._setting.pipeline.env, *self._job.env):
            late.pop(one.name, None)
            if self._text_of(one) is None and not self._is_ambient(one):
                late[one.name] = one
        for one in late.values():
            self._report_late(one)
        return tuple(late.values())

    def _is_ambient(self, one: EnvVar) -> bool:
        """Whether a variable is a setting of its own name, which is there anyway."""
        ref = one.value.parts[0] if len(one.value.parts) == 1 else None
        if not isinstance(ref, Ref):
            return False
        if ref.path in (("secrets", one.name), ("vars", one.name)):
            return True
        names = self._writer.names
        known = names.catalog.names().get(ref.path)
        return known is not None and known.setting == one.name == names.variable(ref)

    def _report_late(self, one: EnvVar) -> None:
        """Say that scripts set a variable themselves: at the pipeline, where it is one of that."""
        own = self._job.id if one in self._job.env else ""
        loss = Place(pipeline=self._setting.pipeline.id, job=own).loss(
            Feature.VARIABLE, Outcome.LOWERED
        )
        said = f"the scripts set {one.name!r} themselves: only the run can work it out"
        self._setting.context.lose(loss, said, one if one.span is not None else self._job)

    def _items(self, name: str, writer: Writer) -> tuple[Tree, ...]:
        job, axes = self._job, self._axes
        shared = _conditions(job, self._ready, self._setting, writer)
        contexts = [one.text for one in job.contexts]
        if job.environment is not None:
            contexts.append(constant(job.environment.name) or "environment")
        if contexts:
            texts = build.sequence(*(build.text(one) for one in contexts), flow=True)
            shared.append(build.entry("context", texts))
        if job.concurrency is not None:
            shared += writer.entry("serial-group", job.concurrency.group, Feature.JOB_CONCURRENCY)
        if job.matrix is None or not axes.rows:
            own = [] if name == job.id else [build.entry("name", build.text(job.id))]
            return (_item(name, [*own, *shared]),)
        if axes.native is not None:
            alias = [] if name == job.id else [build.entry("alias", build.text(job.id))]
            matrix = write_matrix(axes)
            whole = build.entry(
                "matrix", build.mapping(*getattr(matrix.value, "entries", ()), *alias)
            )
            return (_item(name, [whole, *shared]),)
        return tuple(self._cell(name, row, shared) for row in axes.rows)

    def _cell(self, name: str, row: dict[str, Scalar], shared: list[Entry]) -> Tree:
        axes = self._axes
        own = build.entry("name", build.text(cell_name(self._job.id, _told(axes, row))))
        values = [
            build.entry(key, value_of(one, self._axes.types[key])) for key, one in row.items()
        ]
        return _item(name, [own, *values, *shared])

    def _report(self) -> None:
        """What the job had that no key of CircleCI stands for."""
        job, writer = self._job, self._writer
        if job.timeout is not None:
            said = "no job has a time limit of its own"
            writer.lose(Feature.TIMEOUT, Outcome.APPROXIMATED, said, job.timeout)
        may_fail = job.choices[0].may_fail if job.choices else None
        if may_fail is not None and not _is_false(may_fail):
            said = "the workflow fails with the job, though jobs that require it may go on"
            writer.lose(Feature.CHOICE, Outcome.APPROXIMATED, said, may_fail)
        for said in _waits_otherwise(job, self._ready, self._setting.pipeline):
            writer.lose(Feature.CHOICE, Outcome.MANUAL, said, job.choices[0].condition or job)
        status = next((one for one in nodes(job) if _is_status(one)), None)
        if status is not None:
            said = "how the job is going is not known to its steps: 'job_status' is empty"
            writer.lose(Feature.EXPRESSION, Outcome.MANUAL, said, status)
        for one in walk_secrets(job):
            said = f"create the variable {one.path[1]!r} in the project, or in a context"
            feature = Feature.SECRET if one.path[0] == "secrets" else Feature.VARIABLE
            writer.lose(feature, Outcome.MANUAL, said, one)


def _is_status(node: Node) -> bool:
    return isinstance(node, Ref) and node.path == ("job", "status")


def _waits_otherwise(job: Job, ready: Ready, pipeline: Pipeline) -> Iterator[str]:
    """What `requires` cannot say of the jobs before: any of several, and those left out."""
    condition = job.choices[0].condition if job.choices else None
    asks = () if condition is None else conjuncts(condition)
    failed = any(isinstance(one, Call) and one.function == "failure" for one in asks)
    by_id = {one.id: one for one in pipeline.jobs}
    others = [by_id[name] for name in ready.accept if name in by_id]
    if failed and (len(others) > 1 or any(one.needs for one in others)):
        yield "the job runs when all that it requires failed: no other failure makes it run"
    for one in others:
        waited = ready_of(one)
        if waited.unsayable or waited.later:
            yield f"the job waits for {one.id!r}, which starts in any case"


def walk_secrets(job: Job) -> tuple[Ref, ...]:
    """Return the secrets and variables of settings that a job reads, each once."""
    found: dict[tuple[str, ...], Ref] = {}
    for one in nodes(job):
        if isinstance(one, Ref) and one.path[0] in ("secrets", "vars") and len(one.path) == 2:
            found.setdefault(one.path, one)
    return tuple(found.values())


def _axes(job: Job) -> Axes:
    """The axes of a job; with names of executors beside labels that no executor can have."""
    axes, axis = axes_of(job), runner_axis(job)
    own = None if axis is None else axes.parameters.get(axis)
    if axis is None or own is None or job.container is not None or job.services:
        return axes
    labels = tuple(dict.fromkeys(row[own].text for row in axes.rows))
    names = _executor_names(labels)
    known = all(machine_of(label) is not None for label in labels)
    if not known or all(label == name for label, name in names.items()):
        return axes
    return with_machines(axes, axis, names)


def _told(axes: Axes, row: dict[str, Scalar]) -> dict[str, Scalar]:
    """The values of a cell that its name tells."""
    return {key: one for key, one in row.items() if key != axes.parameters.get("")}


def _executor_names(labels: tuple[str, ...]) -> dict[str, str]:
    return {label: re.sub(r"[^a-z0-9_-]+", "-", label.lower()) for label in labels}


def _is_false(expr: Expr) -> bool:
    known = constant(expr)
    return known in ("false", "") or (isinstance(expr, Literal) and expr.value is False)


def _with_env(step: Step, late: tuple[EnvVar, ...]) -> Step:
    if not late or not isinstance(step, Run):
        return step
    own = {one.name for one in step.env}
    return replace(step, env=(*(one for one in late if one.name not in own), *step.env))


def _both(left: Expr, right: Expr) -> Expr:
    return Binary(op=Op.AND, left=left, right=right, semantics=Semantics.GITHUB, span=left.span)


def _not(expr: Expr) -> Expr:
    return Unary(op=Op.NOT, operand=expr, semantics=Semantics.GITHUB, span=expr.span)


def _item(name: str, entries: list[Entry]) -> Tree:
    if not entries:
        return build.text(name)
    return build.mapping(build.entry(name, build.mapping(*entries)))


def _conditions(job: JobBase, ready: Ready, setting: Setting, writer: Writer) -> list[Entry]:
    """`requires` and `filters` of a job in a workflow."""
    entries: list[Entry] = []
    requires = [
        item
        for name, accept in ready.accept.items()
        for item in _required(name, words(accept), setting)
    ]
    if _runs_alone(ready, setting):
        name = start_name(setting.names)
        setting.starts[:] = [name]
        requires.append(build.text(name))
        said = (
            f"the job {name!r}, which does nothing, lets it run where filters keep the others out"
        )
        writer.lose(Feature.CHOICE, Outcome.LOWERED, said, job)
    if requires:
        flow = all(isinstance(one, Scalar) for one in requires) and len(requires) <= 4
        entries.append(build.entry("requires", build.sequence(*requires, flow=flow)))
    filters = _filters(ready, setting)
    if filters is not None:
        entries.append(build.entry("filters", filters))
    return entries


def _runs_alone(ready: Ready, setting: Setting) -> bool:
    """Whether a job may run where filters keep out all the jobs that it waits for."""
    if not all(Status.SKIPPED in accept for accept in ready.accept.values()):
        return False
    by_id = {one.id: one for one in setting.pipeline.jobs}
    others = [ready_of(by_id[name]).known for name in ready.accept if name in by_id]
    return needs_start(ready.known, others)


def start_item(setting: Setting) -> Tree | None:
    """Return how the workflow asks for the job that does nothing, if some job requires it."""
    if not setting.starts:
        return None
    filters = _filters(Ready(accept={}), setting)
    return _item(setting.starts[0], [] if filters is None else [build.entry("filters", filters)])


def _required(name: str, accepted: list[str], setting: Setting) -> list[Tree]:
    """The names a job is required by: all cells of a matrix that is no plain product."""
    job = next((one for one in setting.pipeline.jobs if one.id == name), None)
    names = [name]
    if isinstance(job, Job) and job.matrix is not None:
        axes = _axes(job)
        if axes.native is None and axes.rows:
            names = [cell_name(name, _told(axes, row)) for row in axes.rows]
    found: list[Tree] = []
    for one in names:
        if not accepted:
            found.append(build.text(one))
            continue
        values = [build.text(word) for word in accepted]
        value: Tree = values[0] if len(values) == 1 else build.sequence(*values, flow=True)
        found.append(build.mapping((one, value)))
    return found


def _filters(ready: Ready, setting: Setting) -> Tree | None:
    """Filters of the workflow and of the job: names where they can be said so, or an expression."""
    start = setting.start
    known = [one for one in ready.known if not (isinstance(one, Literal) and one.value is True)]
    if known:
        parts = list(known)
        outer = _filter_condition(start)
        if outer is not None:
            parts.insert(0, outer)
        whole = reduce(_both, _without_implied(parts))
        return build.text(inline(whole))
    if start.when is not None:
        return _EVERY if start.has_tags else None
    if start.branches is None and start.tags is None:
        return None
    entries = []
    if start.branches is None and start.tags is not None and start.tags.patterns:
        entries.append(build.entry("branches", build.mapping(("ignore", build.text("/.*/")))))
    elif start.branches is not None and not is_every(start.branches):
        entries.append(write_filter("branches", start.branches))
    if start.tags is not None:
        every = not start.tags.patterns or is_every(start.tags)
        entries.append(
            build.entry("tags", build.mapping(("only", build.text("/.*/"))))
            if every
            else write_filter("tags", start.tags)
        )
    return build.mapping(*entries) if entries else None


def _without_implied(parts: list[Expr]) -> list[Expr]:
    """The conditions without those that another one already says: `a or b` beside `a`."""
    flat = [one for part in parts for one in conjuncts(part)]
    kept = []
    for number, one in enumerate(flat):
        others = flat[:number] + flat[number + 1 :]
        said = any(each in others for each in disjuncts(one)) and len(disjuncts(one)) > 1
        if not said and one not in flat[:number]:
            kept.append(one)
    return kept


def _filter_condition(start: Start) -> Expr | None:
    """The filters of the workflow as a condition, to stand beside that of a job."""
    if start.when is not None:
        return None
    parts = []
    for name, one in ((BRANCH, start.branches), (TAG, start.tags)):
        if one is not None and one.patterns:
            parts.append(said(passes(name, one)))
    return any_of(parts) if parts else None
