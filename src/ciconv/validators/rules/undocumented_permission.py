"""The rule `undocumented-permission`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar, resolve
from ciconv.validators.github import workflows
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class UndocumentedPermission(Rule):
    """A right to write has no comment that says what it is for.

    Whoever changes the workflow later cannot tell whether it is still needed.
    """

    code = "undocumented-permission"
    summary = "a right without a comment that says why"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the rights to write that nobody explains."""
        for workflow in workflows(subject):
            for holder in (workflow.root, *workflow.jobs.values()):
                given = holder.get("permissions")
                for entry in given.entries if isinstance(given, Mapping) else ():
                    level = resolve(entry.value)
                    writes = isinstance(level, Scalar) and level.text == "write"
                    if writes and not entry.comments:
                        yield self.found(
                            entry.key.span, f"no comment says why {entry.name!r} is needed"
                        )
