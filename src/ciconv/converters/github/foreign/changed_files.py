"""Jobs that ask which files were changed: a first job looks, and the others ask what it found.

`on: push: paths` holds for whole workflows alone; other systems have it for single jobs.
https://github.com/dorny/paths-filter
"""

import re
from collections.abc import Iterator

from ciconv.context import Context, Place
from ciconv.diagnostics import Diagnostics
from ciconv.ir.expression import (
    Binary,
    Call,
    Changes,
    Expr,
    Literal,
    Op,
    Ref,
    Template,
    both,
    constant,
    either,
    operation,
    opposite,
    text,
)
from ciconv.ir.filter import Filter, Pattern, PatternSyntax
from ciconv.ir.job import CallJob, Choice, Job, JobBase, Need, Permission, Runner
from ciconv.ir.naming import unused
from ciconv.ir.node import Node, replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import ActionRef, Argument, Checkout, Use
from ciconv.ir.trigger import Output
from ciconv.ir.walk import nodes, rewrite, steps_of
from ciconv.profile import Feature, Outcome
from ciconv.source import Source
from ciconv.syntax import yaml
from ciconv.syntax.node import Mapping, Scalar, Sequence, resolve

_ACTION, _VERSION = "dorny/paths-filter", "v3"
_STEP = "filter"
_NAMES = ("changes", "changed-files", "changed-paths")
_EVENT, _TAG = Ref(path=("event",)), Ref(path=("ref", "full"))


def with_changed_files(pipeline: Pipeline, context: Context) -> Pipeline:
    """Return the pipeline with a job that looks for changed files, where conditions ask for them.

    GitHub has them of pushes and pull requests; anything else counts as a change of all files.
    """
    filters = tuple(_filters(pipeline))
    name = next((one for one in _NAMES if all(one != job.id for job in pipeline.jobs)), None)
    if not filters or name is None:
        return pipeline
    asked = {
        one: Ref(path=("needs", name, "outputs", key)) for one, key in _keys(filters, pipeline)
    }
    jobs = tuple(_asking(job, name, asked, pipeline, context) for job in pipeline.jobs)
    return replace(pipeline, jobs=(_looking(name, asked), *jobs))


def _filters(pipeline: Pipeline) -> Iterator[Filter]:
    """The filters of paths that can be said, each once."""
    every = (node for job in pipeline.jobs for node in nodes(job) if isinstance(node, Changes))
    return iter(dict.fromkeys(one.filter for one in every if _is_sayable(one.filter)))


def _is_sayable(filter: Filter) -> bool:
    known = (one.syntax is PatternSyntax.GITLAB_GLOB or _is_ant(one) for one in filter.patterns)
    plain = not filter.ignore and not any(one.negated for one in filter.patterns)
    return plain and bool(filter.patterns) and all(known)


def _is_ant(pattern: Pattern) -> bool:
    """Whether it is a glob of Jenkins without signs that mean something to the action alone."""
    return pattern.syntax is PatternSyntax.ANT_GLOB and not re.search(
        r"[][{}()!+@\\]", pattern.text
    )


def _keys(filters: tuple[Filter, ...], pipeline: Pipeline) -> Iterator[tuple[Filter, str]]:
    """A name for each filter: that of the first job that asks for it."""
    taken: set[str] = set()
    for one in filters:
        job = next(job for job in pipeline.jobs if any(_is_of(node, one) for node in nodes(job)))
        name = re.sub(r"[^A-Za-z0-9_]+", "-", job.id).strip("-") or "files"
        name = name if name[0].isalpha() else f"files-{name}"
        key = unused(name, taken)
        taken.add(key)
        yield one, key


def _is_of(node: Node, filter: Filter) -> bool:
    return isinstance(node, Changes) and node.filter == filter


