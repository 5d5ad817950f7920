"""The rule `excessive-permissions`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.workflow import scalar_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_SENSITIVE = frozenset(
    ("actions", "attestations", "contents", "deployments", "id-token", "packages", "pages")
)


class ExcessivePermissions(Rule):
    """The token may do more than one job needs.

    Rights of the whole workflow go to each of its jobs, and to each action in them. Give the
    workflow `permissions: {}` and each job what it needs.
    """

    code = "excessive-permissions"
    summary = "rights for all jobs that one of them needs"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield `write-all`, and rights to write that several jobs share."""
        for workflow in workflows(subject):
            whole = scalar_of(workflow.root, "permissions")
            if whole is not None and whole.text == "read-all":
                said = "the token may read everything, in every job"
                yield self.found(whole.span, said, "give each job what it needs")
            for holder in (workflow.root, *workflow.jobs.values()):
                given = holder.get("permissions")
                if isinstance(given, Scalar) and given.text == "write-all":
                    said = "the token may write everything"
                    yield self.found(given.span, said, "list the rights that are needed")
            given = workflow.root.get("permissions")
            if not isinstance(given, Mapping) or len(workflow.jobs) < 2:
                continue
            for entry in given.entries:
                level = resolve(entry.value)
                writes = isinstance(level, Scalar) and level.text == "write"
                if entry.name in _SENSITIVE and writes:
                    said = f"all {len(workflow.jobs)} jobs may write {entry.name!r}"
                    yield self.found(entry.key.span, said, "give it to the job that needs it")
