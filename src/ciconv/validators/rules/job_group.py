"""The rule `job-group`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.workflow import entries, entry_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_NOT_FOR_GROUPS = (
    "matrix", "override-with", "type", "context", "pre-steps", "post-steps"
)  # fmt: skip


class JobGroup(Rule):
    """A group of jobs is made or used in a way that CircleCI refuses.

    A group holds no other groups and no serial groups; a workflow hands it no context, matrix or
    steps, and gives each use a name of its own.
    https://circleci.com/docs/reference/configuration-reference/#job-groups
    """

    code = "job-group"
    summary = "a group of jobs that CircleCI refuses"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield what is wrong with groups and their uses."""
        for _, root in subject.mappings():
            groups = {name: group for name, group in entries(root.get("job-groups"))}
            for group in groups.values():
                yield from self._inside(group, groups)
            for _, workflow in entries(root.get("workflows")) if groups else ():
                yield from self._uses(workflow, groups)

    def _inside(self, group: Node, groups: dict[str, Node]) -> Iterator[Diagnostic]:
        for name, at, body in _invocations(group):
            if name in groups:
                yield self.found(at.span, f"the group {name!r} cannot stand in another group")
            serial = entry_of(body, "serial-group")
            if serial is not None:
                said = "a job of a group cannot have a 'serial-group'"
                yield self.found(serial.value.span, said, "give it to the group")

    def _uses(self, workflow: Node, groups: dict[str, Node]) -> Iterator[Diagnostic]:
        uses = [one for one in _invocations(workflow) if one[0] in groups]
        names: list[str] = []
        for name, at, body in uses:
            given = body.get("name") if isinstance(body, Mapping) else None
            several = sum(other == name for other, _, _ in uses) > 1
            if given is None and several:
                said = f"the group {name!r} is used several times, and this use has no name"
                yield self.found(at.span, said)
            shown = given.text if isinstance(given, Scalar) else name
            if given is not None and shown in names:
                yield self.found(at.span, f"two uses of groups have the name {shown!r}")
            names.append(shown)
            for key in _NOT_FOR_GROUPS:
                entry = entry_of(body, key)
                if entry is not None:
                    yield self.found(at.span, f"a use of a group takes no {key!r}")


def _invocations(holder: Node) -> Iterator[tuple[str, Node, Node | None]]:
    """Name, place and body of each entry of `jobs`."""
    jobs = holder.get("jobs") if isinstance(holder, Mapping) else None
    for item in map(resolve, jobs.items if isinstance(jobs, Sequence) else ()):
        if isinstance(item, Scalar):
            yield item.text, item, None
        elif isinstance(item, Mapping) and item.entries:
            first = item.entries[0]
            yield first.name, first.key, resolve(first.value)
