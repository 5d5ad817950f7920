"""Configurations that a setup workflow goes on with: what its mapping of paths gives to them.

The setup workflow looks which files were changed and starts the next configuration with
parameters; here the conditions of that one ask for the files themselves. Where it only hands
constants over, the next configuration has them.
https://circleci.com/docs/guides/orchestrate/using-dynamic-configuration/
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec
from msgspec import Struct

from ciconv.context import Context, Place
from ciconv.converters.circleci.triggers.paths import changed_paths
from ciconv.ir.expression import Call, Changes, Expr, Literal, Op, Semantics, Unary, constant
from ciconv.ir.job import Job, JobBase
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Argument, Checkout, Step, Use
from ciconv.profile import Feature, Outcome

_FILTER = ("circleci/path-filtering", "filter")
_CONTINUE = ("circleci/continuation", "continue")
_PATHS = {_FILTER: "config-path", _CONTINUE: "configuration_path"}
_USUAL = ".circleci/continue_config.yml"
_ROW = re.compile(r"(?P<regex>\S+)\s+(?P<name>[\w-]+)\s+(?P<value>\S+)")


class Continued(Struct, frozen=True, kw_only=True):
    """A configuration, and what is handed to it: parameters by name, each with what sets it."""

    path: str
    values: Mapping[str, Expr]  # what the parameter is
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
    use = next((one for one in _steps(job) if isinstance(one, Use) and _is_known(one)), None)
    if use is None or pipeline.condition is not None or job.choices[0].condition is not None:
        return None
    orb = (use.ref.name, use.ref.path or "")
    given = {one.name: one for one in use.arguments}
    said = constant(given[_PATHS[orb]].value) if _PATHS[orb] in given else _USUAL
    path = (said or "").removeprefix("./")
    if orb == _FILTER:
        values = _values_of_mapping(given.get("mapping"))
    else:
        values = _values_of_text(given.get("parameters")) if _is_alone(job, use) else None
    if path not in paths or values is None or not _is_of_all(pipeline):
        return None
    return Continued(path=path, values=values, use=use)


def _steps(job: JobBase) -> tuple[Step, ...]:
    return job.steps if isinstance(job, Job) else ()


def _is_known(step: Use) -> bool:
    return (step.ref.name, step.ref.path) in _PATHS and step.condition is None


def _is_alone(job: JobBase, use: Use) -> bool:
    """Whether no other step of a job could write the configuration that it goes on with."""
    return all(one is use or isinstance(one, Checkout) for one in _steps(job))


def _values_of_text(parameters: Argument | None) -> Mapping[str, Expr] | None:
    """The parameters that a text of JSON has; None where they are in a file, or worked out."""
    said = "{}" if parameters is None else constant(parameters.value)
    span = None if parameters is None else parameters.span
    try:
        found = msgspec.json.decode(said or "", type=dict[str, _Plain])
    except _NOT_PLAIN:
        return None
    return {name: Literal(value=value, span=span) for name, value in found.items()}


_Plain: TypeAlias = str | float | bool
_NOT_PLAIN = (msgspec.DecodeError, UnicodeError)


def _is_of_all(pipeline: Pipeline) -> bool:
    """Whether every branch starts it: what the next configuration asks for is all there is."""
    patterns = [
        pattern.text
        for one in pipeline.triggers
        if one.branches is not None
        for pattern in one.branches.patterns
    ]
    return all(one == "**" for one in patterns)


def _values_of_mapping(mapping: Argument | None) -> Mapping[str, Expr] | None:
    """The parameters that changed files set; None for a mapping that says something else.

    Of rows that set one parameter the last one counts whose files were changed.
    """
    said = None if mapping is None else constant(mapping.value)
    if mapping is None or not said:
        return None
    found: dict[str, list[tuple[_Plain, list[str]]]] = {}
    for row in (line.strip() for line in said.splitlines()):
        match = _ROW.fullmatch(row)
        if row and not row.startswith("#") and (match is None or match["value"][0] in "[{"):
            return None
        if match is not None:
            rows = found.setdefault(match["name"], [])
            value = _value(match["value"])
            if not rows or rows[-1][0] != value:
                rows.append((value, []))
            rows[-1][1].append(match["regex"])
    return {name: _set_by(rows, mapping) for name, rows in found.items()} or None


def _value(word: str) -> _Plain:
    try:
        found: _Plain = msgspec.json.decode(word, type=_Plain)
    except _NOT_PLAIN:
        return word
    return found


def _set_by(rows: list[tuple[_Plain, list[str]]], at: Argument) -> Expr:
    """What sets a parameter: a test of files, or a choice of values that lacks the default."""
    if len(rows) == 1 and isinstance(rows[0][0], bool):
        return _changes(tuple(rows[0][1]), rows[0][0], at)
    choices: list[Expr] = []
    for value, regexes in reversed(rows):
        choices += [_changes(tuple(regexes), True, at), Literal(value=value, span=at.span)]
    return Call(function="case", arguments=tuple(choices), span=at.span)


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
        _report_machines(tuple(job for job in pipeline.jobs if job not in jobs), pipeline, context)
        gone = {job.id for job in pipeline.jobs} - {job.id for job in jobs}
        if jobs:
            extras = tuple(one for one in pipeline.extras if one.key != "setup")
            yield replace(pipeline, jobs=tuple(_without(gone, one) for one in jobs), extras=extras)


def _report_machines(gone: tuple[JobBase, ...], pipeline: Pipeline, context: Context) -> None:
    """Say that nothing runs where the jobs ran that are gone."""
    for job in gone if context.expand else ():
        loss = Place(pipeline=pipeline.id).loss(Feature.TRIGGERS, Outcome.LOWERED)
        container = job.container if isinstance(job, Job) else None
        if container is not None:
            context.lose(loss, f"the job {job.id!r} is not needed, nor is its image", container)


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
    asks = "asks for the files itself" if done.use.ref.path == _FILTER[1] else "is read with them"
    said = f"{done.use.ref.written!r} needs no job: {done.path!r} {asks}"
    setup = (one for one in pipeline.extras if one.key == "setup")
    told = (one for one in done.use.arguments if one.name != "base-revision")
    for at in (pipeline, *setup, done.use, *told):
        context.lose(place.loss(Feature.TRIGGERS, Outcome.LOWERED), said, at)
    for one in done.use.arguments:
        if one.name == "base-revision":
            usual = constant(one.value)
            said = f"changed files are those of the push, not those that differ from {usual!r}"
            context.lose(place.loss(Feature.TRIGGERS, Outcome.APPROXIMATED), said, one)
