"""The rule `invalid-glob`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.syntax.node import Mapping, Scalar, resolve
from ciconv.validators.github import workflows
from ciconv.validators.github.environment import scalars_of
from ciconv.validators.github.globs import path_problem, ref_problem
from ciconv.validators.github.workflow import Workflow
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_REFS = ("branches", "branches-ignore", "tags", "tags-ignore")
_PATHS = ("paths", "paths-ignore")


class InvalidGlob(Rule):
    """A filter is no pattern of GitHub, or one that no branch, tag or path can match.

    Patterns are no regular expressions: `*` stops at `/`, `**` does not, `?` and `+` follow what
    they count, `[a-z]` is one character.
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """

    code = "invalid-glob"
    summary = "a pattern that is none, or that nothing can match"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the patterns that cannot be meant."""
        for workflow in workflows(subject):
            for scalar, is_path in _patterns(workflow):
                problem = (path_problem if is_path else ref_problem)(scalar.text)
                if problem and scalar.text:
                    yield self.found(scalar.span, f"the pattern {scalar.text!r} {problem}")


def _patterns(workflow: Workflow) -> Iterator[tuple[Scalar, bool]]:
    for event in workflow.trigger_entries():
        body = resolve(event.value)
        if not isinstance(body, Mapping):
            continue
        names = (*_REFS, *(("names", "versions") if event.name == "image_version" else ()))
        for name in (*names, *_PATHS):
            for scalar in scalars_of(body.get(name)):
                yield scalar, name in _PATHS
    for job in workflow.jobs.values():
        snapshot = job.get("snapshot")
        if isinstance(snapshot, Mapping):
            for scalar in scalars_of(snapshot.get("version")):
                yield scalar, False
