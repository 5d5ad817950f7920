"""Configurations that a setup workflow goes on with: what its mapping of paths gives to them.

The setup workflow looks which files were changed and starts the next configuration with
parameters; here the conditions of that one ask for the files themselves.
https://circleci.com/docs/guides/orchestrate/using-dynamic-configuration/
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.circleci.triggers.paths import changed_paths
from ciconv.ir.expression import Changes, Expr, Op, Semantics, Unary, constant
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Argument, Checkout, Step, Use
from ciconv.profile import Feature, Outcome

_ORB = ("circleci/path-filtering", "filter")
_USUAL = ".circleci/continue_config.yml"
_ROW = re.compile(r"(?P<regex>\S+)\s+(?P<name>[\w-]+)\s+(?P<value>true|false)")


class Continued(Struct, frozen=True, kw_only=True):
    """A configuration, and what is handed to it: parameters by name, each with what sets it."""

    path: str
    values: Mapping[str, Expr]  # whether the parameter is true; it is false otherwise
    use: Use


def continued(pipelines: tuple[Pipeline, ...], paths: tuple[str, ...]) -> Continued | None:
    """Return what the setup workflow of a repository goes on with; None where nobody can tell."""
    for pipeline in pipelines:
        if not any(one.key == "setup" for one in pipeline.extras):
            continue
        for job in pipeline.jobs:
            found = _of_job(job, pipeline, paths)
            if found is not None:
                return found
    return None


def _of_job(job: JobBase, pipeline: Pipeline, paths: tuple[str, ...]) -> Continued | None:
    use = next((one for one in _steps(job) if isinstance(one, Use) and _is_filter(one)), None)
    if use is None or pipeline.condition is not None or job.choices[0].condition is not None:
        return None
    given = {one.name: one for one in use.arguments}
    said = constant(given["config-path"].value) if "config-path" in given else _USUAL
    path = (said or "").removeprefix("./")
    values = _values(given.get("mapping"))
    if path not in paths or values is None or not _is_of_all(pipeline):
        return None
    return Continued(path=path, values=values, use=use)


def _steps(job: JobBase) -> tuple[Step, ...]:
    return job.steps if isinstance(job, Job) else ()


def _is_filter(step: Use) -> bool:
    return (step.ref.name, step.ref.path) == _ORB and step.condition is None


def _is_of_all(pipeline: Pipeline) -> bool:
    """Whether every branch starts it: what the next configuration asks for is all there is."""
    patterns = [
        pattern.text
        for one in pipeline.triggers
        if one.branches is not None
        for pattern in one.branches.patterns
    ]
    return all(one == "**" for one in patterns)


def _values(mapping: Argument | None) -> Mapping[str, Expr] | None:
    """The parameters of a mapping; None where one has other values than true and false."""
    said = None if mapping is None else constant(mapping.value)
    rows = [line.strip() for line in (said or "").splitlines()]
    regexes: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        match = _ROW.fullmatch(row)
        if match is not None:
            regexes.setdefault((match["name"], match["value"]), []).append(match["regex"])
        elif row and not row.startswith("#"):
            return None
    names = [name for name, _ in regexes]
    if mapping is None or not names or len(set(names)) < len(names):
        return None
    return {
        name: _changes(tuple(found), value == "true", mapping)
        for (name, value), found in regexes.items()
    }


def _changes(regexes: tuple[str, ...], is_true: bool, at: Argument) -> Expr:
    assert at.span is not None
    asked = Changes(filter=changed_paths(regexes, at.span), span=at.span)
    if is_true:
        return asked
    return Unary(op=Op.NOT, operand=asked, semantics=Semantics.CIRCLECI, span=at.span)


def without_setup(
    pipelines: tuple[Pipeline, ...], done: Continued, context: Context
) -> Iterator[Pipeline]:
    """Yield the pipelines without the job that only starts the next configuration."""
    for pipeline in pipelines:
        jobs = tuple(job for job in pipeline.jobs if not _is_done(job, done))
        if len(jobs) == len(pipeline.jobs):
            yield pipeline
            continue
        _report(pipeline, done, context)
        gone = {job.id for job in pipeline.jobs} - {job.id for job in jobs}
        if jobs:
            extras = tuple(one for one in pipeline.extras if one.key != "setup")
            yield replace(pipeline, jobs=tuple(_without(gone, one) for one in jobs), extras=extras)


def _is_done(job: JobBase, done: Continued) -> bool:
    steps = _steps(job)
    others = [one for one in steps if one is not done.use and not isinstance(one, Checkout)]
    return any(one is done.use for one in steps) and not others


def _without(gone: set[str], job: JobBase) -> JobBase:
    return replace(job, needs=tuple(one for one in job.needs or () if one.job not in gone))


def _report(pipeline: Pipeline, done: Continued, context: Context) -> None:
    if not context.expand:
        return
    place = Place(pipeline=pipeline.id)
    said = f"{done.use.ref.written!r} needs no job: {done.path!r} asks for the files itself"
    setup = (one for one in pipeline.extras if one.key == "setup")
    told = (one for one in done.use.arguments if one.name != "base-revision")
    for at in (pipeline, *setup, done.use, *told):
        context.lose(place.loss(Feature.TRIGGERS, Outcome.LOWERED), said, at)
    for one in done.use.arguments:
        if one.name == "base-revision":
            said = f"files are compared with those before the push, not of {constant(one.value)!r}"
            context.lose(place.loss(Feature.TRIGGERS, Outcome.APPROXIMATED), said, one)
