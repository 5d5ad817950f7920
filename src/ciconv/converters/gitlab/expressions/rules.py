"""One entry of `rules`, of jobs and of `workflow`.

https://docs.gitlab.com/ci/yaml/#rules
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ciconv.converters.gitlab.expressions.logic import Logic, Text, implies
from ciconv.source import Comment
from ciconv.syntax import build
from ciconv.syntax.node import Entry, Mapping, Sequence


class Rule(Struct, frozen=True, kw_only=True):
    """When it holds, and what is so then; `variables` are names and values."""

    condition: Logic = True
    changes: tuple[str, ...] = ()
    exists: tuple[str, ...] = ()
    when: str = ""
    start_in: str = ""
    allow_failure: bool | None = None
    exit_codes: tuple[int, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    interruptible: bool | None = None
    auto_cancel: str = ""  # of a pipeline: what a new commit ends
    comments: tuple[Comment, ...] = ()


def write_rules(rules: Iterable[Rule]) -> Sequence:
    """Return the list of rules, without those that never hold or come too late."""
    return build.sequence(*map(_rule, reachable(rules)))


def reachable(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the rules that can be the first to hold."""
    before: list[Logic] = []
    for rule in rules:
        if _never_first(rule.condition, before):
            continue
        yield rule
        if not (rule.changes or rule.exists):
            before.append(rule.condition)


def _never_first(condition: Logic, before: list[Logic]) -> bool:
    if isinstance(condition, Text):
        return any(implies(condition, one) for one in before)
    return condition is False or True in before


def _rule(rule: Rule) -> Mapping:
    entries = [*_asked(rule), *_so_then(rule)]
    if not entries:
        entries.append(build.entry("when", build.text("on_success")))
    return build.mapping(*entries, comments=rule.comments)


def _asked(rule: Rule) -> Iterator[Entry]:
    if isinstance(rule.condition, Text):
        yield build.entry("if", build.text(rule.condition.text))
    for key, globs in (("changes", rule.changes), ("exists", rule.exists)):
        if globs:
            yield build.entry(key, build.sequence(*map(build.text, globs)))


def _so_then(rule: Rule) -> Iterator[Entry]:
    for key, word in (("when", rule.when), ("start_in", rule.start_in)):
        if word:
            yield build.entry(key, build.text(word))
    if rule.exit_codes:
        codes = build.sequence(*map(build.number, rule.exit_codes), flow=True)
        yield build.entry("allow_failure", build.mapping(build.entry("exit_codes", codes)))
    elif rule.allow_failure is not None:
        yield build.entry("allow_failure", build.boolean(rule.allow_failure))
    if rule.variables:
        pairs = (build.entry(name, build.text(value)) for name, value in rule.variables)
        yield build.entry("variables", build.mapping(*pairs))
    if rule.auto_cancel:
        inner = build.mapping(build.entry("on_new_commit", build.text(rule.auto_cancel)))
        yield build.entry("auto_cancel", inner)
    if rule.interruptible is not None:
        yield build.entry("interruptible", build.boolean(rule.interruptible))
