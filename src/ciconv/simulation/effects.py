"""Which fields of a plan a reported loss may change."""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from functools import partial

from msgspec.structs import replace

from ciconv.diagnostics import Diagnostic, Loss
from ciconv.passes.own_folders import is_collected
from ciconv.profile import Feature, Outcome
from ciconv.simulation.compare.difference import BY_JOBS, Difference, Field
from ciconv.simulation.compare.matching import plain_name
from ciconv.simulation.named import speaks_of
from ciconv.simulation.shelves import Shelf
from ciconv.source import Span

_STEP = frozenset(
    {
        Field.STEP,
        Field.ORDER,
        Field.USES,
        Field.ARGUMENTS,
        Field.SCRIPT,
        Field.SHELL,
        Field.ENV,
        Field.DIRECTORY,
        Field.CONDITION,
        Field.STATE,  # what a condition comes to
        Field.TIMEOUT,
        Field.MAY_FAIL,
        Field.EXTRA,
    }
)
_JOB = _STEP | {
    Field.JOB,
    Field.MATRIX,
    Field.CALL,
    Field.SECRETS,
    Field.RUNNER,
    Field.CONTAINER,
    Field.SERVICES,
    Field.OUTPUTS,
    Field.FAIL_FAST,
    Field.MAX_PARALLEL,
    Field.STATE,
}
_TEXTS = frozenset(
    {
        Field.SCRIPT,
        Field.ENV,
        Field.ARGUMENTS,
        Field.CONDITION,
        Field.STATE,
        Field.DIRECTORY,
        Field.OUTPUTS,
        Field.TIMEOUT,
        Field.MAY_FAIL,
        Field.CONTAINER,
        Field.SERVICES,
        Field.RUNNER,
        Field.CALL,
    }
)

