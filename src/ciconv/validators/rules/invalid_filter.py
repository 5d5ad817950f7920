"""The rule `invalid-filter`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.pattern.faults import regex_fault
from ciconv.syntax.node import Mapping, Node, Scalar, Sequence, resolve
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.workflow import entries
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class InvalidFilter(Rule):
    """A filter between slashes is no regular expression, and CircleCI refuses the configuration.

    The expression has to match the whole name of the branch or the tag.
    https://circleci.com/docs/guides/orchestrate/workflows/#use-regular-expressions-to-filter-tags-and-branches
    """

    code = "invalid-filter"
    summary = "a filter that is no regular expression"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the patterns of branches and tags that cannot be read."""
        for _, root in subject.mappings():
            for _, workflow in entries(root.get("workflows")):
                for scalar in _patterns(workflow):
                    problem = _problem(scalar.text)
                    if problem:
                        said = f"{scalar.text!r} is no regular expression: {problem}"
                        yield self.found(scalar.span, said)


def _patterns(workflow: Node) -> Iterator[Scalar]:
    jobs = workflow.get("jobs") if isinstance(workflow, Mapping) else None
    for item in map(resolve, jobs.items if isinstance(jobs, Sequence) else ()):
        for _, body in entries(item):
            filters = dict(entries(body)).get("filters")
            for _, names in entries(filters):
                for _, patterns in entries(names):
                    yield from scalars_of(patterns)


def _problem(text: str) -> str:
    if len(text) < 2 or not (text.startswith("/") and text.endswith("/")):
        return ""
    return regex_fault(text[1:-1])
