"""When a workflow asks for a job: `requires` and `filters`.

https://circleci.com/docs/reference/configuration-reference/#jobs-in-workflow
"""

from msgspec import Struct

from ciconv.context import Context
from ciconv.converters.circleci.expressions.write import BRANCH, TAG, any_of, inline, said
from ciconv.converters.circleci.jobs.matrix_machines import machine_axes, told
from ciconv.converters.circleci.jobs.matrix_write import cell_name
from ciconv.converters.circleci.jobs.ready import Ready, ready_of, words
from ciconv.converters.circleci.jobs.start import needs_start, start_name
from ciconv.converters.circleci.jobs.workspace import Workspace
from ciconv.converters.circleci.jobs.writer import Writer
from ciconv.converters.circleci.triggers.write import Start, is_every, passes, write_filter
from ciconv.ir.expression import Expr, Literal, conjuncts, disjuncts, together
from ciconv.ir.job import Job, JobBase, Status
from ciconv.ir.pipeline import Pipeline
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Scalar
from ciconv.syntax.node import Node as Tree

_EVERY = build.mapping(("tags", build.mapping(("only", build.text("/.*/")))))


class Setting(Struct, frozen=True, kw_only=True):
    """What the file has decided for the jobs of one workflow."""

    pipeline: Pipeline
    start: Start
    names: dict[str, str]  # of definitions, by the ids of jobs
    context: Context
    origin: str  # the format that the jobs were read from
    workspace: Workspace
    starts: list[str]  # the name of the job that does nothing, once some job requires it


def write_conditions(job: JobBase, ready: Ready, setting: Setting, writer: Writer) -> list[Entry]:
    """Return `requires` and `filters` of a job in a workflow."""
    entries: list[Entry] = []
    requires = [
        item
        for name, accept in ready.accept.items()
        for item in _required(name, words(_tolerant(name, accept, job, setting, writer)), setting)
    ]
    if _runs_alone(ready, setting):
        name = start_name(setting.names)
        setting.starts[:] = [name]
        requires.append(build.text(name))
        said = (
            f"the job {name!r}, which does nothing, lets it run where filters keep the others out"
        )
        writer.lose(Feature.CHOICE, Outcome.LOWERED, said, job)
    if requires:
        flow = all(isinstance(one, Scalar) for one in requires) and len(requires) <= 4
        entries.append(build.entry("requires", build.sequence(*requires, flow=flow)))
    filters = _filters(ready, setting)
    if filters is not None:
        entries.append(build.entry("filters", filters))
    return entries


def _tolerant(
    name: str, accept: frozenset[Status], job: JobBase, setting: Setting, writer: Writer
) -> frozenset[Status]:
    """How a required job may end: one that may fail stops nobody, where its failure is told."""
    needed = next((one for one in setting.pipeline.jobs if one.id == name), None)
    may_fail = needed.choices[0].may_fail if needed is not None and needed.choices else None
    is_told = isinstance(may_fail, Literal) and may_fail.value is True
    if not is_told or Status.SUCCESS not in accept or Status.FAILURE in accept:
        return accept
    said = f"it also runs after a failure of {name!r}, which may fail"
    writer.lose(Feature.CHOICE, Outcome.LOWERED, said, job)
    return accept | {Status.FAILURE}


def _runs_alone(ready: Ready, setting: Setting) -> bool:
    """Whether a job may run where filters keep out all the jobs that it waits for."""
    if not all(Status.SKIPPED in accept for accept in ready.accept.values()):
        return False
    by_id = {one.id: one for one in setting.pipeline.jobs}
    others = [ready_of(by_id[name]).known for name in ready.accept if name in by_id]
    return needs_start(ready.known, others)


def start_item(setting: Setting) -> Tree | None:
    """Return how the workflow asks for the job that does nothing, if some job requires it."""
    if not setting.starts:
        return None
    filters = _filters(Ready(accept={}), setting)
    return job_item(setting.starts[0], [] if filters is None else [build.entry("filters", filters)])


def _required(name: str, accepted: list[str], setting: Setting) -> list[Tree]:
    """The names a job is required by: all cells of a matrix that is no plain product."""
    job = next((one for one in setting.pipeline.jobs if one.id == name), None)
    names = [name]
    if isinstance(job, Job) and job.matrix is not None:
        axes = machine_axes(job)
        if axes.native is None and axes.rows:
            names = [cell_name(name, told(axes, row)) for row in axes.rows]
    found: list[Tree] = []
    for one in names:
        if not accepted:
            found.append(build.text(one))
            continue
        values = [build.text(word) for word in accepted]
        value: Tree = values[0] if len(values) == 1 else build.sequence(*values, flow=True)
        found.append(build.mapping((one, value)))
    return found


def _filters(ready: Ready, setting: Setting) -> Tree | None:
    """Filters of the workflow and of the job: names where they can be said so, or an expression."""
    start = setting.start
    known = [one for one in ready.known if not (isinstance(one, Literal) and one.value is True)]
    if known:
        parts = list(known)
        outer = _filter_condition(start)
        if outer is not None:
            parts.insert(0, outer)
        whole = together(*_without_implied(parts))
        return None if whole is None else build.text(inline(whole))
    if start.when is not None:
        return _EVERY if start.has_tags else None
    if start.branches is None and start.tags is None:
        return None
    entries = []
    if start.branches is None and start.tags is not None and start.tags.patterns:
        entries.append(build.entry("branches", build.mapping(("ignore", build.text("/.*/")))))
    elif start.branches is not None and not is_every(start.branches):
        entries.append(write_filter("branches", start.branches))
    if start.tags is not None:
        every = not start.tags.patterns or is_every(start.tags)
        entries.append(
            build.entry("tags", build.mapping(("only", build.text("/.*/"))))
            if every
            else write_filter("tags", start.tags)
        )
    return build.mapping(*entries) if entries else None


def _without_implied(parts: list[Expr]) -> list[Expr]:
    """The conditions without those that another one already says: `a or b` beside `a`."""
    flat = [one for part in parts for one in conjuncts(part)]
    kept = []
    for number, one in enumerate(flat):
        others = flat[:number] + flat[number + 1 :]
        said = any(each in others for each in disjuncts(one)) and len(disjuncts(one)) > 1
        if not said and one not in flat[:number]:
            kept.append(one)
    return kept


def _filter_condition(start: Start) -> Expr | None:
    """The filters of the workflow as a condition, to stand beside that of a job."""
    if start.when is not None:
        return None
    parts = []
    for name, one in ((BRANCH, start.branches), (TAG, start.tags)):
        if one is not None and one.patterns:
            parts.append(said(passes(name, one)))
    return any_of(parts) if parts else None


def job_item(name: str, entries: list[Entry]) -> Tree:
    """Return how a workflow asks for a job."""
    if not entries:
        return build.text(name)
    return build.mapping(build.entry(name, build.mapping(*entries)))
