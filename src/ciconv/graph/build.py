"""Project → Graph."""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from ciconv.catalog.catalog import Catalog
from ciconv.graph.artifacts import handed_on
from ciconv.graph.graph import Cluster, Edge, Graph, Kind, Link, Vertex
from ciconv.graph.marks import marks_of
from ciconv.ir.expression import Template
from ciconv.ir.job import ApprovalJob, CallJob, Job, JobBase, Matrix, Need
from ciconv.ir.matrix import MAX_CELLS, cells, dynamic_value
from ciconv.ir.pipeline import Pipeline, Project
from ciconv.ir.trigger import EventKind, Filter, Trigger
from ciconv.simulation.plan import JobPlan, PipelinePlan, Plan
from ciconv.simulation.wording import template_text

MAX_TITLE = 40  # characters
MAX_NAMES = 3  # of artifacts at one edge, of patterns in one trigger


def graph_of(project: Project, catalog: Catalog, plan: Plan | None = None) -> Graph:
    """Return the graph of a project; with a plan, what does not run for its event is idle."""
    plans = {} if plan is None else {one.id: one for one in plan.pipelines}
    clusters = tuple(
        _cluster(number, pipeline, plans.get(pipeline.id), catalog)
        for number, pipeline in enumerate(project.pipelines)
    )
    return Graph(clusters=clusters, event="" if plan is None else str(plan.event))


def _cluster(
    number: int, pipeline: Pipeline, plan: PipelinePlan | None, catalog: Catalog
) -> Cluster:
    ids = {job.id: f"p{number}_{at}" for at, job in enumerate(pipeline.jobs)}
    levels = _levels(pipeline)
    plans = _by_job(plan)
    starts = plan is None or plan.starts
    vertices = tuple(
        _with_plan(_vertex(job, ids[job.id], levels[job.id], catalog), plan, plans.get(job.id, ()))
        for job in pipeline.jobs
    )
    return Cluster(
        id=f"p{number}",
        title=_name(pipeline.name, catalog) or pipeline.id,
        path=pipeline.path,
        triggers=tuple(_trigger_lines(pipeline.triggers)),
        idle=not starts,
        why="" if plan is None or plan.why is None else plan.why.message,
        vertices=vertices,
        edges=tuple(_edges(pipeline, ids, catalog)),
        stages=_stages(pipeline),
        span=pipeline.span,
    )


def _name(template: Template | None, catalog: Catalog) -> str:
    return "" if template is None else template_text(template, catalog)


def _stages(pipeline: Pipeline) -> tuple[str, ...]:
    """The stages that order the jobs: those with a job that says nothing else of its order."""
    used = {job.stage for job in pipeline.jobs}
    return tuple(stage for stage in pipeline.stages if stage in used)


def _levels(pipeline: Pipeline) -> dict[str, int]:
    """How many jobs, at most, stand one after the other before each; circles count once."""
    needs = {job.id: _before(job, pipeline) for job in pipeline.jobs}
    levels: dict[str, int] = dict.fromkeys(needs, 0)
    for _ in needs:  # as many rounds as the longest chain has links
        changed = False
        for job, before in needs.items():
            level = max((levels[one] + 1 for one in before), default=0)
            if level > levels[job] and level <= len(needs):
                levels[job], changed = level, True
        if not changed:
            break
    return levels


def _before(job: JobBase, pipeline: Pipeline) -> tuple[str, ...]:
    known = {one.id for one in pipeline.jobs}
    if job.needs is not None:
        return tuple(need.job for need in job.needs if need.job in known and need.job != job.id)
    return tuple(one.id for one in _in_earlier_stages(job, pipeline))


def _in_earlier_stages(job: JobBase, pipeline: Pipeline) -> Iterator[JobBase]:
    if job.stage not in pipeline.stages:
        return
    earlier = set(pipeline.stages[: pipeline.stages.index(job.stage)])
    yield from (one for one in pipeline.jobs if one.stage in earlier)


def _vertex(job: JobBase, id: str, level: int, catalog: Catalog) -> Vertex:
    title = _name(job.name, catalog)
    return Vertex(
        id=id,
        job=job.id,
        title=_short(title if title and "${{" not in title else job.id),
        kind=_kind(job),
        machine=_machine(job, catalog),
        count=_count(job.matrix),
        marks=marks_of(job, catalog),
        stage=job.stage or "",
        level=level,
        span=job.span,
    )


def _kind(job: JobBase) -> Kind:
    if isinstance(job, CallJob):
        return Kind.CALL
    return Kind.APPROVAL if isinstance(job, ApprovalJob) else Kind.JOB


