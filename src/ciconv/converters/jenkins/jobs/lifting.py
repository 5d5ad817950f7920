"""Conditions of all stages, which one stage around them asks for once."""

from collections.abc import Iterable

from ciconv.converters.jenkins.expressions.when import Conditions, alternatives, when
from ciconv.converters.jenkins.expressions.write import Says
from ciconv.converters.jenkins.jobs.graph import Ready
from ciconv.converters.shell_tests.scope import CannotSay
from ciconv.syntax.groovy import tree as t

MIN_STAGES = 3  # fewer say their conditions themselves


def shared_conditions(ready: Iterable[Ready], says: Says) -> Conditions:
    """Return what all stages are under, and several of them say.

    One that asks for a case of an `anyOf` is under the whole of it.
    """
    found: list[Conditions] = []
    for one in ready:
        try:
            found.append(tuple(call for part in one.conditions for call in when(part, says)))
        except CannotSay:
            return ()
    if len(found) < MIN_STAGES:
        return ()
    every = dict.fromkeys(call for own in found for call in own)
    often = (call for call in every if sum(call in own for own in found) > 1)
    return tuple(call for call in often if all(_is_under(own, call) for own in found))


def _is_under(own: Conditions, condition: t.Call) -> bool:
    return condition in own or any(case in own for case in alternatives(condition))
