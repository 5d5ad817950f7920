"""What depends on which choice of a job holds: the first one with a true condition decides."""

from collections.abc import Iterable

from ciconv.ir.expression import Call, Expr, Literal, Template, as_boolean, has_status_function
from ciconv.ir.job import JobBase
from ciconv.ir.step import EnvVar
from ciconv.source import Span


def chosen(
    cases: Iterable[tuple[Expr | None, Expr]], otherwise: Expr, span: Span | None = None
) -> Expr:
    """Return the value behind the first condition that holds; one of None always does."""
    arguments: list[Expr] = []
    for condition, value in cases:
        if condition is None or condition == Literal(value=True):
            otherwise = value
            break
        if condition == Literal(value=False):
            continue
        arguments += [as_boolean(condition), value]
    while arguments and arguments[-1] == otherwise:
        del arguments[-2:]
    if not arguments:
        return otherwise
    return Call(function="case", arguments=(*arguments, otherwise), span=span)


def chosen_env(job: JobBase, outer: tuple[EnvVar, ...]) -> tuple[EnvVar, ...]:
    """Return the variables of the choices of a job, each with the value of the one that holds.

    Where that has none, it is the value of the job, else of the pipeline, whose are `outer`.
    """
    around = {one.name: one.value for one in (*outer, *job.env)}
    places = {one.name: one for choice in reversed(job.choices) for one in choice.env}
    names = dict.fromkeys(one.name for choice in job.choices for one in choice.env)
    found = []
    for name in names:
        otherwise = single(around.get(name, Literal(value="")))
        cases = [
            (
                without_status(choice.condition),
                next((single(one.value) for one in choice.env if one.name == name), otherwise),
            )
            for choice in job.choices
        ]
        span = places[name].span
        value = Template(parts=(chosen(cases, otherwise, span),), span=span)
        found.append(EnvVar(name=name, value=value, span=span))
    return tuple(found)


def single(value: Expr) -> Expr:
    """Return a text of one part as that part."""
    if not isinstance(value, Template) or len(value.parts) > 1:
        return value
    return value.parts[0] if value.parts else Literal(value="", span=value.span)


def without_status(expr: Expr | None) -> Expr | None:
    """Return a condition where nobody can ask how earlier jobs ended: as if all went well."""
    if expr is None or not has_status_function(expr):
        return expr
    from ciconv.ir.evaluate import Environment, EvaluationError, Residual, evaluate, truth

    well = {"success": True, "always": True, "failure": False, "cancelled": False}
    try:
        found = evaluate(expr, Environment({}, well))
    except EvaluationError:
        return Literal(value=False)
    return found.expr if isinstance(found, Residual) else Literal(value=truth(found))
