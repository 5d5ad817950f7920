"""Runs that take turns: `resource_group` of jobs, or jobs that a newer pipeline ends.

https://docs.gitlab.com/ci/resource_groups/
"""

from collections.abc import Mapping

from msgspec import Struct

from ciconv.converters.gitlab.expressions.conditions import Scope, simplified, write_condition
from ciconv.converters.gitlab.expressions.logic import Logic
from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.converters.gitlab.triggers.write import Start
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.ir.evaluate import Environment
from ciconv.ir.job import Concurrency
from ciconv.profile import Feature, Outcome
from ciconv.syntax import build
from ciconv.syntax.node import Entry


class Turns(Struct, frozen=True, kw_only=True):
    """Whether a newer pipeline ends the jobs, and where it does not: always, or on a condition."""

    cancels: bool = False
    spared: Mapping[str, Logic] = {}  # by events: when a newer one ends nothing


def turns_of(concurrency: Concurrency | None, starts: tuple[Start, ...], scope: Scope) -> Turns:
    """Return what the concurrency of a whole pipeline is here."""
    cancel = None if concurrency is None else concurrency.cancel
    if cancel is None:
        return Turns()
    spared: dict[str, Logic] = {}
    for one in starts:
        told = simplified(cancel, Environment.of({("event",): one.event}))
        try:
            spared[one.event] = write_condition(told, scope, positive=False)
        except CannotSay:
            spared[one.event] = True  # what nobody may end goes on
    cancels = any(one is not True for one in spared.values())
    return Turns(cancels=cancels, spared=spared if cancels else {})


def write_turns(concurrency: Concurrency, writer: Writer, *, alone: bool) -> list[Entry]:
    """Return `resource_group` for one of the jobs of a pipeline whose runs wait for each other.

    `alone`: it is the only one; else jobs of one name wait for each other.
    """
    try:
        text = writer.key(concurrency.group)
    except CannotSay as error:
        said = f"the runs do not wait for each other: {error}"
        writer.lose(Feature.CONCURRENCY, Outcome.MANUAL, said, error.expr)
        return []
    group = text if alone else f"{text}-$CI_JOB_NAME"
    return [build.entry("resource_group", build.text(group))]
