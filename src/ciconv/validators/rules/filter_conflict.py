"""The rule `filter-conflict`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Mapping, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import entry_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_REFUSED = ("push", "pull_request", "pull_request_target")


class FilterConflict(Rule):
    """An event has a filter and its opposite, and GitHub refuses the file.

    Of other events than pushes and pull requests it takes the file, and one filter is in vain.

    `branches` and `branches-ignore` (and those for tags and paths) exclude each other. To take
    something out of what is let in, write a pattern that begins with `!` behind the others.
    """

    code = "filter-conflict"
    summary = "a filter and its opposite at the same event"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the second filter of each pair."""
        for workflow in workflows(subject):
            for event in workflow.trigger_entries():
                for name in ("branches", "tags", "paths"):
                    yield from self._pair(resolve(event.value), name, event.name)

    def _pair(self, event: object, name: str, of: str) -> Iterator[Diagnostic]:
        if not isinstance(event, Mapping):
            return
        one, other = entry_of(event, name), entry_of(event, f"{name}-ignore")
        if one is None or other is None:
            return
        first, second = sorted((one, other), key=lambda it: it.key.span.start_offset)
        yield self.found(
            second.key.span,
            f"{name!r} and '{name}-ignore' cannot stand both at the event {of!r}",
            f"use {name!r} with patterns that begin with '!'",
            labels=(Label(first.key.span, "the other filter"),),
            severity=Severity.ERROR if of in _REFUSED else Severity.WARNING,
        )
