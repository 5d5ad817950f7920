"""`options` and `input` of a stage or a pipeline."""

from collections.abc import Iterator

from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.steps.around import minutes
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.expression import constant
from ciconv.ir.job import Concurrency, Environment, Job
from ciconv.source import Comment
from ciconv.syntax import groovy
from ciconv.syntax.groovy import tree as t


def write_options(job: Job, says: Says, *, checks_out: bool) -> tuple[t.Statement, ...]:
    """Return `options` of a job's stage, or nothing; raise CannotSay."""
    found = tuple(groovy.statement(one) for one in _options(job, says, checks_out))
    return (groovy.statement(groovy.block("options", found)),) if found else ()


def _options(job: Job, says: Says, checks_out: bool) -> Iterator[t.Call]:
    if not checks_out:
        yield groovy.call("skipDefaultCheckout")
    if job.concurrency is not None:
        yield groovy.call("lock", resource=says.text(job.concurrency.group))
    if job.timeout is not None:
        yield minutes(job.timeout, says)
    if job.retry is not None:
        yield groovy.call("retry", job.retry.attempts)


def turns(concurrency: Concurrency | None) -> tuple[t.Statement, ...]:
    """Return the option by which builds of a branch take turns, or end the one before.

    Where only the run knows whether it ends another one, it does not: that may deploy.
    """
    if concurrency is None:
        return ()
    ends = constant(concurrency.cancel) == "true"
    call = groovy.call("disableConcurrentBuilds")
    if ends:
        call = groovy.call("disableConcurrentBuilds", abortPrevious=True)
    return (groovy.statement(call, concurrency.comments),)


def write_input(environment: Environment | None, says: Says) -> tuple[t.Statement, ...]:
    """Return `input` for the gate of an environment, or nothing."""
    if environment is None:
        return ()
    name = constant(environment.name)
    if name is None:
        try:
            text = says.text(environment.name)
        except CannotSay:
            text = groovy.literal("this environment")
        parts = (t.Text(value="Deploy to "), *text.parts, t.Text(value="?"))
        message = t.String(parts=parts, quote=t.Quote.DOUBLE)
    else:
        message = groovy.literal(f"Deploy to {name}?")
    return ask(message, environment.comments)


def ask(message: t.String | str, comments: tuple[Comment, ...] = ()) -> tuple[t.Statement, ...]:
    """Return `input` with a question."""
    call = groovy.block("input", (groovy.statement(groovy.bare("message", message)),))
    return (groovy.statement(call, comments),)