def _asking(
    job: JobBase, name: str, asked: dict[Filter, Ref], pipeline: Pipeline, context: Context
) -> JobBase:
    """A job whose conditions ask the job that has looked."""
    place = Place(pipeline=pipeline.id, job=job.id)

    def change(node: Node) -> Node:
        found = asked.get(node.filter) if isinstance(node, Changes) else None
        if found is None:
            return node
        loss = place.loss(Feature.EXPRESSION, Outcome.APPROXIMATED)
        said = f"the job {name!r} looks which files were changed, in a new branch since it began"
        context.lose(loss, said, node)
        return _equal(replace(found, span=node.span), "true")

    found = rewrite(job, change)
    if found is job:
        return job
    needs = (Need(job=name, span=job.span), *(job.needs or ()))
    return replace(found, needs=needs)


def _equal(left: Expr, value: str) -> Binary:
    right = Literal(value=value)
    return operation(Op.EQ, left, right)


def _looking(name: str, asked: dict[Filter, Ref]) -> Job:
    """The job that looks for changed files."""
    first = next(iter(asked))
    values = {
        ref.path[-1]: Ref(path=("steps", _STEP, "outputs", ref.path[-1])) for ref in asked.values()
    }
    outputs = tuple(
        Output(name=key, value=Template(parts=(_said(ref, one),)))
        for one, (key, ref) in zip(asked, values.items(), strict=True)
    )
    lines = [line for one, ref in asked.items() for line in _lines(ref.path[-1], one)]
    step = Use(
        id=_STEP,
        ref=ActionRef(
            format="github", name=_ACTION, version=_VERSION, written=f"{_ACTION}@{_VERSION}"
        ),
        condition=either(
            _equal(_EVENT, "pull_request"),
            both(_equal(_EVENT, "push"), _call("startsWith", _TAG, "refs/heads/")),
        ),
        arguments=(Argument(name="filters", value=text("\n".join((*lines, "")))),),
        span=first.span,
    )
    return Job(
        id=name,
        needs=(),
        permissions=tuple(
            Permission(scope=scope, access="read") for scope in ("contents", "pull-requests")
        ),
        runner=Runner(labels=(text("ubuntu-latest"),)),
        steps=(Checkout(span=first.span), step),
        outputs=outputs,
        span=first.span,
    )


def _said(ref: Ref, filter: Filter) -> Expr:
    """What was found; where nobody looks, all files count as changed to GitLab, none to Jenkins."""
    is_none = any(one.syntax is PatternSyntax.ANT_GLOB for one in filter.patterns)
    return ref if is_none else either(ref, Literal(value="true"))


def _lines(key: str, filter: Filter) -> Iterator[str]:
    yield f"{key}:"
    for one in filter.patterns:
        is_ant = one.syntax is PatternSyntax.ANT_GLOB
        glob = re.sub(r"/$", "/**", one.text) if is_ant else _written(one.text)
        quoted = glob.replace("'", "''")
        yield f"  - '{quoted}'"


def _written(glob: str) -> str:
    """A glob of GitLab as the action has it, where `**` at the end stands for all folders."""
    *folders, last = glob.removeprefix("/").split("/")
    parts = [one if one == "**" else one.replace("**", "*") for one in folders]
    return "/".join((*parts, last.replace("**", "*")))


def _read(glob: str) -> str:
    *folders, last = glob.split("/")
    parts = [one if one == "**" else one.replace("**", "*") for one in folders]
    return "/".join((*parts, "**/*" if last == "**" else last.replace("**", "*")))


