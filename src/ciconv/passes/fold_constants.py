"""Puts the values of constant expressions in their place: `!(null < 'v1')` is true.

GitHub's coercions of constants are worked out here, so that no writer has to say them in a shell.
Only operations on nothing but constants are: whatever else is written stays visible in the output.
An input that a workflow does not declare is such a constant, null, and so is a value that a matrix
does not have, or no job without one, and an output of a step that never runs. A job that waits for
no other one has no failure before it; behind one that only runs after failures there is no success.
"""

from typing import TypeVar

from ciconv.context import Context
from ciconv.ir.expression import (
    Binary,
    Call,
    Expr,
    Literal,
    Op,
    Ref,
    Template,
    Unary,
    has_status_function,
)
from ciconv.ir.job import Choice, Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Placeholder, Step
from ciconv.ir.walk import joined, nodes, replace_references, rewrite, steps_of
from ciconv.profile import Profile

N = TypeVar("N", bound=Node)
_PURE = frozenset({"contains", "startsWith", "endsWith", "format", "join", "toJSON"})


def fold_constants(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project without operations on constants; what has no value stays."""
    if project.origin == "github":
        pipelines = tuple(map(_with_nothing_before, map(_without_undeclared, project.pipelines)))
        if any(one is not other for one, other in zip(pipelines, project.pipelines, strict=True)):
            project = replace(project, pipelines=pipelines)
    return folded(project)


def folded(node: N) -> N:
    """Return a node without operations on constants in it."""
    return rewrite(node, _folded) if any(map(_is_constant, nodes(node))) else node


def without_constants(job: JobBase) -> JobBase:
    """Return the job; what its conditions ask is asked without parts that are known."""
    choices = tuple(
        one if one.condition is None else replace(one, condition=_asked(one.condition))
        for one in job.choices
    )
    return replace(job, choices=choices)


def _asked(expr: Expr) -> Expr | None:
    """A condition without what is known in it; None where it always holds, as it is where never.

    One whose only question about earlier jobs would go stays: without it, it would ask for success.
    """
    found = _open(expr)
    if has_status_function(expr) and not has_status_function(found):
        return expr
    if isinstance(found, Literal):
        return None if found.value else expr
    return found


def _open(expr: Expr) -> Expr:
    if isinstance(expr, Unary) and expr.op is Op.NOT:
        inner = _open(expr.operand)
        if isinstance(inner, Literal):
            return Literal(value=not inner.value, span=expr.span)
        return replace(expr, operand=inner)
    if not isinstance(expr, Binary) or expr.op not in (Op.AND, Op.OR):
        return expr
    sides = _open(expr.left), _open(expr.right)
    for one, other in (sides, sides[::-1]):
        if isinstance(one, Literal):
            return other if bool(one.value) is (expr.op is Op.AND) else one
    return replace(expr, left=sides[0], right=sides[1])


def _without_undeclared(pipeline: Pipeline) -> Pipeline:
    declared = {one.name.lower() for one in pipeline.inputs}

    def value_of(ref: Ref) -> Expr | None:
        if ref.path[0] != "inputs" or len(ref.path) != 2 or ref.path[1].lower() in declared:
            return None
        return Literal(value=None, span=ref.span)

    own = replace(pipeline, inputs=())  # a default that names an input asks for the caller's
    asked = (one for one in nodes(own) if isinstance(one, Ref))
    if all(value_of(one) is None for one in asked):
        return pipeline
    return replace(replace_references(own, value_of), inputs=pipeline.inputs)


def _with_nothing_before(pipeline: Pipeline) -> Pipeline:
    """The pipeline; a matrix has no values but its own, and a first job no failure."""
    jobs = tuple(
        job if _begins_with_failure(job) else _without_outputs(_without_values(job))
        for job in pipeline.jobs
    )
    jobs = tuple(
        job
        if job.needs or not any(map(_asks_for_failures, job.choices))
        else replace(job, choices=tuple(rewrite(one, _unfailed) for one in job.choices))
        for job in jobs
    )
    jobs = _without_success(jobs)
    return pipeline if jobs == pipeline.jobs else replace(pipeline, jobs=jobs)


def _without_success(jobs: tuple[JobBase, ...]) -> tuple[JobBase, ...]:
    """The jobs; those that ask for success behind one that never runs after it, never run.

    https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#success
    """
    if not any(_speaks_of_status(one) for job in jobs for one in job.choices):
        return jobs
    troubled = {job.id for job in jobs if not any(map(_runs_without_trouble, job.choices))}
    never: dict[str, JobBase] = {}
    while found := [
        job
        for job in jobs
        if job.id not in never
        and any(need.job in troubled for need in job.needs or ())
        and not any(map(_runs_without_success, job.choices))
    ]:
        never |= {job.id: _idle(job) for job in found}
        troubled |= never.keys()
    return tuple(never.get(job.id, job) for job in jobs)


def _speaks_of_status(choice: Choice) -> bool:
    return choice.condition is not None and has_status_function(choice.condition)


def _runs_without_trouble(choice: Choice) -> bool:
    """Whether it may hold where nothing has failed and nobody cancelled anything."""
    return not _speaks_of_status(choice) or _may_hold(choice, failure=False, cancelled=False)


def _runs_without_success(choice: Choice) -> bool:
    return _speaks_of_status(choice) and _may_hold(choice, success=False)


def _may_hold(choice: Choice, **functions: bool) -> bool:
    from ciconv.ir.evaluate import Environment, condition

    asked = choice.condition
    return asked is None or condition(asked, Environment({}, dict(functions))) is not False


def _idle(job: JobBase) -> JobBase:
    never = Literal(value=False, span=job.span)
    return replace(job, choices=tuple(replace(one, condition=never) for one in job.choices))


def _begins_with_failure(job: JobBase) -> bool:
    """Whether a job begins with a step that fails, as where its matrix could not be kept.

    What it asks of that matrix then says nothing.
    """
    return isinstance(job, Job) and bool(job.steps) and isinstance(job.steps[0], Placeholder)


def _without_values(job: JobBase) -> JobBase:
    """The job with nothing in place of values that its matrix does not have."""
    matrix = job.matrix
    names: set[str] = set()
    if matrix is not None:
        if matrix.dynamic is not None or matrix.include_dynamic is not None:
            return job
        names = {one.name.lower() for one in matrix.axes}
        names |= {name.lower() for row in matrix.include for name, _ in row.values}

    def value_of(ref: Ref) -> Expr | None:
        if ref.path[0] != "matrix" or len(ref.path) > 1 and ref.path[1].lower() in names:
            return None
        is_whole = len(ref.path) == 1 and matrix is not None
        return None if is_whole else Literal(value=None, span=ref.span)

    return replace_references(job, value_of)


def _without_outputs(job: JobBase) -> JobBase:
    """The job with nothing in place of outputs of steps that it does not have, or never runs."""
    asked = [one for one in nodes(job) if isinstance(one, Ref) and one.path[0] == "steps"]
    if not asked or not isinstance(job, Job):
        return job
    steps = steps_of((*job.steps, *job.finally_steps))
    there = {one.id.lower() for one in steps if one.id and not never_runs(one)}

    def value_of(ref: Ref) -> Expr | None:
        is_output = ref.path[0] == "steps" and ref.path[2:3] == ("outputs",)
        is_output = is_output and ref.path[1].lower() not in there
        return Literal(value=None, span=ref.span) if is_output else None

    return replace_references(job, value_of)


def never_runs(step: Step) -> bool:
    """Return whether a condition is false whatever happens."""
    from ciconv.ir.evaluate import Environment, condition

    return step.condition is not None and condition(step.condition, Environment({})) is False


def _asks_for_failures(choice: Choice) -> bool:
    asked = () if choice.condition is None else nodes(choice.condition)
    return any(isinstance(one, Call) and one.function == "failure" for one in asked)


def _unfailed(node: Node) -> Node:
    if isinstance(node, Call) and node.function == "failure":
        return Literal(value=False, span=node.span)
    return node


def _is_constant(node: Node) -> bool:
    """Whether it is an operation on nothing but constants."""
    match node:
        case Unary():
            return isinstance(node.operand, Literal)
        case Binary():
            return isinstance(node.left, Literal) and isinstance(node.right, Literal)
        case Call() if node.function in _PURE and node.arguments:
            return all(isinstance(one, Literal) for one in node.arguments)
    return False


def _folded(node: Node) -> Node:
    if isinstance(node, Template):
        return joined(node)
    if not isinstance(node, Expr) or not _is_constant(node):
        return node
    from ciconv.ir.evaluate import Environment, EvaluationError, evaluate  # hardly anybody has any

    try:
        value = evaluate(node, Environment({}))
    except EvaluationError:
        return node
    if value is None or isinstance(value, bool | float | str):
        return replace(Literal(value=value), span=node.span, provenance=node.provenance)
    return node
