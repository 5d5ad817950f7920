"""Reading jobs."""

from ciconv.context import Context
from ciconv.converters.fields import Fields
from ciconv.converters.gitlab.steps import read_script
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.syntax.node import Entry


def read_jobs(fields: Fields, context: Context) -> tuple[JobBase, ...]:
    """Return the jobs, which are all keys that nobody else has taken."""
    entries = (one for one in fields.rest() if not one.name.startswith("."))
    return tuple(_read_job(one, context) for one in entries)


def _read_job(entry: Entry, context: Context) -> Job:
    fields = Fields(entry.value, context, f"the job {entry.name!r}")
    job = Job(id=entry.name, stage=fields.text("stage") or "test", needs=None)
    job = replace(job, steps=read_script(fields), span=entry.key.span)
    return replace(job, extras=fields.leftovers("gitlab"), comments=tuple(fields.comments))
