"""One job as it runs: its definition, its executor and its steps put together.

https://circleci.com/docs/reference/configuration-reference/#jobs
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from ciconv.converters.circleci.expressions.read import read_template
from ciconv.converters.circleci.jobs.machine import Machine, read_machine
from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.executors import Chosen, choose_executor, overlaid
from ciconv.converters.circleci.reuse.fill import Filler
from ciconv.converters.circleci.reuse.parameters import Call, declared
from ciconv.converters.circleci.reuse.scope import Frame, OrbRef, Placed, Scope
from ciconv.converters.circleci.scalars import HOME, merged, take_environment, take_text
from ciconv.converters.circleci.shells import command_of, default_shell
from ciconv.converters.circleci.steps.place import place_of
from ciconv.converters.circleci.steps.read import StepReader, orb_ref
from ciconv.converters.fields import Fields, extra_of
from ciconv.diagnostics import Label
from ciconv.ir.expression import Literal, Ref, Template, constant, text, written
from ciconv.ir.job import Axis, Job, Matrix, Runner
from ciconv.ir.node import replace
from ciconv.ir.step import ActionRef, Argument, EnvVar, Extra, Run, Step, Use
from ciconv.ir.walk import nodes
from ciconv.source import Comment, Span
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Node, Scalar, Sequence

BASH_ENV = "/tmp/.bash_env"
_OURS = ("/tmp/workspace/outputs/", "hand_on")
MAX_NODES = 256  # of `parallelism`: more jobs than others start

_ONLY_HERE = ("circleci_ip_ranges", "retention")
_OF_TYPES = {"release": ("plan_name",), "lock": ("key",), "unlock": ("key",)}


class Ask(Struct, frozen=True, kw_only=True):
    """A job as a workflow asks for it."""

    id: str
    definition: Entry
    scope: Scope
    arguments: tuple[Entry, ...]
    frame: Frame  # of the workflow
    before: tuple[Placed, ...] = ()
    after: tuple[Placed, ...] = ()
    span: Span
    cells: bool = False


class Made(Struct, frozen=True, kw_only=True):
    """A job with what is no part of the IR's job: its `type`, the filter of version 2.0."""

    job: Job
    type: str = "build"
    branches: Entry | None = None


def read_job(ask: Ask, config: Config) -> Made:
    """Return the job that a workflow asks for."""
    config.usage.use(ask.definition)
    context = config.context
    fields = Fields(ask.definition.value, context, f"the job {ask.definition.name!r}")
    parameters = declared(fields.node("parameters"), context)
    inner = _frame(ask)
    what, body = f"the job {ask.definition.name!r}", ask.definition.value
    call = Call(what, ask.span, ask.arguments, ask.frame, body)
    values = config.expander.binder.bind(parameters, call, inner)
    frame = Frame(inner.scope, values, inner.labels)
    kind, description = fields.text("type") or "build", fields.scalar("description")
    comments = [comment for one in parameters for comment in one.comments]
    if description is not None and description.text.strip():
        comments.append(Comment(" ".join(description.text.split()), description.span))
    steps, chosen = fields.entry("steps"), Chosen()
    executor = fields.entry("executor")
    if executor is not None:
        chosen = choose_executor(executor, frame, config)
    own = tuple(map(Filler(values, context).entry, fields.rest()))
    whole = Mapping(entries=overlaid(chosen.entries, own), span=ask.definition.value.span)
    made = Fields(whole, context, f"the job {ask.definition.name!r}")
    branches = made.entry("branches")
    comments += (*fields.comments, *chosen.comments)
    builder = _Builder(ask, config, frame, chosen)
    job = builder.job(made, kind, steps)
    extras = (*job.extras, *made.leftovers("circleci"))
    comments = [*ask.definition.comments, *comments, *made.comments, *job.comments]
    job = replace(job, extras=extras, comments=tuple(dict.fromkeys(comments)))
    return Made(job=job, type=kind, branches=branches)


def _frame(ask: Ask) -> Frame:
    """The definition's own frame; steps of an orb's job also stand where it was asked for."""
    if not ask.scope.name:
        return Frame(ask.scope)
    label = Label(ask.span, f"the job of the orb {ask.scope.name!r} is asked for here")
    return Frame(ask.scope, {}, (label,))


