"""Puts the values of constant expressions in their place: `!(null < 'v1')` is true.

GitHub's coercions of constants are worked out here, so that no writer has to say them in a shell.
Only operations on nothing but constants are: whatever else is written stays visible in the output.
An input that a workflow does not declare is such a constant, null, and so is a value of a matrix in
a job without one; a job that waits for no other one has no failure before it.
"""

from ciconv.context import Context
from ciconv.ir.expression import Binary, Call, Expr, Literal, Ref, Template, Unary
from ciconv.ir.job import Choice, Job, JobBase
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.step import Placeholder
from ciconv.ir.walk import joined, nodes, replace_references, rewrite
from ciconv.profile import Profile

_PURE = frozenset({"contains", "startsWith", "endsWith", "format", "join", "toJSON"})


def fold_constants(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project without operations on constants; what has no value stays."""
    if project.origin == "github":
        pipelines = tuple(map(_with_nothing_before, map(_without_undeclared, project.pipelines)))
        if any(one is not other for one, other in zip(pipelines, project.pipelines, strict=True)):
            project = replace(project, pipelines=pipelines)
    if not any(map(_is_constant, nodes(project))):
        return project
    return rewrite(project, _folded)


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
    """The pipeline; a job without a matrix has no values of one, a first job no failure."""
    jobs = tuple(
        job if job.matrix is not None or _fails(job) else replace_references(job, _of_no_matrix)
        for job in pipeline.jobs
    )
    jobs = tuple(
        job
        if job.needs or not any(map(_asks_for_failures, job.choices))
        else replace(job, choices=tuple(rewrite(one, _unfailed) for one in job.choices))
        for job in jobs
    )
    return pipeline if jobs == pipeline.jobs else replace(pipeline, jobs=jobs)


def _fails(job: JobBase) -> bool:
    """Whether a job fails at once: its matrix could not be kept, so that its names say nothing."""
    return isinstance(job, Job) and bool(job.steps) and isinstance(job.steps[0], Placeholder)


def _of_no_matrix(ref: Ref) -> Expr | None:
    return Literal(value=None, span=ref.span) if ref.path[0] == "matrix" else None


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