EFFECTS: dict[Feature, frozenset[Field]] = {
    Feature.TRIGGERS: frozenset({Field.STARTS, Field.INPUTS, Field.PIPELINE}),
    Feature.PERMISSIONS: frozenset({Field.PERMISSIONS}),
    Feature.JOB_PERMISSIONS: frozenset({Field.PERMISSIONS}),
    Feature.CONCURRENCY: frozenset({Field.CONCURRENCY, Field.INTERRUPTIBLE, Field.EXTRA}),
    Feature.JOB_CONCURRENCY: frozenset({Field.CONCURRENCY, Field.EXTRA}),  # Jenkins: a lock
    Feature.RUN_NAME: frozenset({Field.RUN_NAME}),
    Feature.ENVIRONMENT: frozenset({Field.ENVIRONMENT}),
    Feature.ENVIRONMENTS: frozenset({Field.ENVIRONMENT}),
    Feature.SECRET: frozenset({Field.SECRETS, Field.ENV}),  # the variable that holds it
    Feature.VARIABLE: _TEXTS | {Field.RUN_NAME, Field.ENVIRONMENT, Field.CONCURRENCY},
    Feature.VARIABLE_NAME: _TEXTS | {Field.ENV, Field.INPUTS},
    Feature.INPUT: frozenset({Field.INPUTS, *_TEXTS}),
    Feature.RUNNER: _TEXTS | {Field.RUNNER, Field.SHELL},
    Feature.MACHINE_SIZE: frozenset({Field.RUNNER}),
    Feature.CONTAINER: frozenset({Field.CONTAINER}),
    Feature.SERVICE: frozenset({Field.SERVICES, Field.ENV}),  # variables may say where it is
    Feature.MATRIX: frozenset({Field.MATRIX, Field.JOB}),
    Feature.DYNAMIC_MATRIX: _JOB,
    Feature.FAIL_FAST: frozenset({Field.FAIL_FAST, Field.EXTRA}),  # Jenkins: a key of a stage
    Feature.MAX_PARALLEL: frozenset({Field.MAX_PARALLEL}),
    Feature.CALL: _JOB,
    Feature.CALL_OUTPUT: _TEXTS,
    Feature.TOOL: _STEP,
    Feature.TOOL_INPUT: frozenset({Field.ARGUMENTS, Field.SCRIPT, Field.ENV}),
    Feature.TOOL_VERSION: frozenset({Field.USES, Field.ARGUMENTS, Field.SCRIPT}),
    Feature.CHECKOUT: _STEP,
    Feature.CACHE: _STEP,
    Feature.ARTIFACT: _STEP,
    Feature.REPORT: _STEP,
    Feature.OUTPUT: frozenset({Field.OUTPUTS, Field.SCRIPT}),
    Feature.EXPRESSION: _STEP | _TEXTS,
    Feature.CANCELLED: frozenset({Field.CONDITION, Field.STATE}),
    Feature.SHELL: frozenset({Field.SHELL, Field.SCRIPT, Field.STEP, Field.USES}),
    Feature.BACKGROUND: frozenset({Field.BACKGROUND, *_STEP}),
    Feature.PARALLEL_STEPS: frozenset({Field.PARALLEL, Field.ORDER}),
    Feature.TIMEOUT: frozenset({Field.TIMEOUT}),
    Feature.CANCEL_TIMEOUT: frozenset({Field.CANCEL_TIMEOUT}),
    Feature.EXTRA: frozenset({Field.EXTRA}),
    Feature.COSMETIC: frozenset({Field.EXTRA}),
    Feature.FILTER: frozenset({Field.STARTS}),
    Feature.STAGE: frozenset({Field.NEEDS, Field.CONDITION}),  # which asks more jobs how they went
    Feature.CHOICE: frozenset(
        {Field.STATE, Field.CONDITION, Field.ENV, Field.MAY_FAIL, Field.STEP}
    ),
    Feature.MANUAL_START: frozenset(
        {Field.STATE, Field.JOB, Field.NEEDS, Field.ENVIRONMENT, Field.CONDITION}
    ),
    Feature.DELAYED_START: frozenset({Field.STATE}),
    Feature.EXIT_CODE: frozenset({Field.MAY_FAIL}),
    Feature.INTERRUPTIBLE: frozenset({Field.INTERRUPTIBLE}),
    Feature.RETRY: frozenset({Field.RETRY}),
    Feature.APPROVAL: _JOB | {Field.ENVIRONMENT, Field.PERMISSIONS},
    Feature.FINALLY: frozenset({Field.ORDER, Field.CONDITION}),
    Feature.CONTEXT: frozenset({Field.SECRETS, Field.ENV}),
}


# a loss of these stands at the step it is about, and may put others beside it
_OF_A_STEP = frozenset(
    {
        Feature.TOOL,
        Feature.TOOL_INPUT,
        Feature.TOOL_VERSION,
        Feature.CHECKOUT,
        Feature.CACHE,
        Feature.ARTIFACT,
        Feature.REPORT,
        Feature.SHELL,
        Feature.BACKGROUND,
        Feature.EXPRESSION,
    }
)
_OF_FILES = frozenset({Feature.CACHE, Feature.ARTIFACT})
# a loss of these changes the texts, and the conditions, that speak of a value
_OF_A_VALUE = frozenset(
    {Feature.VARIABLE, Feature.VARIABLE_NAME, Feature.INPUT, Feature.CONTEXT, Feature.CALL_OUTPUT}
)
_ADDS_STEPS = frozenset(
    {
        Feature.VARIABLE,  # a command that sets it
        Feature.CHOICE,  # a value that nothing computes
        *_OF_A_STEP,
        Feature.ENVIRONMENTS,
        Feature.APPROVAL,
        Feature.MANUAL_START,
        Feature.CONTAINER,
        Feature.SERVICE,
        Feature.CALL,
        Feature.DYNAMIC_MATRIX,
        Feature.OUTPUT,
    }
)


def by_field(losses: Iterable[Diagnostic]) -> dict[Field, Shelf]:
    """Return the losses that may account for a difference, by its field."""
    lost = [one for one in losses if one.loss is not None]
    return {field: Shelf([one for one in lost if _may_change(one.loss, field)]) for field in Field}


