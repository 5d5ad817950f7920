"""Writes out matrices that an expression gives, where the expression is constant."""

from ciconv.context import Context
from ciconv.ir.expression import json_value
from ciconv.ir.job import Axis, Matrix, Row
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.profile import Profile
from ciconv.syntax import build
from ciconv.syntax.node import Node


def known_matrices(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project with `fromJSON('…')` in matrices replaced by the values it stands for."""
    pipelines = []
    for pipeline in project.pipelines:
        jobs = tuple(
            job if job.matrix is None else replace(job, matrix=_written_out(job.matrix))
            for job in pipeline.jobs
        )
        pipelines.append(replace(pipeline, jobs=jobs))
    return replace(project, pipelines=tuple(pipelines))


def _written_out(matrix: Matrix) -> Matrix:
    whole = json_value(matrix.dynamic)
    if isinstance(whole, dict):
        named = {name: value for name, value in whole.items() if isinstance(value, list)}
        axes = tuple(
            Axis(name=name, values=tuple(map(_tree, values)))
            for name, values in named.items()
            if name not in ("include", "exclude")
        )
        rows = {name: _rows(named.get(name)) for name in ("include", "exclude")}
        return replace(matrix, dynamic=None, axes=axes, **rows)
    changes: dict[str, object] = {"axes": tuple(map(_axis, matrix.axes))}
    for name, dynamic in (("include", matrix.include_dynamic), ("exclude", matrix.exclude_dynamic)):
        value = json_value(dynamic)
        if isinstance(value, list):
            changes |= {name: _rows(value), f"{name}_dynamic": None}
    return replace(matrix, **changes)


def _axis(axis: Axis) -> Axis:
    value = json_value(axis.dynamic)
    if not isinstance(value, list):
        return axis
    return replace(axis, dynamic=None, values=tuple(map(_tree, value)))


def _rows(values: list[object] | None) -> tuple[Row, ...]:
    return tuple(
        Row(values=tuple((str(name), _tree(value)) for name, value in one.items()))
        for one in values or ()
        if isinstance(one, dict)
    )


def _tree(value: object) -> Node:
    """A value of JSON as a node."""
    if isinstance(value, bool):
        return build.boolean(value)
    if isinstance(value, int | float):
        return build.number(value)
    if isinstance(value, list):
        return build.sequence(*map(_tree, value))
    if isinstance(value, dict):
        return build.mapping(*((str(name), _tree(one)) for name, one in value.items()))
    return build.null() if value is None else build.text(str(value))
