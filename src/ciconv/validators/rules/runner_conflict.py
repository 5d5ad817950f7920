"""The rule `runner-conflict`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.runners import fixed_and_chosen, labels
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class RunnerConflict(Rule):
    """A job asks for one machine that is two, and waits for a day before it fails.

    All labels of a list have to be those of one machine. To run on each of several systems, use
    a matrix.
    """

    code = "runner-conflict"
    summary = "labels that no machine can have at the same time"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield each label that is of another system than the one before it."""
        catalog = subject.context.catalog
        for workflow in workflows(subject):
            groups = [(found[0], found[1:]) for found in labels(workflow) if len(found) > 1]
            for first, others in (*groups, *fixed_and_chosen(workflow)):
                os = _os_of(first.text, catalog.runner(first.text.lower()))
                for other in others:
                    theirs = _os_of(other.text, catalog.runner(other.text.lower()))
                    if os and theirs and os != theirs:
                        said = f"no machine has the labels {first.text!r} and {other.text!r}"
                        labelled = (Label(first.span, "the first one"),)
                        advice = "to run on each of them, use a matrix"
                        yield self.found(other.span, said, advice, labels=labelled)


def _os_of(name: str, known: object) -> str | None:
    if known is not None:
        return str(getattr(known, "os", "")) or None
    return name.lower() if name.lower() in ("linux", "macos", "windows") else None
