"""The rule `event-filter`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.events import events
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class EventFilter(Rule):
    """An event has a key that it does not take, and GitHub refuses the file.

    Tags can be filtered for `push` alone; paths for `push` and pull requests; branches for these,
    `merge_group` and `workflow_run`.
    """

    code = "event-filter"
    summary = "a filter that the event does not have"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the keys that do not belong to their event."""
        for workflow in workflows(subject):
            for event in workflow.trigger_entries():
                known, body = events().get(event.name), resolve(event.value)
                if known is None or not isinstance(body, Mapping) or event.name in _APART:
                    continue
                takes = (*known.keys, *(("types",) if known.types or known.free else ()))
                for entry in body.entries:
                    if entry.name not in takes:
                        said = f"the event {event.name!r} does not take {entry.name!r}"
                        yield self.misspelt(entry.key.span, said, entry.name, takes)


_APART = ("schedule", "workflow_call", "workflow_dispatch", "image_version")