def _machine(job: JobBase, catalog: Catalog) -> str:
    """Where it runs: the labels of the runner, and the image."""
    if isinstance(job, CallJob):
        return _short(job.pipeline)
    if not isinstance(job, Job):
        return "waits for a person" if isinstance(job, ApprovalJob) else ""
    words = [] if job.runner is None else [_name(one, catalog) for one in job.runner.labels]
    if job.container is not None:
        words.append(_name(job.container.image, catalog))
    return _short(" · ".join(filter(None, words)))


def _count(matrix: Matrix | None) -> int:
    if matrix is None:
        return 1
    whole = (matrix.dynamic, matrix.include_dynamic, matrix.exclude_dynamic)
    dynamic = any(one is not None for one in (*whole, *(axis.dynamic for axis in matrix.axes)))
    if dynamic or dynamic_value(matrix) is not None:
        return 0
    return min(len(cells(matrix)), MAX_CELLS) or 1


def _by_job(plan: PipelinePlan | None) -> dict[str, tuple[JobPlan, ...]]:
    found: dict[str, tuple[JobPlan, ...]] = {}
    for one in () if plan is None else plan.jobs:
        found[one.job] = (*found.get(one.job, ()), one)
    return found


def _with_plan(vertex: Vertex, plan: PipelinePlan | None, jobs: tuple[JobPlan, ...]) -> Vertex:
    """The vertex as an event would have it; it is idle when none of its cells runs."""
    if plan is None:
        return vertex
    if not plan.starts:
        return _idle(vertex, "" if plan.why is None else plan.why.message)
    if any(one.runs for one in jobs):
        return vertex
    return _idle(vertex, next((one.why.message for one in jobs if one.why), "it does not run"))


def _idle(vertex: Vertex, why: str) -> Vertex:
    return replace(vertex, idle=True, why=why)


def _edges(pipeline: Pipeline, ids: dict[str, str], catalog: Catalog) -> Iterator[Edge]:
    """Needs, each with what is handed on beside it; then what else is handed on."""
    handed = handed_on(pipeline, catalog)
    drawn = set()
    for job in pipeline.jobs:
        for need in job.needs or ():
            if need.job in ids and (need.job, job.id) not in drawn:
                drawn.add((need.job, job.id))
                yield _need(need, job, ids, handed.get((need.job, job.id), ()))
    for (source, target), names in handed.items():
        if (source, target) not in drawn:
            label = _listed(names)
            yield Edge(source=ids[source], target=ids[target], link=Link.FILES, label=label)


def _need(need: Need, job: JobBase, ids: dict[str, str], names: tuple[str, ...]) -> Edge:
    return Edge(
        source=ids[need.job],
        target=ids[job.id],
        link=Link.NEEDS,
        label=_listed(names),
        optional=need.optional,
    )


def _listed(names: Iterable[str]) -> str:
    found = tuple(names)
    more = f" and {len(found) - MAX_NAMES} more" if len(found) > MAX_NAMES else ""
    return ", ".join(_short(name) for name in found[:MAX_NAMES]) + more


_WORDS = {
    EventKind.PUSH: "push",
    EventKind.PULL_REQUEST: "pull request",
    EventKind.PULL_REQUEST_TARGET: "pull request, with the rights of the base",
    EventKind.SCHEDULE: "schedule",
    EventKind.MANUAL: "by hand",
    EventKind.API: "API",
    EventKind.UPSTREAM: "after",
    EventKind.CALL: "call",
    EventKind.MERGE_QUEUE: "merge queue",
    EventKind.RELEASE: "release",
}


def _trigger_lines(triggers: tuple[Trigger, ...]) -> Iterator[str]:
    """A line for each trigger, equal ones counted once."""
    for line, count in Counter(map(_trigger, triggers)).items():
        yield f"{line} ({count})" if count > 1 else line


def _trigger(trigger: Trigger) -> str:
    words = [_WORDS.get(trigger.kind, trigger.native)]
    if trigger.cron:
        words.append(trigger.cron)
    words += [_short(one.text) for one in trigger.upstreams[:MAX_NAMES]]
    for said, one in (("", trigger.branches), ("tags ", trigger.tags), ("paths ", trigger.paths)):
        if one is not None:
            words.append(f"{said}{_patterns(one)}".rstrip())
    words = [word for word in words if word]
    return " ".join(words)


def _patterns(one: Filter) -> str:
    if [pattern.text for pattern in one.patterns] == ["**"] and not one.ignore:
        return ""  # all of them
    texts = [("!" if pattern.negated else "") + pattern.text for pattern in one.patterns]
    return ("not " if one.ignore else "") + (_listed(texts) or "none")


def _short(text: str) -> str:
    return text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1]}…"
