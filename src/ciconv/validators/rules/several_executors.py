"""The rule `several-executors`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.validators.circleci import places
from ciconv.validators.github.workflow import entries, entry_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_KINDS = ("docker", "machine", "macos")


class SeveralExecutors(Rule):
    """A job or an executor is of two kinds at once, and CircleCI refuses the configuration.

    It runs in containers (`docker`), on a machine with Linux or Windows (`machine`), or on one
    with macOS (`macos`).
    https://circleci.com/docs/reference/configuration-reference/#jobs
    """

    code = "several-executors"
    summary = "a job that runs on two kinds of machines at once"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the second kind of jobs and executors."""
        for _, root in subject.mappings():
            for place in places(root):
                for key in ("executors", "jobs"):
                    for name, holder in entries(place.root.get(key)):
                        found = [entry_of(holder, kind) for kind in _KINDS]
                        given = [one for one in found if one is not None]
                        for second in given[1:]:
                            said = f"{name!r} has both {given[0].name!r} and {second.name!r}"
                            label = Label(given[0].key.span, "the other one")
                            yield self.found(second.key.span, said, "keep one", labels=(label,))
