"""Jobs of a workflow as NixActions jobs; a matrix is a function, called once for each cell."""

from ciconv.converters.nixactions.jobs.job import JobWriter
from ciconv.converters.nixactions.names import variable
from ciconv.converters.nixactions.workflow import Workflow
from ciconv.ir.expression import constant
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.walk import comments_of
from ciconv.syntax import nix


def write_jobs(workflow: Workflow) -> nix.Attrs:
    """Return the value of `jobs`."""
    bindings = []
    for job in workflow.pipeline.jobs:
        if isinstance(job, Job):
            bindings.extend(_write(job, workflow))
    return nix.Attrs(tuple(bindings))


def _write(job: Job, workflow: Workflow) -> list[nix.Binding]:
    writer = JobWriter(job, workflow)
    value = writer.value()
    comments = _comments(job)
    if job.matrix is None:
        return [nix.Binding((job.id,), value, comments)]
    name = variable(job.id)
    workflow.functions.append(nix.Binding((name,), nix.Lambda("matrix", value), comments))
    rows = zip(workflow.cell_names[job.id], workflow.cells[job.id], strict=True)
    return [
        nix.Binding((one,), nix.Apply(nix.Name(name), (writer.row(cell, number),)))
        for number, (one, cell) in enumerate(rows)
    ]


def _comments(job: JobBase) -> tuple[str, ...]:
    """The job's label, and the comments at all of its keys but the steps."""
    bare = replace(job, steps=(), finally_steps=()) if isinstance(job, Job) else job
    return (*_label(job), *(comment.text for comment in comments_of(bare)))


def _label(job: JobBase) -> tuple[str, ...]:
    """The job's name where it says more than its id."""
    if job.name is None:
        return ()
    known = constant(job.name)
    if known is None:
        return (job.name.span.text if job.name.span else "",)
    return () if known.lower().replace(" ", "-") == job.id.lower() else (known,)
