"""The rule `tag-filter-upstream`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class TagFilterUpstream(Rule):
    """A job is to run for tags, but none that it waits for does, and so it never runs for a tag.

    Without a filter for tags a job of CircleCI runs for branches alone; a job is left out when all
    that it requires are. Give the others the same filter.
    https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
    """

    code = "tag-filter-upstream"
    summary = "a job for tags that requires one without a filter for tags"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield of each job the first name below `requires` that lacks a filter for tags."""
        for _, root in subject.mappings():
            for _, workflow in entries(root.get("workflows")):
                jobs = dict(_jobs(workflow))
                for name, (_, body) in jobs.items():
                    if _has_tags(body):
                        yield from self._job(name, body, jobs)

    def _job(
        self, name: str, body: Node | None, jobs: dict[str, tuple[Node, Node | None]]
    ) -> Iterator[Diagnostic]:
        required = tuple(scalars_of(dict(entries(body)).get("requires")))
        known = [(need, jobs[need.text]) for need in required if need.text in jobs]
        without = [(need, node) for need, (node, other) in known if not _has_tags(other)]
        if not without or len(without) < len(required):
            return
        need, more = without[0][0], len(without) - 1
        others = f" and {more} more that it requires never run" if more else " never runs"
        said = f"{name!r} is for tags, but {need.text!r}{others} for one"
        advice = f"give {'each of them' if more else repr(need.text)} a filter for tags, too"
        labels = tuple(Label(node.span, "no filter for tags") for _, node in without)
        yield self.found(need.span, said, advice, labels=labels)


def _jobs(workflow: Node) -> Iterator[tuple[str, tuple[Node, Node | None]]]:
    jobs = workflow.get("jobs") if isinstance(workflow, Mapping) else None
    for item in map(resolve, jobs.items if isinstance(jobs, Sequence) else ()):
        if isinstance(item, Scalar):
            yield item.text, (item, None)
        elif isinstance(item, Mapping) and item.entries:
            entry = item.entries[0]
            body = resolve(entry.value)
            name = body.get("name") if isinstance(body, Mapping) else None
            shown = name.text if isinstance(name, Scalar) else entry.name
            yield shown, (entry.key, body)


def _has_tags(body: Node | None) -> bool:
    filters = dict(entries(body)).get("filters")
    return isinstance(filters, Scalar) or "tags" in dict(entries(filters))