class _Builder:
    """Puts one job together."""

    def __init__(self, ask: Ask, config: Config, frame: Frame, chosen: Chosen) -> None:
        self._ask, self._config, self._frame, self._chosen = ask, config, frame, chosen
        self._context = config.context

    def job(self, fields: Fields, kind: str, steps: Entry | None) -> Job:
        context, ask = self._context, self._ask
        machine = read_machine(fields, context)
        if machine.runner is None and kind == "build" and self._chosen.orb is None:
            self._report_machine(fields)
        start, folder = self._start(fields)
        shell = self._shell(fields, machine)
        env = merged(machine.env, take_environment(fields, context))
        nodes_of_job, extras = self._parallelism(fields)
        placed = self._placed(fields, kind, steps)
        reader = StepReader(ask.id, place_of(start, self._checkout(placed)), shell, context)
        reader.cells = ask.cells or nodes_of_job is not None
        read = (*self._unknown_executor(), *reader.steps(placed))
        number = nodes_of_job
        if not folder and context.expand:
            folder = tuple(_named_folder((*env, *read)))
        return Job(
            id=ask.id,
            runner=machine.runner or Runner(os="linux", arch="x64"),
            container=machine.container,
            services=machine.services,
            env=merged(_node_env(number), _bash_env(read), env),
            matrix=None if number is None else _node_matrix(number),
            steps=read,
            extras=(
                *_without_shell(machine.extras),
                *extras,
                *folder,
                *fields.extra("circleci", *_ONLY_HERE, *_OF_TYPES.get(kind, ())),
            ),
            span=ask.span,
            comments=(*machine.comments, *(() if steps is None else steps.comments)),
        )

    def _checkout(self, placed: tuple[Placed, ...]) -> str | None:
        """The folder that the repository is put into, where a step names one."""
        first = next((one for one in placed if one.name == "checkout" and one.orb is None), None)
        said = first.value.get("path") if first and isinstance(first.value, Mapping) else None
        return constant(read_template(said, self._context)) if isinstance(said, Scalar) else None

    def _start(self, fields: Fields) -> tuple[str, tuple[Extra, ...]]:
        """The folder of the job: others have one of their own, wherever that is."""
        entry = fields.entry("working_directory")
        if entry is None or not isinstance(entry.value, Scalar):
            return HOME, ()
        said = constant(read_template(entry.value, self._context)) or HOME
        return said, () if said == HOME else (extra_of("circleci", entry),)

    def _report_machine(self, fields: Fields) -> None:
        self._context.diagnostics.error(
            "missing-executor",
            f"{fields.what} does not say what it runs on",
            self._ask.definition.key.span,
            help="it needs 'docker', 'machine', 'macos' or 'executor'",
        )

    def _shell(self, fields: Fields, machine: Machine) -> Template:
        own = take_text(fields, "shell", self._context)
        if own is not None:
            return command_of(own)
        for extra in machine.extras:
            if extra.key == "shell" and isinstance(extra.value, Scalar):
                return command_of(read_template(extra.value, self._context))
        image = None if machine.container is None else constant(machine.container.image)
        return default_shell(machine.runner.os if machine.runner else None, image)

    def _parallelism(self, fields: Fields) -> tuple[int | None, tuple[Extra, ...]]:
        entry = fields.entry("parallelism")
        if entry is None or not isinstance(entry.value, Scalar):
            return None, ()
        number = entry.value.value
        if isinstance(number, str) and number.isdecimal():
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            if "<<" in entry.value.text:
                return None, (extra_of("circleci", entry),)
            fields.wrong(entry.value, "a whole number", "parallelism")
            return None, ()
        if number > MAX_NODES:
            self._context.diagnostics.error(
                "matrix-size", f"the job runs more than {MAX_NODES} times", entry.span
            )
            return None, ()
        fields.comments.extend(entry.comments)
        return (number if number > 1 else None), ()

    def _placed(self, fields: Fields, kind: str, steps: Entry | None) -> tuple[Placed, ...]:
        if steps is None:
            if kind == "build":
                self._context.diagnostics.error(
                    "missing-key", f"{fields.what} needs 'steps'", self._ask.definition.key.span
                )
            return (*self._ask.before, *self._ask.after)
        own = self._config.expander.steps(steps.value, self._frame)
        return (*self._ask.before, *own, *self._ask.after)

    def _unknown_executor(self) -> tuple[Step, ...]:
        """A step in the place of an orb's executor that is not at hand."""
        orb = self._chosen.orb
        if orb is None or self._chosen.arguments is None:
            return ()
        at = self._chosen.arguments
        return (Use(ref=orb_ref(orb, self._chosen.name, at), span=at.span),)


