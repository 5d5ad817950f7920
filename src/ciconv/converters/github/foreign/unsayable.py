"""Expressions that GitHub cannot say: where one stands, a step fails instead."""

from collections.abc import Iterator
from typing import TypeVar

from ciconv.context import Context, Place
from ciconv.converters.github.expressions.grammar import CONTEXTS, FUNCTIONS, POWERS
from ciconv.converters.script_steps.placeholder import source_text
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Exists,
    Expr,
    Literal,
    Matches,
    Op,
    Raw,
    Ref,
    Unary,
    constant,
    text,
)
from ciconv.ir.job import CallJob, Job, JobBase
from ciconv.ir.node import Node, replace, shared
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Argument, Checkout, DownloadArtifact, Group, Placeholder, Run, Step
from ciconv.ir.walk import nodes, rewrite
from ciconv.profile import Feature, Outcome

N = TypeVar("N", bound=Node)
_LONG = 60  # characters of an expression that a message shows


def without_unsayable(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with failing steps where GitHub lacks the expression; each is a loss."""
    return _Sayer(pipeline.id, context).pipeline(pipeline)


class _Sayer:
    """Looks for the expressions of one pipeline."""

    def __init__(self, name: str, context: Context) -> None:
        self._context = context
        self._place = Place(pipeline=name)

    def pipeline(self, pipeline: Pipeline) -> Pipeline:
        bare = replace(pipeline, jobs=())
        failing = self._failing(bare, self._place, "the workflow")
        jobs = tuple(self._job(job, failing) for job in pipeline.jobs)
        if failing is None and all(a is b for a, b in zip(jobs, pipeline.jobs, strict=True)):
            return pipeline
        return replace(self._silenced(bare), jobs=jobs)

    def _job(self, job: JobBase, outer: Placeholder | None) -> JobBase:
        place = replace(self._place, job=job.id)
        bare = replace(job, steps=(), finally_steps=()) if isinstance(job, Job) else job
        failing = self._failing(bare, place, f"the job {job.id}") or outer
        if not isinstance(job, Job):
            return job if failing is None else self._failed(job, failing)
        steps = tuple(self._step(step, place) for step in job.steps)
        last = tuple(self._step(step, place) for step in job.finally_steps)
        self._report_left_out(job, place)
        if failing is None:
            same = all(a is b for a, b in zip(steps, job.steps, strict=True))
            return job if same and last == job.finally_steps else replace(job, steps=steps)
        return replace(
            self._silenced(bare), steps=_behind_files(failing, steps), finally_steps=last
        )

    def _report_left_out(self, job: JobBase, place: Place) -> None:
        """Say what decides nothing any more beside what cannot be said."""
        for choice in job.choices:
            kept = self._sayable(choice.condition)
            asked = () if kept is choice.condition else _questions(choice.condition)
            left = frozenset(_questions(kept))
            for one in asked:
                if one not in left and one.span is not None and self._first(one) is None:
                    said = f"{_written(one)} decides nothing: the job fails whatever it says"
                    self._context.lose(
                        place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED), said, one
                    )

    def _failed(self, job: JobBase, failing: Placeholder) -> JobBase:
        """A job that fails in the place of one without steps."""
        silenced = self._silenced(job)
        arguments = (*job.arguments, *job.secrets) if isinstance(job, CallJob) else ()
        step = replace(failing, arguments=() if self._first(job) else arguments)
        return Job(steps=(step,), **shared(silenced, JobBase))

    def _step(self, step: Step, place: Place) -> Step:
        if isinstance(step, Group):
            step = replace(step, steps=tuple(self._step(one, place) for one in step.steps))
            if self._first(replace(step, steps=())) is None:
                return step
        if isinstance(step, Placeholder):
            step = replace(step, arguments=tuple(self._shown(one) for one in step.arguments))
        where = place.at(step)
        failing = self._failing(step, where, _title(step))
        if failing is None:
            return step
        return replace(
            failing,
            id=step.id,
            condition=self._sayable(step.condition),
            env=tuple(map(self._silenced, step.env)),
            arguments=_script(step),
            comments=step.comments,
        )

    def _shown(self, argument: Argument) -> Argument:
        """An argument of a step that fails anyway, as people are shown it."""
        if self._first(argument) is None:
            return argument
        return replace(argument, value=text(source_text(argument.value)))

    def _failing(self, node: Node, place: Place, what: str) -> Placeholder | None:
        """A step that fails because of what stands in a node; the loss is recorded."""
        found = self._first(node)
        if found is None:
            return None
        at = found if found.span is not None else node
        named = found.text if isinstance(found, Raw) else _written(found)
        said = f"{what} needs {named}, which GitHub cannot compute, so a step fails there"
        self._context.lose(place.loss(Feature.EXPRESSION, Outcome.MANUAL), said, at)
        reason = f"GitHub cannot compute {named}"
        return Placeholder(what=what, reason=reason, span=node.span, provenance=node.provenance)

    def _first(self, node: Node) -> Expr | None:
        found = (one for one in nodes(node) if isinstance(one, Expr))
        return next((one for one in found if self._is_unsayable(one)), None)

    def _is_unsayable(self, node: Node) -> bool:
        match node:
            case Ref():
                known = self._context.catalog.native_name("github", node.path)
                return known is None and node.path[0].lower() not in CONTEXTS
            case Call():
                return node.function.lower() not in FUNCTIONS
            case Unary() | Binary():
                return node.op not in POWERS
            case Raw():
                return node.format != "github"
            case Matches() | Changes() | Exists():
                return True
        return False

    def _sayable(self, condition: Expr | None) -> Expr | None:
        """What can be said of a condition: where that does not hold, nothing runs."""
        if condition is None or self._first(condition) is None:
            return condition
        found = self._wider(condition, True)
        return Literal(value=False, span=condition.span) if found is False else _unless_true(found)

    def _wider(self, expr: Expr, wanted: bool) -> Expr | bool:
        """An expression with an answer in place of what cannot be said: the one that is wanted."""
        match expr:
            case Binary(op=Op.AND | Op.OR):
                return self._junction(expr, wanted)
            case Unary(op=Op.NOT):
                inner = self._wider(expr.operand, not wanted)
                return not inner if isinstance(inner, bool) else replace(expr, operand=inner)
        return expr if self._first(expr) is None else wanted

    def _junction(self, expr: Binary, wanted: bool) -> Expr | bool:
        deciding = expr.op is Op.OR  # the answer of one side that is that of both
        sides = [self._wider(one, wanted) for one in (expr.left, expr.right)]
        if deciding in sides:
            return deciding
        left, right = sides
        if isinstance(left, bool) or isinstance(right, bool):
            return right if isinstance(left, bool) else left
        return replace(expr, left=left, right=right)

    def _silenced(self, node: N) -> N:
        """The node without conditions that cannot be said, and with nothing for other values."""
        if isinstance(node, JobBase):
            choices = (
                replace(one, condition=self._sayable(one.condition), may_fail=None)
                for one in node.choices
            )
            node = replace(node, choices=tuple(choices))
        if isinstance(node, Job) and node.container and self._first(node.container.image):
            node = replace(node, container=None)  # nobody knows which
        nothing = Literal(value="")
        return rewrite(node, lambda one: nothing if self._is_unsayable(one) else one)


def _questions(condition: Expr | None) -> Iterator[Expr]:
    """The parts of a condition that are no conditions of others."""
    match condition:
        case None:
            return
        case Binary(op=Op.AND | Op.OR):
            yield from _questions(condition.left)
            yield from _questions(condition.right)
        case Unary(op=Op.NOT):
            yield from _questions(condition.operand)
        case _:
            yield condition


def _unless_true(found: Expr | bool) -> Expr | None:
    return None if isinstance(found, bool) else found


def _written(expr: Expr) -> str:
    """An expression as the source has it, or what it asks."""
    if isinstance(expr, Changes | Exists):
        return "the changed files" if isinstance(expr, Changes) else "the files there are"
    written = "" if expr.span is None else " ".join(expr.span.text.split())
    return written if 0 < len(written) <= _LONG else "an expression"


def _behind_files(failing: Step, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with one that fails before anything is done, where the files are there."""
    first = next(
        (n for n, one in enumerate(steps) if not isinstance(one, Checkout | DownloadArtifact)),
        len(steps),
    )
    return (*steps[:first], failing, *steps[first:])


def _script(step: Step) -> tuple[Argument, ...]:
    """The script of a step, to be kept beside the one that fails."""
    if not isinstance(step, Run):
        return ()
    return (Argument(name="script", value=text(source_text(step.script))),)


def _title(step: Step) -> str:
    """What to call a step: its name, its id, or how its script begins."""
    script = constant(step.script) if isinstance(step, Run) else None
    return constant(step.name) or step.id or (script or "a step").strip().split("\n")[0][:60]
