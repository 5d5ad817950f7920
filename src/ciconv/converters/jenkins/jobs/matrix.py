"""A matrix ↔ `matrix`, where its cells are the product of plain values; else a stage for each.

https://www.jenkins.io/doc/book/pipeline/syntax/#declarative-matrix
"""

from functools import partial

from ciconv.converters.jenkins.jobs.names import StageNames
from ciconv.converters.shell_tests.scope import cell_text
from ciconv.ir.evaluate import EvaluationError, simplified
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant, has_status_function, text
from ciconv.ir.job import Job, Matrix
from ciconv.ir.matrix import Cell, cells
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Step
from ciconv.ir.walk import comments_of, nodes, replace_references
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, data, resolve

Statements = tuple[t.Statement, ...]


def is_native(matrix: Matrix) -> bool:
    """Return whether Jenkins' own matrix has these cells: axes of plain values and excludes."""
    values = [value for axis in matrix.axes for value in axis.values]
    return (
        bool(matrix.axes)
        and not matrix.include
        and all(isinstance(resolve(one), Scalar) for one in values)
        and all(axis.values for axis in matrix.axes)
    )


_NUMBERS = (("node", "index"), ("strategy", "job-index"))


def with_numbers(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline in which the number of a cell is the value of the axis that counts."""
    jobs = (_with_number(one) if isinstance(one, Job) else one for one in pipeline.jobs)
    return replace(pipeline, jobs=tuple(jobs))


def _with_number(job: Job) -> Job:
    matrix = job.matrix
    if matrix is None or len(matrix.axes) != 1 or matrix.include or matrix.exclude:
        return job
    (axis,) = matrix.axes
    values = [one.value if isinstance(one, Scalar) else None for one in axis.values]
    if values != list(range(len(values))) or any(isinstance(one, bool) for one in values):
        return job  # where there are none, there is no cell
    name = axis.name

    def known(ref: Ref) -> Expr | None:
        return Ref(path=("matrix", name), span=ref.span) if ref.path in _NUMBERS else None

    return replace_references(job, known)


def with_plain_axes(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline, axes of objects with one and the same key as axes of its values."""
    jobs = (_with_plain_axes(one) if isinstance(one, Job) else one for one in pipeline.jobs)
    return replace(pipeline, jobs=tuple(jobs))


def _with_plain_axes(job: Job) -> Job:
    matrix = job.matrix
    if matrix is None or matrix.include or matrix.exclude:
        return job
    keys = {axis.name: key for axis in matrix.axes if (key := _only_key(axis.values))}
    names = {axis.name.lower() for axis in matrix.axes}
    plain = {name.lower(): f"{name}_{key}" for name, key in keys.items()}
    if not plain or not names.isdisjoint(one.lower() for one in plain.values()):
        return job
    paths = {one.path for one in nodes(job) if isinstance(one, Ref) and one.path[0] == "matrix"}
    if any(len(one) < 2 or len(one) < 3 and one[1].lower() in plain for one in paths):
        return job  # somebody wants the object

    def value(ref: Ref) -> Expr | None:
        is_part = ref.path[0] == "matrix" and len(ref.path) == 3
        name = plain.get(ref.path[1].lower()) if is_part else None
        return None if name is None else Ref(path=("matrix", name), span=ref.span)

    axes = tuple(
        replace(one, name=plain[one.name.lower()], values=tuple(map(_only_value, one.values)))
        if one.name in keys
        else one
        for one in matrix.axes
    )
    return replace_references(replace(job, matrix=replace(matrix, axes=axes)), value)


def _only_key(values: tuple[Node, ...]) -> str:
    """The key that all values have, where they are objects with this one and a plain value."""
    found = [resolve(one) for one in values]
    objects = [one for one in found if isinstance(one, Mapping) and len(one.entries) == 1]
    keys = {one.entries[0].name for one in objects}
    is_plain = all(isinstance(resolve(one.entries[0].value), Scalar) for one in objects)
    return keys.pop() if is_plain and len(objects) == len(values) and len(keys) == 1 else ""


def _only_value(value: Node) -> Node:
    node = resolve(value)
    return node.entries[0].value if isinstance(node, Mapping) else value


def stops_at_once(matrix: Matrix) -> bool:
    """Return whether a cell that fails ends the others."""
    fails = matrix.fail_fast
    if isinstance(fails, Template):
        return constant(fails) != "false"
    return not (isinstance(fails, Literal) and not fails.value)


def write_axes(matrix: Matrix, variables: dict[str, str]) -> tuple[t.Statement, ...]:
    """Return `axes` and `excludes`; `variables`: those that hold the values of the axes."""
    axes = tuple(
        _axis("values", variables[axis.name.lower()], tuple(map(_text, axis.values)))
        for axis in matrix.axes
    )
    found = [groovy.statement(groovy.block("axes", axes), comments_of(matrix))]
    rows = []
    for row in matrix.exclude:
        parts = tuple(
            _axis("values", variables[name.lower()], (_text(value),))
            for name, value in row.values
            if name.lower() in variables
        )
        if parts:
            rows.append(groovy.statement(groovy.block("exclude", parts)))
    if rows:
        found.append(groovy.statement(groovy.block("excludes", tuple(rows))))
    return tuple(found)


def _axis(word: str, name: str, values: tuple[str, ...]) -> t.Statement:
    calls = (groovy.bare("name", name), groovy.bare(word, *values))
    return groovy.statement(groovy.block("axis", tuple(map(groovy.statement, calls))))


def _text(value: Node) -> str:
    node = resolve(value)
    return cell_text(node) if isinstance(node, Scalar) else str(data(node))


def cell_jobs(job: Job) -> tuple[Job, ...]:
    """Return a job for each cell of a matrix, with the cell's values in the place of `matrix.x`."""
    if job.matrix is None:
        return (job,)
    found = []
    for cell in cells(job.matrix):
        values = {name.lower(): value for name, value in cell}
        one = replace_references(replace(job, matrix=None), partial(value_in, values))
        steps = tuple(step for step in map(_decided, one.steps) if step is not None)
        name = None if job.name is None else constant(job.name)
        if name is not None:  # GitHub shows the values behind a name that has none
            one = replace(one, name=text(cell_name(name, cell)))
        found.append(replace(one, id=cell_name(job.id, cell), steps=steps))
    return tuple(found)


def _decided(step: Step) -> Step | None:
    """The step with a condition that may hold; None for one that never runs in this cell."""
    if step.condition is None or has_status_function(step.condition):
        return step
    try:
        found = simplified(step.condition)
    except EvaluationError:
        return step
    if isinstance(found, bool):
        return replace(step, condition=None) if found else None
    return step


def cell_name(name: str, cell: Cell) -> str:
    """Return the name of a cell: the job's, and the values it has."""
    said = ", ".join(one for _, value in cell for one in _leaves(value) if one)
    return f"{name} ({said})" if said else name


def _leaves(value: Node) -> tuple[str, ...]:
    node = resolve(value)
    if isinstance(node, Scalar):
        return (node.text,)
    if isinstance(node, Sequence):
        return tuple(text for item in node.items for text in _leaves(item))
    if isinstance(node, Mapping):
        return tuple(text for entry in node.entries for text in _leaves(entry.value))
    return ()


def value_in(values: dict[str, Node], ref: Ref) -> Expr | None:
    """Return what a reference to the matrix is in a cell; None for other references.

    `values`: those of the cell, by lower-case names.
    """
    if ref.path[0] != "matrix" or len(ref.path) < 2:
        return None
    node = values.get(ref.path[1].lower())
    for name in ref.path[2:]:
        node = None if node is None else resolve(node)
        entries = node.entries if isinstance(node, Mapping) else ()
        node = next((one.value for one in entries if one.name.lower() == name.lower()), None)
    found = None if node is None else resolve(node)
    if found is None:
        return Literal(value="", span=ref.span)
    if isinstance(found, Scalar):
        return _scalar(found, ref)
    return None


def _scalar(node: Scalar, ref: Ref) -> Literal:
    value = node.value
    if isinstance(value, bool | str | float) or value is None:
        return Literal(value=value, span=ref.span)
    return Literal(value=float(value), span=ref.span)


def in_stages(inside: Statements, title: str, names: StageNames) -> Statements:
    """Return the sections of a stage as a matrix takes them: with stages, `post` behind them."""
    directives = tuple(one for one in inside if _name(one) not in ("steps", "stages", "post"))
    work = tuple(one for one in inside if _name(one) == "stages")
    if not work:
        steps = tuple(one for one in inside if _name(one) == "steps")
        stage = groovy.block(groovy.call("stage", names.unused(title)), steps)
        work = (groovy.statement(groovy.block("stages", (groovy.statement(stage),))),)
    post = tuple(one for one in inside if _name(one) == "post")
    return (*directives, *work, *post)


def write_matrix(
    matrix: Matrix, variables: dict[str, str], agent: t.Statement, inside: Statements
) -> Statements:
    """Return `matrix`, and `failFast` before it."""
    axes = write_axes(matrix, variables)
    block = groovy.block("matrix", (agent, *axes, *inside))
    head = (groovy.statement(groovy.bare("failFast", True)),) if stops_at_once(matrix) else ()
    return (*head, groovy.statement(block))


def _name(statement: t.Statement) -> str:
    value = statement.value if isinstance(statement, t.Expression) else None
    return value.name if isinstance(value, t.Call) else ""