def _may_change(loss: Loss | None, field: Field) -> bool:
    if loss is None:
        return False
    is_start = field is Field.STARTS and loss.feature is Feature.EXPRESSION
    is_step = field is Field.STEP and loss.feature in _ADDS_STEPS
    return is_start or is_step or field in _effects_of(loss)


def _effects_of(loss: Loss) -> frozenset[Field]:
    if loss.feature is Feature.SHELL and loss.outcome is Outcome.MANUAL:
        return _STEP  # nothing there can read the script, so that the step fails
    return EFFECTS.get(loss.feature, frozenset())


def explaining(
    difference: Difference,
    losses: Mapping[Field, Shelf],
    *,
    of_machine: bool = True,
    in_steps: Container[Span] = (),
) -> Diagnostic | None:
    """Return a loss that accounts for a difference: of its node, or of one it stands in.

    `losses` are those of `by_field`. `of_machine`: the difference is gone when nobody knows which
    systems the jobs run on; another runner explains no other difference. `in_steps`: the places of
    losses that stand in a step, and say nothing of the job around it.
    """
    found: Diagnostic | None = None
    for diagnostic in losses[difference.field].near(difference):
        loss = diagnostic.loss
        if loss is None or (not of_machine and _is_of_machine(loss, difference)):
            continue
        # names are looked up last: most losses are of other jobs
        explains = _explains(loss, diagnostic, difference)
        if explains and _is_of_value(loss, diagnostic, difference, in_steps):
            if _is_of_the_step(diagnostic, difference):
                return diagnostic
            found = found or diagnostic
    if found is None and difference.within:
        here = partial(explaining, losses=losses, of_machine=of_machine, in_steps=in_steps)
        return _in_every_job(difference, here)
    return found


def _in_every_job(
    difference: Difference, explain: Callable[[Difference], Diagnostic | None]
) -> Diagnostic | None:
    """The loss of one of the jobs that a difference was found in, where all of them have one."""
    found = [
        explain(replace(difference, job=job, within=frozenset()))
        for job in sorted(difference.within)
    ]
    return found[0] if all(found) else None


def _is_of_value(
    loss: Loss, diagnostic: Diagnostic, difference: Difference, in_steps: Container[Span]
) -> bool:
    """Whether the loss of a value, or of an expression, is of the one that differs.

    The loss of an expression is that of what it stands in: a step, a setting of a job.
    """
    if difference.is_added_step:
        return loss.feature is not Feature.VARIABLE or speaks_of(diagnostic, difference)
    is_within = loss.feature is Feature.EXPRESSION and (
        bool(difference.step) or diagnostic.span is None or diagnostic.span not in in_steps
    )
    if loss.feature in _OF_A_VALUE or loss.feature is Feature.EXPRESSION:
        return (is_within and bool(loss.job)) or speaks_of(diagnostic, difference)
    return True


def _is_of_the_step(diagnostic: Diagnostic, difference: Difference) -> bool:
    """Whether a loss stands at the very step: it is told rather than one of the whole job."""
    step = difference.step_span
    return step is None or (diagnostic.span is not None and _is_inside(diagnostic, step))


def _is_of_machine(loss: Loss, difference: Difference) -> bool:
    return loss.feature is Feature.RUNNER and difference.field is not Field.RUNNER


def _explains(loss: Loss, diagnostic: Diagnostic, difference: Difference) -> bool:
    if difference.is_added_step:
        same = loss.pipeline == difference.pipeline and loss.job in ("", difference.job)
        return same and loss.feature in _ADDS_STEPS and _may_add(loss, difference)
    if difference.field is Field.STARTS and loss.feature is Feature.EXPRESSION:
        # where jobs decide for themselves, it starts when any of them runs
        return difference.subject == BY_JOBS and loss.pipeline == difference.pipeline
    if difference.field not in _effects_of(loss):
        return False
    if loss.feature is Feature.CONCURRENCY and difference.field is Field.EXTRA:
        # GitLab's own key for whether a newer pipeline ends this one
        return difference.subject.endswith("auto_cancel") and _stands_at(loss, difference)
    if loss.feature is Feature.SERVICE and difference.field is Field.ENV:
        return _says_where(difference, diagnostic) and _stands_at(loss, difference)
    if loss.feature is Feature.SECRET and difference.field is Field.ENV:
        is_named = repr(difference.subject) in diagnostic.message
        return is_named and difference.here is None and _stands_at(loss, difference)
    if not difference.step and loss.feature in _OF_A_STEP - {Feature.EXPRESSION}:
        return False
    return _explains_there(loss, diagnostic, difference)


