"""What of a job's condition the jobs before it decide: `when`, and what is left for `if`.

A condition is worked out for every way its needed jobs can end; what is left then is known before
the pipeline runs, and how it changes says which `when` it is.
"""

from collections.abc import Iterator

from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.evaluate import UNKNOWN, Environment, EvaluationError, evaluate, truth
from ciconv.ir.evaluate.value import Residual
from ciconv.ir.expression import Expr, Literal, both, has_status_function
from ciconv.ir.job import JobBase
from ciconv.ir.pipeline import Pipeline

MAX_NEEDS = 12  # whose ends are tried one by one

ALWAYS, ON_SUCCESS, ON_FAILURE = "always", "on_success", "on_failure"
TRUE, FALSE = Literal(value=True), Literal(value=False)


def cases(condition: Expr | None, job: JobBase, pipeline: Pipeline) -> tuple[tuple[Expr, str], ...]:
    """Return conditions with the `when` each of them has; the first that holds counts.

    CannotSay where it matters which of several jobs failed.
    """
    if condition is None:
        return ((TRUE, ON_SUCCESS),)
    names = names_of_needs(job, pipeline)
    well = _left(condition, dict.fromkeys(names, "success"))
    if not has_status_function(condition):
        return ((well, ON_SUCCESS),)
    if not names:  # nothing before it can fail
        return ((well, ON_SUCCESS),)
    badly = [_left(condition, ends) for ends in _failures(names)]
    if any(one != badly[0] for one in badly):
        raise CannotSay(condition, "'when' does not tell which of the jobs before failed")
    return tuple(_told(well, badly[0]))


def takes_skips_for_failures(condition: Expr, job: JobBase, pipeline: Pipeline) -> bool:
    """Whether a condition holds when jobs before were skipped: `on_failure` does not then."""
    ends = dict.fromkeys(names_of_needs(job, pipeline), "skipped")
    well = _left(condition, dict.fromkeys(ends, "success"))
    return bool(ends) and well == FALSE and _left(condition, ends) != FALSE


def _told(well: Expr, badly: Expr) -> Iterator[tuple[Expr, str]]:
    if well == badly:
        yield well, ALWAYS
        return
    if badly == TRUE:
        yield well, ALWAYS
        yield TRUE, ON_FAILURE
    elif well == TRUE:
        yield badly, ALWAYS
        yield TRUE, ON_SUCCESS
    else:
        if FALSE not in (well, badly):
            yield both(well, badly), ALWAYS
        yield well, ON_SUCCESS
        yield badly, ON_FAILURE


def names_of_needs(job: JobBase, pipeline: Pipeline) -> tuple[str, ...]:
    """Return what a job calls those it needs: by their ids, or by the call that brought them."""
    calls = {one.id: one.calls for one in pipeline.jobs}
    found: dict[str, None] = {}
    for need in job.needs or ():
        found[need.job] = None
        found |= dict.fromkeys(one for one in calls.get(need.job, ()) if one not in job.calls)
    return tuple(found)


def _failures(names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Each job failing alone, and all of them."""
    fine = dict.fromkeys(names, "success")
    for name in names[:MAX_NEEDS]:
        yield fine | {name: "failure"}
    yield dict.fromkeys(names, "failure")


def _left(condition: Expr, ends: dict[str, str]) -> Expr:
    """What of a condition is left when the jobs before end so."""
    needs = {name: {"result": end, "outputs": UNKNOWN} for name, end in ends.items()}
    failed, skipped = "failure" in ends.values(), "skipped" in ends.values()
    known = Environment.of(
        {("needs",): needs},
        {
            "success": not failed and not skipped,
            "failure": failed,
            "cancelled": False,
            "always": True,
        },
    )
    try:
        value = evaluate(condition, known)
    except EvaluationError:
        return condition
    if isinstance(value, Residual):
        return value.expr
    return TRUE if truth(value) else FALSE
