"""The jobs of a workflow: those it lists, those of a matrix, of groups and of orbs."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace as changed

from ciconv.context import Context
from ciconv.converters.circleci.expressions.read import read_template
from ciconv.converters.circleci.jobs.entries import Listed, of_cell, read_list
from ciconv.converters.circleci.jobs.matrix import Cells, cell_name, matrix_of, symbols
from ciconv.converters.circleci.jobs.read import Ask, Made, orb_job, read_job, with_type
from ciconv.converters.circleci.reuse.config import Config
from ciconv.converters.circleci.reuse.parameters import declared
from ciconv.converters.circleci.reuse.scope import Frame, OrbRef, Scope
from ciconv.converters.circleci.triggers.filters import Reach, read_filters
from ciconv.converters.fields import Fields
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import Expr, Ref, constant, text
from ciconv.ir.job import ApprovalJob, Job, JobBase, Need
from ciconv.ir.naming import unused
from ciconv.ir.node import replace
from ciconv.ir.step import Extra, Run
from ciconv.ir.walk import nodes
from ciconv.syntax.node import Entry, Mapping, Scalar, Sequence

MAX_JOBS = 1000

# keys of a definition that have to be known before the jobs of a matrix are told apart
_FIXED = ("executor", "resource_class", "machine", "macos", "parallelism")


class Instance(Struct, frozen=True, kw_only=True):
    """One job of a workflow, the names it is needed by, and what it runs for."""

    job: JobBase
    names: tuple[str, ...]
    needs: tuple[Need, ...]
    reach: Reach


def read_instances(listed: tuple[Listed, ...], config: Config) -> tuple[Instance, ...]:
    """Return the jobs of a workflow in the order they are listed, names made unique."""
    found: list[Instance] = []
    taken: set[str] = set()
    needed = {need.job for one in listed for need in one.needs}
    for one in listed:
        for instance in _instances(one, needed, config):
            if len(found) >= MAX_JOBS:
                config.context.diagnostics.error(
                    "too-many-jobs", f"a workflow has more than {MAX_JOBS} jobs", one.span
                )
                return tuple(found)
            found.append(_unique(instance, taken))
    return tuple(found)


def _unique(instance: Instance, taken: set[str]) -> Instance:
    own = instance.job.id
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", own).strip("-") or "job"
    name = unused(plain, taken, first=1)
    taken.add(name)
    if name == own:
        return instance
    title = instance.job.name
    if title is None and plain != own:  # elsewhere names have fewer signs
        title = text(own, of=instance.job)
    job = replace(instance.job, id=name, name=title)
    return changed(instance, job=job, names=(*instance.names, name))


def _instances(one: Listed, needed: set[str], config: Config) -> tuple[Instance, ...]:
    groups = config.groups
    if one.job in groups and one.job not in config.scope.jobs:
        return _group(one, groups[one.job], config)
    if one.matrix is None:
        return (_instance(one, config),)
    _take_values(one, one.matrix, config)
    rows = one.matrix.rows()
    group = one.matrix.alias or one.job
    names = [cell_name(one.name, row) for row in rows]
    if not needed.intersection(names) and _can_share(one, config):
        whole = changed(one, arguments=(*one.arguments, *symbols(one.matrix)))
        made = _instance(whole, config, cells=True)
        title = None
        if "<<" in one.name:
            written = Scalar(text=one.name, value=one.name, span=one.span)
            title = read_template(written, config.context)
        job = replace(made.job, id=group, name=title, matrix=_matrix(made.job, one))
        return (changed(made, job=job, names=(group,)),)
    found = []
    for name, row in zip(names, rows, strict=True):
        cell = changed(of_cell(one, row), name=name, arguments=(*one.arguments, *row))
        made = _instance(cell, config)
        found.append(changed(made, names=(*made.names, group)))
    return tuple(found)


def _take_values(one: Listed, matrix: Cells, config: Config) -> None:
    """Check the values of a matrix by the types of the parameters they are given to."""
    definition = config.scope.jobs.get(one.job)
    body = None if definition is None else definition.value
    node = body.get("parameters") if isinstance(body, Mapping) else None
    known = {each.name: each for each in declared(node, config.context)}
    for axis in matrix.axes:
        for value in matrix.values(axis):
            if axis.name in known:
                config.expander.binder.take(known[axis.name], value)


def _matrix(job: JobBase, one: Listed) -> object:
    """The matrix, with the axis of `parallelism` behind those of the parameters."""
    if one.matrix is None:
        return job.matrix
    matrix = matrix_of(one.matrix)
    if job.matrix is None:
        return matrix
    return replace(matrix, axes=(*matrix.axes, *job.matrix.axes))


def _can_share(one: Listed, config: Config) -> bool:
    """Whether all cells are one job but for their values: tried out, without a word."""
    quiet = config._replace(context=_silent(config.context))
    names = {axis.name for axis in one.matrix.axes} if one.matrix else set()
    definition = config.scope.jobs.get(one.job)
    body = None if definition is None else definition.value
    for key in _FIXED:
        part = body.get(key) if isinstance(body, Mapping) else None
        if part is not None and _speaks(part, names, key):
            return False
    if any("<<" in context.text for context in one.contexts):
        return False
    if any(_has_structure(axis) for axis in (one.matrix.axes if one.matrix else ())):
        return False
    whole = changed(one, arguments=(*one.arguments, *(symbols(one.matrix) if one.matrix else ())))
    made = _instance(whole, quiet, cells=True)
    return not quiet.context.diagnostics.has_errors and _is_plain(made.job)


def _silent(context: Context) -> Context:
    from msgspec.structs import replace as with_changes

    return with_changes(context, diagnostics=Diagnostics())


def _has_structure(axis: Entry) -> bool:
    items = axis.value.items if isinstance(axis.value, Sequence) else (axis.value,)
    return any(not isinstance(item, Scalar) for item in items)


def _speaks(part: object, names: set[str], key: str) -> bool:
    """Whether a part that has to be fixed depends on a parameter of the matrix."""
    if key == "executor" and isinstance(part, Mapping):
        part = part.get("name")  # what the executor is handed may differ from cell to cell
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar) and any(f"parameters.{one}" in node.text for one in names):
            return True
        if isinstance(node, Mapping):
            waiting += [entry.value for entry in node.entries]
        elif isinstance(node, Sequence):
            waiting += node.items
    return False


def _is_plain(job: JobBase) -> bool:
    """Whether nothing that has to be known before the run is a value of the matrix."""
    if not isinstance(job, Job):
        return False
    size = "" if job.runner is None else job.runner.size or ""
    fixed = (size, *(() if job.runner is None else map(_shown, job.runner.labels)))
    if any("<< matrix." in one for one in fixed):
        return False
    runs = (one for step in job.steps for one in nodes(step) if isinstance(one, Run))
    return not any("<< matrix." in _shown(run.shell) for run in runs if run.shell is not None)


def _shown(template: Expr) -> str:
    found = []
    for one in nodes(template):
        if isinstance(one, Ref):
            found.append(f"<< {'.'.join(one.path)} >>")
        value = getattr(one, "value", None)
        if isinstance(value, str):
            found.append(value)
    return "".join(found)


def _instance(one: Listed, config: Config, *, cells: bool = False) -> Instance:
    made = _job(one, config, cells=cells)
    reach = one.reach
    if one.filters is None and made.branches is not None:  # of version 2.0
        key = Scalar(text="filters", value="filters", span=made.branches.span)
        outer = Mapping(entries=(made.branches,), span=made.branches.span)
        reach = read_filters(Entry(key=key, value=outer), config.context)
    job = replace(
        made.job,
        contexts=one.contexts,
        concurrency=one.concurrency,
        extras=(*made.job.extras, *one.extras),
        comments=tuple(dict.fromkeys((*one.comments, *made.job.comments))),
        span=one.span,
    )
    return Instance(
        job=_of_type(one.type or made.type, job), names=(one.name,), needs=one.needs, reach=reach
    )


def _job(one: Listed, config: Config, *, cells: bool) -> Made:
    if one.type == "approval":
        _report_arguments(one, config, "an approval")
        return Made(job=Job(id=one.name, span=one.span), type="approval")
    alias, slash, inner = one.job.partition("/")
    orb = config.scope.orbs.get(alias) if slash else None
    if isinstance(orb, OrbRef):
        config.usage.use(orb.entry)
        known = config.expander.known.find("jobs", inner, orb, one.span)
        if known is None:
            return _of_orb(one, orb, inner, config)
        orb = known
    scope = orb if isinstance(orb, Scope) else config.scope
    definition = scope.jobs.get(inner if isinstance(orb, Scope) else one.job)
    if definition is None:
        _report_unknown(one, config)
        return Made(job=Job(id=one.name, span=one.span))
    ask = Ask(
        id=one.name,
        definition=definition,
        scope=scope,
        arguments=one.arguments,
        frame=Frame(config.scope),
        before=one.before,
        after=one.after,
        span=one.span,
        cells=cells,
    )
    return read_job(ask, config)


def _of_orb(one: Listed, orb: OrbRef, name: str, config: Config) -> Made:
    """A job of an orb that is not at hand, with the steps that were put around it."""
    from ciconv.converters.circleci.shells import default_shell
    from ciconv.converters.circleci.steps.place import Place
    from ciconv.converters.circleci.steps.read import StepReader

    at = Scalar(text=one.job, value=one.job, span=one.span)
    job = orb_job(one.name, orb, name, one.arguments, at)
    reader = StepReader(one.name, Place(), default_shell("linux", None), config.context)
    before, after = reader.steps(one.before), reader.steps(one.after)
    return Made(job=replace(job, steps=(*before, *job.steps, *after)))


def _report_arguments(one: Listed, config: Config, what: str) -> None:
    for entry in one.arguments:
        config.context.diagnostics.warning(
            "unknown-key", f"{entry.name!r} is not a key of {what}", entry.span
        )


def _report_unknown(one: Listed, config: Config) -> None:
    from difflib import get_close_matches

    close = get_close_matches(one.job, sorted(config.scope.jobs), 1)
    config.context.diagnostics.error(
        "unknown-job",
        f"{one.job!r} is not a job",
        one.span,
        help=f"did you mean {close[0]!r}?" if close else "declare it under 'jobs'",
    )


def _of_type(kind: str, job: Job) -> JobBase:
    """A job as its type has it: one that waits for a person, one that does nothing."""
    from ciconv.ir.node import shared

    if kind == "approval":
        return ApprovalJob(**shared(job, JobBase))
    if kind == "no-op":
        return replace(job, steps=job.steps or (Run(script=text("true"), span=job.span),))
    if kind in ("", "build"):
        return job
    return with_type(kind, job)


def _group(one: Listed, group: Entry, config: Config) -> tuple[Instance, ...]:
    """The jobs of a group: its first ones wait for what the group waits for."""
    config.usage.use(group)
    fields = Fields(group.value, config.context, f"the group {one.job!r}")
    listed = read_list(fields.node("jobs"), config, f"the group {one.job!r}")
    fields.leftovers("circleci")
    _report_arguments(one, config, "a group of jobs")
    extras = (*one.extras, *_turns_of_all(one))
    inner = [
        changed(
            each,
            name=f"{one.name}-{each.name}",
            needs=tuple(replace(need, job=f"{one.name}-{need.job}") for need in each.needs)
            or one.needs,
            filters=each.filters or one.filters,
            reach=each.reach if each.filters is not None else one.reach,
            contexts=tuple(dict.fromkeys((*one.contexts, *each.contexts))),
            extras=(*each.extras, *(() if number else extras)),
        )
        for number, each in enumerate(listed)
        if each.job not in config.groups
    ]
    found = (made for each in inner for made in _instances(each, set(), config))
    return tuple(changed(made, names=(*made.names, one.name)) for made in found)


def _turns_of_all(one: Listed) -> Iterator[Extra]:
    """The turns that a group takes as one: its jobs, each with a turn of its own, would be more."""
    if one.concurrency is not None:
        at = one.concurrency.group
        value = Scalar(text=constant(at) or "", value=constant(at) or "", span=at.span or one.span)
        yield Extra(format="circleci", key="serial-group", value=value, span=at.span)