def _explains_there(loss: Loss, diagnostic: Diagnostic, difference: Difference) -> bool:
    """Whether a loss of such a kind is of the very node."""
    if loss.outcome is Outcome.LOWERED and loss.feature in _OF_FILES and _is_of_paths(difference):
        return False
    if loss.outcome is Outcome.LOWERED and difference.field in (Field.CONTAINER, Field.SERVICES):
        return difference.here == difference.there and _stands_at(loss, difference)  # the image
    of_a_step = loss.feature in _OF_A_STEP or loss.feature is Feature.CANCELLED
    if difference.step_span is not None and of_a_step and not loss.step:
        places = (difference.step_span, *difference.asked)
        return any(_is_inside(diagnostic, one) for one in places)
    return _stands_at(loss, difference)


def _is_of_paths(difference: Difference) -> bool:
    """Whether files are kept that nobody named, which no other construct does.

    Another step may keep some of them, and a script of ours collect them.
    """
    if difference.field is not Field.ARGUMENTS or difference.subject != "paths":
        return False
    if difference.here is None or difference.there is None:
        return False
    others = set(difference.there.splitlines()) - set(difference.here.splitlines())
    return not all(map(is_collected, others))


def _may_add(loss: Loss, difference: Difference) -> bool:
    """Whether a step that is only on the other side can be there for the files of a loss."""
    words = _OF_ADDED.get(loss.feature)
    return words is None or any(word in (difference.there or "") for word in words)


# what is in steps that bring or keep files, by the loss that they are put there for
_OF_ADDED = {
    Feature.CHECKOUT: ("checkout", "git "),
    Feature.CACHE: ("cache", "checksum"),
    Feature.ARTIFACT: ("artifact", "workspace"),
    Feature.REPORT: ("artifact", "workspace", "report"),
    Feature.OUTPUT: ("output", "dotenv"),
}


def _is_inside(diagnostic: Diagnostic, step: Span) -> bool:
    """Whether a loss is of this step; steps need not have an id."""
    at = diagnostic.span
    return at is None or step.contains(Span(at.source, at.start_offset, at.start_offset))


def _stands_at(loss: Loss, difference: Difference) -> bool:
    if loss.feature is Feature.MANUAL_START and difference.field is Field.JOB:
        return _is_gate(loss, difference)
    names = (
        (loss.pipeline, difference.pipeline),
        (plain_name(loss.job), plain_name(difference.job)),  # the target may spell it otherwise
        (loss.step, difference.step),
    )
    return all(not said or said == wanted for said, wanted in names)


def _says_where(difference: Difference, diagnostic: Diagnostic) -> bool:
    """Whether a variable says where a service is: under its own name, or on the same machine."""
    names = {"localhost", "127.0.0.1", *re.findall("'([^']+)'", diagnostic.message)}
    values = difference.here or "", difference.there or ""
    return any(name in value for name in names for value in values)


def _is_gate(loss: Loss, difference: Difference) -> bool:
    """Whether a job of the other side stands before the one that a person has to start."""
    plain, gate = plain_name(loss.job), plain_name(difference.job)
    of_job = difference.job.startswith(f"{loss.job}-") or gate.startswith(f"{plain}-")
    of_input = gate == f"approve-{plain}"  # Jenkins: one of its stage
    return loss.pipeline in ("", difference.pipeline) and (of_job or of_input)
