"""Versions of tools that variables hold: `${{ env.GO_VERSION }}` is what the file says it is.

An image and a package have to be picked before a script runs. A variable counts as known if its
value is a text, or of a matrix, and no script of the job hands on another one by its name.
"""

import re
from collections.abc import Mapping

from ciconv.catalog.catalog import Catalog
from ciconv.ir.expression import Ref, Template, constant, constant_text
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Argument, Run, Step, Use
from ciconv.ir.walk import nodes


def with_known_versions(job: Job, pipeline: Pipeline, format: str, catalog: Catalog) -> Job:
    """Return the job, the inputs that pick a tool's image or package with their values."""
    if not any(_asks(one) for one in job.steps):
        return job
    known = known_variables(job, pipeline)
    if not known:
        return job
    return replace(job, steps=tuple(_step(one, known, format, catalog) for one in job.steps))


def _asks(step: Step) -> bool:
    return isinstance(step, Use) and any(_variable(one.value) for one in step.arguments)


def _variable(value: Template) -> str:
    """The variable that a value is, if it is one and nothing else."""
    match value.parts:
        case (Ref(path=("env", name)),):
            return name
    return ""


def known_variables(job: Job, pipeline: Pipeline) -> dict[str, Template]:
    """Return the variables of a job whose values are known before it runs."""
    scripts = [constant_text(one.script) for one in nodes(job) if isinstance(one, Run)]
    handed_on = "\n".join(one for one in scripts if "GITHUB_ENV" in one)
    found: dict[str, Template] = {}
    for one in (*pipeline.env, *job.env):
        found.pop(one.name, None)
        is_known = constant(one.value) is not None or _is_of_matrix(one.value)
        if is_known and not re.search(rf"\b{re.escape(one.name)}(=|<<)", handed_on):
            found[one.name] = one.value
    return found


def _is_of_matrix(value: Template) -> bool:
    match value.parts:
        case (Ref(path=("matrix", *_)),):
            return True
    return False


def _step(step: Step, known: Mapping[str, Template], format: str, catalog: Catalog) -> Step:
    if not isinstance(step, Use) or not _asks(step):
        return step
    tool = catalog.tool_for(step.ref.format, step.ref.whole_name)
    column = None if tool is None else tool.column(format)
    source = None if tool is None else tool.source(step.ref.format)
    if column is None or source is None:
        return step
    own = {one.name for one in step.env}

    def value(one: Argument) -> Argument:
        found = _variable(one.value)
        picks = source.canonical_input(one.name) in column.picks
        if not picks or found in own or found not in known:
            return one
        return replace(one, value=replace(known[found], span=one.value.span))

    return replace(step, arguments=tuple(map(value, step.arguments)))
