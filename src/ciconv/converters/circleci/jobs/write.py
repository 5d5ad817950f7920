"""Jobs, and the lists of workflows that ask for them.

https://circleci.com/docs/reference/configuration-reference/#jobs
"""

from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from ciconv.context import Place
from ciconv.converters.circleci.expressions.write import foreign_event, is_release
from ciconv.converters.circleci.jobs.conditions_write import Setting, job_item, write_conditions
from ciconv.converters.circleci.jobs.machine_write import (
    default_shell,
    is_fixed,
    machine_of,
    shell_of_labels,
    write_machine,
)
from ciconv.converters.circleci.jobs.matrix_machines import executor_names, machine_axes, told
from ciconv.converters.circleci.jobs.matrix_write import (
    Axes,
    cell_name,
    in_workflow,
    runner_axis,
    value_of,
    write_matrix,
    write_parameters,
)
from ciconv.converters.circleci.jobs.outputs import attached_step, outputs_steps
from ciconv.converters.circleci.jobs.ready import Ready, ready_of
from ciconv.converters.circleci.jobs.remote_docker import with_remote_docker, without_settings
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.circleci.steps.caches_write import save_cache
from ciconv.converters.circleci.steps.write import write_steps
from ciconv.converters.left_comments import with_left_comments
from ciconv.converters.script_steps.runner_variables import reads, runner_variables
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import (
    Call,
    Expr,
    Literal,
    Ref,
    conjuncts,
    constant,
    opposite,
    text,
    together,
)
from ciconv.ir.job import ApprovalJob, Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar, Placeholder, RestoreCache, Run, Step, env_within
from ciconv.ir.walk import nodes
from ciconv.profile import Feature, Outcome
from ciconv.source import NOWHERE, Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Scalar
from ciconv.syntax.node import Node as Tree

