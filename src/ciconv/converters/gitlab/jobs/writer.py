"""What is at hand while one job is written: its names, its place, its losses."""

from msgspec.structs import replace as changed

from ciconv.context import Context, Place
from ciconv.converters.gitlab.expressions.conditions import Scope
from ciconv.converters.gitlab.expressions.values import write_value
from ciconv.converters.gitlab.jobs.machines import machine_of
from ciconv.converters.script_steps.names import Names
from ciconv.converters.script_steps.texts import value_word
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import Binary, Expr, Literal, Op, Ref, Template, parts_of
from ciconv.ir.job import Job, JobBase, Runner
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import rewrite
from ciconv.passes.split_triggers import is_windows
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry


class Writer:
    """Writes texts of one job, and records what they cannot say."""

    def __init__(self, pipeline: Pipeline, job: JobBase, scope: Scope, context: Context) -> None:
        self.pipeline, self.job, self.scope, self.context = pipeline, job, scope, context
        self.place = Place(pipeline=pipeline.id, job=job.id)
        own = _on_known_machine(job, context) if isinstance(job, Job) else Job(id=job.id)
        self.is_on_windows = own.runner is not None and is_windows(own.runner)
        self.names = Names(catalog=context.catalog, format="gitlab", pipeline=pipeline, job=own)
        self.variables: dict[str, str] = {}  # that keys of the job need beside its own

    def text(self, expr: Expr) -> str:
        """Return a text with variables in it; raise CannotSay."""
        return write_value(expr, self.scope, self._own(expr))

    def key(self, expr: Expr) -> str:
        """Return a text that has to be the same for the same things only; raise CannotSay."""
        return self.text(rewrite(expr, _as_key))

    def _own(self, expr: Expr) -> dict[tuple[str, ...], str]:
        """The variables of the references that only this job has."""
        parts = parts_of(expr)
        found = {}
        for one in parts:
            if isinstance(one, Ref) and one.path[0] in _OF_THE_JOB:
                found[tuple(part.lower() for part in one.path)] = self.names.variable(one)
        return found

    def try_word(self, value: Template) -> None:
        """Raise CannotSay where no shell can compute a value; nothing is noted by that."""
        value_word(value, changed(self.names, used={}, composed={}, near={}))

    def entry(self, key: str, value: Expr, feature: Feature) -> list[Entry]:
        """Return `key: text`, and nothing (but a loss) when it cannot be said."""
        try:
            text = self.text(value)
        except CannotSay as error:
            self.lose(feature, Outcome.MANUAL, f"{key!r} is left out: {error}", error.expr)
            return []
        return [build.entry(key, build.text(text), value.comments)]

    def tell(self, feature: Feature, outcome: Outcome, message: str, at: Node) -> None:
        """Record a loss of the whole pipeline, at the first place it is met.

        Runners that are called otherwise are met each for itself.
        """
        at = at if at.span is not None else self.job
        label = at.span.text if isinstance(at, Runner) and at.span is not None else ""
        if (message, label) not in self.scope.told:
            self.scope.told.add((message, label))
            loss = Place(pipeline=self.place.pipeline).loss(feature, outcome)
            self.context.lose(loss, message, at)

    def lose(
        self, feature: Feature, outcome: Outcome, message: str, at: Node, help: str = ""
    ) -> None:
        """Record a loss of this job."""
        at = at if at.span is not None else self.job
        self.context.lose(self.place.loss(feature, outcome), message, at, help)


def _on_known_machine(job: Job, context: Context) -> Job:
    """The job with what its labels say of its machines."""
    machine = machine_of(job, context.catalog)
    if job.runner is None or (machine.os is None and machine.arch is None):
        return job
    return replace(job, runner=replace(job.runner, os=machine.os, arch=machine.arch))


# what is the same for the same branch, whatever it is called
_SLUG = Ref(path=("ref", "slug"))
_KEYS: dict[tuple[str, ...], Expr] = {
    ("ref", "full"): _SLUG,
    ("ref", "name"): _SLUG,
    ("os",): Literal(value="linux"),
    ("arch",): Literal(value="x64"),
    ("workflow", "name"): Literal(value="pipeline"),
}


def _as_key(node: Node) -> Node:
    """A name, or `A || B` where A is there for merge requests only, as what tells as much."""
    if isinstance(node, Ref):
        return _KEYS.get(node.path, node)
    if isinstance(node, Binary) and node.op is Op.OR:
        left = node.left
        if left == _SLUG or isinstance(left, Ref) and left.path[0] == "pr":
            return _SLUG
    return node


_OF_THE_JOB = frozenset({"matrix", "env"})
