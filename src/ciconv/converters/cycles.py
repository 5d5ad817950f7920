"""Jobs that wait for each other in a circle, as every reader reports them."""

from collections.abc import Sequence

from ciconv.context import Context
from ciconv.ir.job import JobBase
from ciconv.ir.walk import needs_cycle


def report_cycle(jobs: Sequence[JobBase], context: Context) -> None:
    """Say that jobs wait for each other, at the first need of the circle, if there is one."""
    circle = needs_cycle(tuple(jobs))
    if not circle:
        return
    first = next(job for job in jobs if job.id == circle[0])
    need = next(one for one in first.needs or () if one.job in circle)
    said = f"the jobs {' → '.join((*circle, circle[0]))} wait for each other, so none can start"
    context.diagnostics.error("needs-cycle", said, need.span or first.span)