def with_conditions_of_files(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline without jobs that only look for changed files: the way back."""
    for job in pipeline.jobs:
        known = _known(job)
        asking = [one for one in pipeline.jobs if _needs(one, job)] if known else []
        if asking and all(_asks_plainly(one, job, known) for one in asking):
            jobs = tuple(_without(one, job, known) for one in pipeline.jobs if one is not job)
            return with_conditions_of_files(replace(pipeline, jobs=jobs))
    return pipeline


def _needs(one: JobBase, job: JobBase) -> bool:
    return any(need.job == job.id for need in one.needs or ())


def _known(job: JobBase) -> dict[str, Expr]:
    """What the outputs of a job that does nothing but look say: each when it is true."""
    if not isinstance(job, Job) or job.choices != (Choice(),) or job.matrix or job.env or job.needs:
        return {}
    *others, step = job.steps or (None,)
    if not all(isinstance(one, Use) and one.ref.name == "actions/checkout" for one in others):
        return {}
    if not isinstance(step, Use) or step.ref.name != _ACTION or step.id is None:
        return {}
    if [one.name for one in step.arguments] != ["filters"]:
        return {}
    filters = dict(_read_filters(step.arguments[0]))
    found: dict[str, Expr] = {}
    for output in job.outputs:
        meaning = _meaning(output, step, filters)
        if meaning is None:
            return {}
        found[output.name] = meaning
    return found


def _read_filters(argument: Argument) -> Iterator[tuple[str, Filter]]:
    written = constant(argument.value)
    documents = yaml.parse(Source("", written or ""), Diagnostics())
    root = documents[0].root if documents else None
    for entry in root.entries if isinstance(root, Mapping) else ():
        node = resolve(entry.value)
        items = [resolve(one) for one in node.items] if isinstance(node, Sequence) else [node]
        texts = [one.text for one in items if isinstance(one, Scalar)]
        if len(texts) == len(items) and not any(one.startswith("!") for one in texts):
            patterns = tuple(
                Pattern(text=_read(one), syntax=PatternSyntax.GITLAB_GLOB, span=argument.span)
                for one in texts
            )
            yield entry.name, Filter(patterns=patterns, span=argument.span)


def _meaning(output: Output, step: Use, filters: dict[str, Filter]) -> Expr | None:
    parts = output.value.parts
    expr = parts[0] if len(parts) == 1 else None
    otherwise = (
        isinstance(expr, Binary) and expr.op is Op.OR and expr.right == Literal(value="true")
    )
    value = expr.left if isinstance(expr, Binary) and otherwise else expr
    if not isinstance(value, Ref) or value.path[:3] != ("steps", step.id, "outputs"):
        return None
    filter = filters.get(value.path[-1])
    if filter is None:
        return None
    changes = Changes(filter=filter, span=output.span)
    if step.condition is None:
        return changes
    return either(opposite(step.condition), changes) if otherwise else both(step.condition, changes)


def _asks_plainly(one: JobBase, job: JobBase, known: dict[str, Expr]) -> bool:
    """Whether a job asks another for nothing but what its outputs say, in conditions."""
    steps = steps_of(one.steps) if isinstance(one, Job) else ()
    values = (*one.choices, *one.env, *(step.condition for step in steps if step.condition))
    plain = sum(_output(node, job) in known for value in values for node in nodes(value))
    every = sum(_is_about(node, job) for node in nodes(one))
    return plain == every and isinstance(one, Job | CallJob)


def _is_about(node: Node, job: JobBase) -> bool:
    return isinstance(node, Ref) and node.path[0] == "needs" and job.id in (*node.path[1:2], "*")


def _output(node: Node, job: JobBase) -> str | None:
    """The output of a job that a comparison asks for."""
    if not isinstance(node, Binary) or node.op not in (Op.EQ, Op.NE):
        return None
    left, right = node.left, node.right
    if not isinstance(left, Ref) or right != Literal(value="true"):
        return None
    return left.path[3] if left.path[:3] == ("needs", job.id, "outputs") else None


def _without(one: JobBase, job: JobBase, known: dict[str, Expr]) -> JobBase:
    def change(node: Node) -> Node:
        name = _output(node, job)
        if name is None or not isinstance(node, Binary):
            return node
        found = replace(known[name], span=node.span)
        return found if node.op is Op.EQ else opposite(found)

    if not _needs(one, job):
        return one
    needs = tuple(need for need in one.needs or () if need.job != job.id)
    return replace(rewrite(one, change), needs=needs)


def _call(function: str, value: Expr, word: str) -> Expr:
    return Call(function=function, arguments=(value, Literal(value=word)), span=value.span)
