"""A matrix whose cells run on different machines: each machine is an executor."""

import re

from ciconv.converters.circleci.jobs.machine_write import machine_of
from ciconv.converters.circleci.jobs.matrix_write import Axes, axes_of, runner_axis, with_machines
from ciconv.ir.job import Job
from ciconv.syntax.node import Scalar


def machine_axes(job: Job) -> Axes:
    """Return the axes of a job; with names of executors beside labels that no executor can have."""
    axes, axis = axes_of(job), runner_axis(job)
    own = None if axis is None else axes.parameters.get(axis)
    if axis is None or own is None or job.container is not None or job.services:
        return axes
    labels = tuple(dict.fromkeys(row[own].text for row in axes.rows))
    names = executor_names(labels)
    known = all(machine_of(label) is not None for label in labels)
    if not known or all(label == name for label, name in names.items()):
        return axes
    return with_machines(axes, axis, names)


def told(axes: Axes, row: dict[str, Scalar]) -> dict[str, Scalar]:
    """Return the values of a cell that its name tells."""
    return {key: one for key, one in row.items() if key != axes.parameters.get("")}


def executor_names(labels: tuple[str, ...]) -> dict[str, str]:
    """Return names of executors by the labels of machines."""
    return {label: re.sub(r"[^a-z0-9_-]+", "-", label.lower()) for label in labels}