_HALT = "circleci-agent step halt"


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
        writer = Writer(setting.pipeline, Job(id=job.id, span=job.span), Axes(), setting.context)
        entries += write_conditions(job, ready, setting, writer)
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
        self._place = Place(pipeline=setting.pipeline.id, job=job.id)
        job = with_remote_docker(job, self._place, setting.context)
        self._job, self._setting = job, setting
        self._shared_env = without_settings(setting.pipeline.env, job, self._place, setting.context)
        self._axes = machine_axes(job)
        self._writer = Writer(setting.pipeline, job, self._axes, setting.context, setting.workspace)
        self._ready = ready_of(job, self._writer.names)
        self._shell = default_shell(job)
        self._given = self._runner_variables()

    def _runner_variables(self) -> tuple[EnvVar, ...]:
        """What GitHub's runner sets, and scripts read."""
        if self._setting.origin != "github":
            return ()
        lose = partial(self._writer.lose, Feature.VARIABLE, Outcome.MANUAL)
        return runner_variables(self._writer.names, lose)

    def _read_by(self, step: Step) -> tuple[EnvVar, ...]:
        """What GitHub's runner sets, a script reads, and a shell has to work out."""
        late = (one for one in self._given if self._text_of(one.value) is None)
        return tuple(one for one in late if isinstance(step, Run) and reads(step, one.name))

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
        nothing = build.mapping(("run", build.text(":")))  # each job has to have a step
        entries.append(build.entry("steps", build.sequence(*(steps or (nothing,)))))
        self._report()
        name = self._setting.names[job.id]
        definition = build.entry(name, build.mapping(*entries), self._comments(name))
        definition = with_left_comments(definition, job)
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
            return write_machine(job, self._writer, self._setting.origin), ()
        own = self._axes.parameters.get(axis)
        labels = dict.fromkeys(row[own].text for row in self._axes.rows) if own else {}
        made = {label: machine_of(label) for label in labels}
        if own is None or not made or any(one is None for one in made.values()):
            return write_machine(job, self._writer, self._setting.origin), ()
        own = self._axes.parameters.get("", own)
        names = executor_names(tuple(made))
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
        steps = tuple(_with_env(one, self._read_by(one)) for one in steps)
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
            test = together(*list(self._ready.later))
            assert test is not None
            said = "the job starts, and ends at once where the condition does not hold"
            self._writer.lose(Feature.EXPRESSION, Outcome.APPROXIMATED, said, test)
            found.append(
                Run(
                    name=text("Only if needed"),
                    script=text(_HALT),
                    condition=opposite(test),
                    span=test.span,
                )
            )
        return tuple(found)

    def _environment(self) -> list[Entry]:
        found: dict[str, Entry] = {}
        for one in (*self._shared_env, *self._given, *self._job.env):
            said = self._text_of(one.value)
            found.pop(one.name, None)
            if said is not None:
                found[one.name] = build.entry(one.name, build.text(said), one.comments)
        for one in self._writer.names.definitions():
            said = self._text_of(one.value)
            if said is None:
                message = f"the variable {one.name!r} is left out: only the run knows it"
                self._writer.lose(Feature.VARIABLE, Outcome.MANUAL, message, one)
            else:
                found.setdefault(one.name, build.entry(one.name, build.text(said)))
        return list(found.values())

    def _text_of(self, value: Expr) -> str | None:
        try:
            return self._writer.text(value)
        except CannotSay:
            return None

    def _late_env(self) -> tuple[EnvVar, ...]:
        """The variables that a shell has to work out, but for secrets of the same name."""
        late: dict[str, EnvVar] = {}
        for one in (*self._shared_env, *self._job.env):
            late.pop(one.name, None)
            if self._text_of(one.value) is None and not self._is_ambient(one):
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
        shared = write_conditions(job, self._ready, self._setting, writer)
        contexts = [one.text for one in job.contexts]
        if job.environment is not None:
            contexts.append(self._context())
        if contexts:
            texts = build.sequence(*(build.text(one) for one in contexts), flow=True)
            shared.append(build.entry("context", texts))
        if job.concurrency is not None:
            shared += writer.entry("serial-group", job.concurrency.group, Feature.JOB_CONCURRENCY)
        if job.matrix is None or not axes.rows:
            own = [] if name == job.id else [build.entry("name", build.text(job.id))]
            return (job_item(name, [*own, *shared]),)
        if axes.native is not None:
            alias = [] if name == job.id else [build.entry("alias", build.text(job.id))]
            matrix = write_matrix(axes)
            whole = build.entry(
                "matrix", build.mapping(*getattr(matrix.value, "entries", ()), *alias)
            )
            return (job_item(name, [whole, *map(in_workflow, shared)]),)
        return tuple(self._cell(name, row, shared) for row in axes.rows)

    def _context(self) -> str:
        """The context that the environment of the job is."""
        assert self._job.environment is not None
        return self._text_of(self._job.environment.name) or "environment"

    def _cell(self, name: str, row: dict[str, Scalar], shared: list[Entry]) -> Tree:
        axes = self._axes
        own = build.entry("name", build.text(cell_name(self._job.id, told(axes, row))))
        values = [
            build.entry(key, value_of(one, self._axes.types[key])) for key, one in row.items()
        ]
        return job_item(name, [own, *values, *(in_workflow(one, row) for one in shared)])

    def _report(self) -> None:
        """What the job had that no key of CircleCI stands for."""
        job, writer = self._job, self._writer
        if job.timeout is not None:
            said = "CircleCI has no time limit for a job, so this one is left out"
            writer.lose(Feature.TIMEOUT, Outcome.APPROXIMATED, said, job.timeout)
        may_fail = job.choices[0].may_fail if job.choices else None
        if may_fail is not None and not _is_false(may_fail):
            said = "the workflow fails with the job, though jobs that require it may go on"
            writer.lose(Feature.CHOICE, Outcome.APPROXIMATED, said, may_fail)
        for said in _waits_otherwise(job, self._ready, self._setting.pipeline):
            writer.lose(Feature.CHOICE, Outcome.MANUAL, said, job.choices[0].condition or job)
        for one in nodes(job):
            if event := foreign_event(one):
                said = f"there is no event {event!r} in CircleCI: it starts no pipeline"
                self._setting.context.diagnostics.note("without-effect", said, one.span)
            if is_release(one):
                said = "the push of any tag stands for a release"
                writer.lose(Feature.EXPRESSION, Outcome.APPROXIMATED, said, one)
        status = next((one for one in nodes(job) if _is_status(one)), None)
        if status is not None:
            said = "the status of the job is not known to its steps: 'job_status' is empty"
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
    """Return the secrets and variables of settings that a job reads, each once; and its token."""
    found: dict[tuple[str, ...], Ref] = {}
    for one in nodes(job):
        if not isinstance(one, Ref):
            continue
        if one.path == ("token",):
            found.setdefault(one.path, replace(one, path=("secrets", "GITHUB_TOKEN")))
        elif one.path[0] in ("secrets", "vars") and len(one.path) == 2:
            found.setdefault(one.path, one)
    return tuple(found.values())


def _is_false(expr: Expr) -> bool:
    known = constant(expr)
    return known in ("false", "") or (isinstance(expr, Literal) and expr.value is False)


def _with_env(step: Step, late: tuple[EnvVar, ...]) -> Step:
    return replace(step, env=env_within(late, step.env)) if isinstance(step, Run) else step
