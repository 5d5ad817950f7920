"""The rule `activity-type`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.events import events
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class ActivityType(Rule):
    """`types` names an activity that the event does not have, and GitHub refuses the file.

    Each event has its own: an issue is `opened`, a comment is `created`.
    """

    code = "activity-type"
    summary = "an activity that the event does not have"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the words of `types` that are no activity."""
        for workflow in workflows(subject):
            for event in workflow.trigger_entries():
                known, body = events().get(event.name), resolve(event.value)
                if known is None or not known.types or not isinstance(body, Mapping):
                    continue
                for word in scalars_of(body.get("types")):
                    if word.text and word.text not in known.types:
                        said = f"{word.text!r} is no activity of the event {event.name!r}"
                        yield self.misspelt(word.span, said, word.text, known.types)
