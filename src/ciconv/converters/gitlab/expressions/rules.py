"""One entry of `rules`, of jobs and of `workflow`.

https://docs.gitlab.com/ci/yaml/#rules
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ciconv.converters.gitlab.expressions.logic import Logic, Text
from ciconv.source import Comment
from ciconv.syntax import build
from ciconv.syntax.node import Mapping, Sequence


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
    comments: tuple[Comment, ...] = ()


def write_rules(rules: Iterable[Rule]) -> Sequence:
    """Return the list of rules, without those that never hold or come too late."""
    return build.sequence(*map(_rule, reachable(rules)))


def reachable(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the rules that can be the first to hold; neighbours with equal ends stay as they are."""
    for rule in rules:
        if rule.condition is False:
            continue
        yield rule
        if rule.condition is True and not (rule.changes or rule.exists):
            return


def _rule(rule: Rule) -> Mapping:
    entries = []
    if isinstance(rule.condition, Text):
        entries.append(build.entry("if", build.text(rule.condition.text)))
    for key, globs in (("changes", rule.changes), ("exists", rule.exists)):
        if globs:
            entries.append(build.entry(key, build.sequence(*map(build.text, globs))))
    if rule.when:
        entries.append(build.entry("when", build.text(rule.when)))
    if rule.start_in:
        entries.append(build.entry("start_in", build.text(rule.start_in)))
    if rule.exit_codes:
        codes = build.sequence(*map(build.number, rule.exit_codes), flow=True)
        entries.append(build.entry("allow_failure", build.mapping(build.entry("exit_codes", codes))))
    elif rule.allow_failure is not None:
        entries.append(build.entry("allow_failure", build.boolean(rule.allow_failure)))
    if rule.variables:
        pairs = (build.entry(name, build.text(value)) for name, value in rule.variables)
        entries.append(build.entry("variables", build.mapping(*pairs)))
    if rule.interruptible is not None:
        entries.append(build.entry("interruptible", build.boolean(rule.interruptible)))
    if not entries:
        entries.append(build.entry("when", build.text("on_success")))
    return build.mapping(*entries, comments=rule.comments)
