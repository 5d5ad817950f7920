"""What only the whole of a pipeline tells: its events, its variables, conditions not needed."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from ciconv.converters.gitlab.expressions.junctions import all_of
from ciconv.converters.gitlab.expressions.variables import (
    EVENT,
    Variable,
    Variables,
    asked,
    settable,
)
from ciconv.converters.gitlab.jobs.ruling import env_var
from ciconv.converters.gitlab.steps.checkout import KEYWORDS
from ciconv.converters.gitlab.triggers.read import Workflow, holds_always, read_triggers
from ciconv.ir.choices import single
from ciconv.ir.expression import Binary, Expr, Literal, Ref, Template, conjuncts, text, walk
from ciconv.ir.job import Choice, Job
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import EnvVar
from ciconv.ir.trigger import EventKind, Input, Trigger, Word
from ciconv.syntax.node import Mapping as Tree


class Parts(Struct, frozen=True, kw_only=True):
    """What was read. `seen`: by job, the shared variables it sees; None: all."""

    jobs: tuple[Job, ...]
    seen: Mapping[str, frozenset[str] | None]
    variables: Variables
    workflow: Workflow
    root: Tree


def finished(pipeline: Pipeline, parts: Parts) -> Pipeline:
    """Return the pipeline with its jobs, events and variables."""
    outer = parts.workflow.condition
    own = tuple(one for one in parts.jobs if one.id in parts.seen)  # the others stand for files
    named = frozenset(_events(parts))
    triggers = read_triggers(own, outer, parts.root, named)
    if not triggers:  # jobs of files that are not at hand may be in any pipeline
        triggers = read_triggers(parts.jobs, outer, parts.root, named)
    env = tuple(env_of(parts))
    seen_by_all = [one for one in env if all(_sees(parts, job, one) for job in parts.jobs)]
    jobs = tuple(_finished_job(one, parts, env, triggers) for one in parts.jobs)
    return replace(
        pipeline,
        jobs=jobs,
        run_name=parts.workflow.name,
        triggers=triggers,
        condition=None if outer is None or holds_always(outer, triggers) else outer,
        inputs=tuple(_inputs(parts.variables)),
        env=tuple(seen_by_all),
    )


def _sees(parts: Parts, job: Job, variable: EnvVar) -> bool:
    seen = parts.seen.get(job.id)
    return seen is None or variable.name in seen


def _finished_job(
    job: Job, parts: Parts, env: tuple[EnvVar, ...], triggers: tuple[Trigger, ...]
) -> Job:
    own = {one.name for one in job.env}
    further: list[EnvVar] = []
    for one in env:
        shared = all(_sees(parts, other, one) for other in parts.jobs)
        if not shared and _sees(parts, job, one) and one.name not in own:
            further.append(one)
    choices = tuple(_relieved(one, triggers) for one in job.choices)
    return replace(job, choices=choices, env=(*further, *job.env))


def _relieved(choice: Choice, triggers: tuple[Trigger, ...]) -> Choice:
    """The choice without conditions that hold for every event that starts the pipeline."""
    kept = [one for one in conjuncts(choice.condition) if not holds_always(one, triggers)]
    if len(kept) == len(conjuncts(choice.condition)):
        return choice
    return replace(choice, condition=all_of(kept))


def _events(parts: Parts) -> Iterator[str]:
    """The kinds of pipelines that conditions name."""
    conditions = [choice.condition for job in parts.jobs for choice in job.choices]
    for condition in (*conditions, parts.workflow.condition):
        for one in () if condition is None else walk(condition):
            match one:
                case Binary(left=Ref(path=path), right=Literal(value=word)) if path == EVENT:
                    yield str(word)


def env_of(parts: Parts) -> Iterator[EnvVar]:
    """Yield the shared variables, with the values that rules of `workflow` give them."""
    variables = parts.variables
    ruling = parts.workflow.ruling
    given = {} if ruling is None else {v.name: v for r in ruling.rules for v in r.variables}
    for name, one in (given | dict(variables.shared)).items():
        if name not in KEYWORDS:
            found = _value(one, variables)
            yield replace(found, value=_chosen(found, parts)) if name in given else found


def _value(variable: Variable, variables: Variables) -> EnvVar:
    found = env_var(variable, variables)
    value: Expr | None = None
    if variable.input:
        value = asked(variable, found.span)
    elif variable.name in variables.asked:
        value = settable(variable, found.span)
    return (
        found if value is None else replace(found, value=Template(parts=(value,), span=found.span))
    )


def _chosen(variable: EnvVar, parts: Parts) -> Template:
    """The value that the first rule with it gives, else the one that is written."""
    shared = parts.variables.shared.get(variable.name)
    value = Literal(value="") if shared is None else single(variable.value)
    if parts.workflow.ruling is not None:
        ruling = parts.workflow.ruling
        value = ruling.value(variable.name, parts.variables, value, variable.span)
    return Template(parts=(value,), span=variable.span)


def _inputs(variables: Variables) -> Iterator[Input]:
    """The variables that whoever starts a pipeline by hand is asked for."""
    for one in variables.shared.values():
        if one.input:
            yield Input(
                name=one.name,
                type="choice" if one.options else "string",
                description=one.description,
                default=text(one.text),
                options=tuple(Word(text=o.text, span=o.span) for o in one.options),
                of=EventKind.MANUAL,
                span=one.entry.span,
                comments=one.comments,
            )
