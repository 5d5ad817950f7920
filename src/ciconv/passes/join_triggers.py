"""Gives programs that nobody triggers what their shims have: the way back of `split_triggers`."""

import re
from collections.abc import Iterable
from functools import partial, reduce
from typing import TypeVar

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Semantics,
    Template,
    Unary,
    both,
    constant,
    either,
    has_status_function,
)
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import EnvVar, Run, Step
from ciconv.ir.trigger import Input
from ciconv.ir.walk import replace_references, rewrite, steps_of

N = TypeVar("N", bound=Node)

_STARTS = re.compile(r"\bnix run \.#([A-Za-z0-9_-]+)")


def join_triggers(project: Project, starters: Iterable[Pipeline]) -> Project:
    """Return the project; a pipeline that one of the starters runs starts when that one does.

    What the starter hands over in its environment is known by what it is there.
    """
    found: dict[str, tuple[Pipeline, Job, Run]] = {}
    for starter in starters:
        for job in starter.jobs:
            for step in steps_of(job.steps) if isinstance(job, Job) else ():
                name = _program(step)
                if name is not None and isinstance(step, Run) and isinstance(job, Job):
                    found.setdefault(name, (starter, job, step))
    pipelines = (
        _joined(one, *found[one.id]) if one.id in found else one for one in project.pipelines
    )
    return replace(project, pipelines=tuple(pipelines))


def _program(step: Step) -> str | None:
    match = _STARTS.search(constant(step.script) or "") if isinstance(step, Run) else None
    return None if match is None else match[1]


def _joined(pipeline: Pipeline, starter: Pipeline, job: Job, step: Run) -> Pipeline:
    handed = {one.name: one for one in (*starter.env, *job.env, *step.env)}
    joiner = _Joiner(pipeline, starter.inputs, handed)
    jobs = (_on_machine(joiner.job(one), job) for one in pipeline.jobs)
    return replace(
        pipeline,
        id=starter.id,
        path=starter.path,
        name=starter.name,
        run_name=starter.run_name,
        triggers=starter.triggers,
        condition=_condition(starter, job),
        inputs=starter.inputs,
        secrets=starter.secrets,
        concurrency=starter.concurrency,
        permissions=starter.permissions,
        env=tuple(map(joiner.variable, pipeline.env)),
        bindings=tuple(handed.values()),
        jobs=tuple(jobs),
    )


def _condition(starter: Pipeline, job: Job) -> Expr | None:
    """When the job runs that starts the program; None: always."""
    asked = [one.condition for one in job.choices]
    ways = [one for one in asked if one is not None]
    if not ways or len(ways) < len(asked) or any(map(has_status_function, ways)):
        return starter.condition
    found = reduce(either, ways)
    return found if starter.condition is None else both(starter.condition, found)


def _on_machine(job: JobBase, outer: Job) -> JobBase:
    """The job with what the job that starts the program has."""
    if not isinstance(job, Job):
        return job
    return replace(
        job,
        runner=job.runner or outer.runner,
        permissions=outer.permissions if job.permissions is None else job.permissions,
        environment=job.environment or outer.environment,
    )


class _Joiner:
    """Puts the meaning of variables in the place of their names."""

    def __init__(
        self, pipeline: Pipeline, inputs: tuple[Input, ...], handed: dict[str, EnvVar]
    ) -> None:
        self._handed = handed
        self._outer = frozenset(one.name for one in pipeline.env)
        self._booleans = frozenset(one.name.lower() for one in inputs if one.type == "boolean")

    def variable(self, variable: EnvVar) -> EnvVar:
        """Return a variable of the whole program, which may stand on the one of its own name."""
        return self._known(variable, frozenset())

    def job(self, job: JobBase) -> JobBase:
        """Return a job whose expressions say what is handed over."""
        if not isinstance(job, Job):
            return job
        env = tuple(
            self._known(one, self._outer - {one.name})  # its own name is that of what it stands on
            for one in job.env
            if not self._is_handed(one)
        )
        own = self._outer | {one.name for one in env}
        steps = tuple(self._step(one, own) for one in job.steps)
        return replace(self._known(replace(job, env=env, steps=()), own), steps=steps)

    def _is_handed(self, variable: EnvVar) -> bool:
        """Whether it only says that a secret of this name has to be there."""
        parts = variable.value.parts
        is_secret = len(parts) == 1 and parts[0] == Ref(path=("secrets", variable.name))
        return is_secret and variable.name in self._handed

    def _step(self, step: Step, own: frozenset[str]) -> Step:
        env = tuple(self._known(one, own) for one in step.env)
        inner = own | {one.name for one in step.env}
        return replace(self._known(replace(step, env=()), inner), env=env)

    def _known(self, node: N, own: frozenset[str]) -> N:
        joined = replace_references(node, partial(self._meaning, own))
        return rewrite(joined, self._typed)

    def _meaning(self, own: frozenset[str], ref: Ref) -> Expr | None:
        if ref.path[0] != "env" or len(ref.path) != 2 or ref.path[1] in own:
            return None
        handed = self._handed.get(ref.path[1])
        if handed is None:
            canonical = _canonical(ref.path[1])
            return None if canonical is None else replace(ref, path=canonical)
        value = self._of_starter(handed)
        return value.parts[0] if len(value.parts) == 1 else value

    def _of_starter(self, handed: EnvVar) -> Template:
        """The value that is handed over; for that of another variable of the starter, its own."""
        parts = handed.value.parts
        only = parts[0] if len(parts) == 1 else None
        if not isinstance(only, Ref) or only.path[0] != "env" or len(only.path) != 2:
            return handed.value
        other = self._handed.get(only.path[1])
        return handed.value if other is None or other is handed else other.value

    def _typed(self, node: Node) -> Node:
        """A boolean that was compared with the text it is handed over as."""
        if not isinstance(node, Binary) or node.op not in (Op.EQ, Op.NE):
            return node
        if node.right != Literal(value="true") or not self._is_boolean(node.left):
            return node
        if node.op is Op.EQ:
            return node.left
        return Unary(op=Op.NOT, operand=node.left, semantics=Semantics.GITHUB, span=node.span)

    def _is_boolean(self, expr: Expr) -> bool:
        if isinstance(expr, Ref):
            return expr.path[0] == "inputs" and expr.path[-1].lower() in self._booleans
        if isinstance(expr, Binary):
            return expr.op not in (Op.AND, Op.OR)
        is_search = isinstance(expr, Call) and expr.function in _SEARCHES
        return is_search or isinstance(expr, Unary)


def _canonical(variable: str) -> tuple[str, ...] | None:
    """What a variable is that only the system sets which starts the program."""
    catalog = Catalog.builtin()
    for format in ("gitlab", "circleci", "jenkins"):
        path = catalog.canonical_name(format, (variable,))
        name = None if path is None else catalog.names()[path]
        if name is not None and not (name.github or name.nixactions):
            return path
    return None


_SEARCHES = frozenset({"contains", "startsWith", "endsWith"})
