"""The rule `auto-reruns`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github.workflow import entries, scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class AutoReruns(Rule):
    """A workflow is to be run again more often than CircleCI does that, or not at all.

    `max_auto_reruns` is a whole number from 1 to 5.
    """

    code = "auto-reruns"
    summary = "a number of automatic reruns outside of 1 to 5"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the numbers that CircleCI refuses."""
        for _, root in subject.mappings():
            for _, workflow in entries(root.get("workflows")):
                given = scalar_of(workflow, "max_auto_reruns")
                if given is None or "<<" in given.text:
                    continue
                number = given.value
                whole = isinstance(number, int) and not isinstance(number, bool)
                if not whole or not 1 <= int(number or 0) <= 5:
                    said = f"'max_auto_reruns' is a number from 1 to 5, not {given.text!r}"
                    yield self.found(given.span, said)