_OWN_FOLDER = re.compile(r"(?:~|\$HOME|\$\{HOME\}|/home/circleci|/root)/project(?![\w-])")


def _named_folder(parts: tuple[EnvVar | Step, ...]) -> Iterator[Extra]:
    """The folder where only CircleCI puts the repository, if scripts or variables name it."""
    for one in (each for part in parts for each in nodes(part)):
        said = one.value if isinstance(one, Literal) and isinstance(one.value, str) else ""
        found = _OWN_FOLDER.search(said)
        if found is not None and one.span is not None:
            value = Scalar(text=found[0], value=found[0], span=one.span)
            yield Extra(format="circleci", key="working_directory", value=value, span=one.span)
            return


def _without_shell(extras: tuple[Extra, ...]) -> tuple[Extra, ...]:
    """The keys of a machine but for its shell, which the steps name."""
    return tuple(one for one in extras if one.key != "shell")


def _node_matrix(number: int) -> Matrix:
    """One job for each node."""
    values = tuple(build.number(one) for one in range(number))
    return Matrix(axes=(Axis(name="node", values=values),), fail_fast=Literal(value=False))


def _node_env(number: int | None) -> tuple[EnvVar, ...]:
    if number is None:
        return ()
    index = Template(parts=(Ref(path=("matrix", "node")),))
    return (
        EnvVar(name="CIRCLE_NODE_INDEX", value=index),
        EnvVar(name="CIRCLE_NODE_TOTAL", value=text(str(number))),
    )


def _bash_env(steps: tuple[Step, ...]) -> tuple[EnvVar, ...]:
    """The file that every shell reads when it starts, for jobs that write to it."""
    for step in steps:
        for one in nodes(step) if isinstance(step, Run) else ():
            said = written(one.value) if isinstance(one, Literal) else ""
            if "BASH_ENV" in said and not any(own in said for own in _OURS):
                return (EnvVar(name="BASH_ENV", value=text(BASH_ENV), span=step.span),)
    return ()


def with_type(kind: str, job: Job) -> Job:
    """Return a job of a type that CircleCI alone has: with a step that stands for what it does."""
    keys = _OF_TYPES.get(kind, ())
    own = tuple(one for one in job.extras if one.key in keys)
    arguments = tuple(
        Argument(name=one.key, value=_as_text(one.value), span=one.span, comments=one.comments)
        for one in own
    )
    ref = ActionRef(format="circleci", name=kind, written=f"type: {kind}", span=job.span)
    use = Use(ref=ref, arguments=arguments, span=job.span)
    extras = tuple(one for one in job.extras if one not in own)
    return replace(job, steps=(*job.steps, use), extras=extras)


def orb_job(ask_id: str, orb: OrbRef, name: str, arguments: tuple[Entry, ...], at: Node) -> Job:
    """Return a job with one step, that stands for the job of an orb which is not at hand."""
    given = tuple(
        Argument(name=one.name, value=_as_text(one.value), span=one.span, comments=one.comments)
        for one in arguments
    )
    use = Use(ref=orb_ref(orb, name, at), arguments=given, span=at.span)
    return Job(id=ask_id, runner=Runner(os="linux", arch="x64"), steps=(use,), span=at.span)


def _as_text(node: Node) -> Template:
    if isinstance(node, Scalar):
        return replace(text(node.text), span=node.span)
    if isinstance(node, Sequence) and all(isinstance(one, Scalar) for one in node.items):
        said = "\n".join(one.text for one in node.items if isinstance(one, Scalar))
        return replace(text(said), span=node.span)
    return replace(text(node.span.text), span=node.span)
