"""The rule `dependency-without-need`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar
from ciconv.validators.gitlab.config import configs, items_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class DependencyWithoutNeed(Rule):
    """A job with `needs` takes artifacts of a job that it does not wait for.

    All `dependencies` have to be among the `needs`; GitLab refuses the pipeline.
    """

    code = "dependency-without-need"
    summary = "artifacts of a job that is not among the needs"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the dependencies that are no needs."""
        for config in configs(subject):
            for entry in config.jobs:
                job = entry.value
                if not isinstance(job, Mapping) or not items_of(job, "needs"):
                    continue
                needed = {_name(item) for item in items_of(job, "needs")}
                for item in items_of(job, "dependencies"):
                    if isinstance(item, Scalar) and item.text and item.text not in needed:
                        said = f"{entry.name!r} takes artifacts of {item.text!r}"
                        advice = f"add {item.text!r} to 'needs'"
                        yield self.found(item.span, f"{said}, which it does not need", advice)


def _name(item: object) -> str:
    node = item.get("job") if isinstance(item, Mapping) else item
    return node.text if isinstance(node, Scalar) else ""
