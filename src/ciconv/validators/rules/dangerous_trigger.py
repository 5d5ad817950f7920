"""The rule `dangerous-trigger`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.expression import Ref, walk
from ciconv.source import Span
from ciconv.validators.github import workflows
from ciconv.validators.github.expressions import placed
from ciconv.validators.github.workflow import Workflow, text_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_WITH_RIGHTS = ("pull_request_target", "workflow_run", "issue_comment")
_HEADS = (
    ("github", "event", "pull_request", "head", "sha"),
    ("github", "event", "pull_request", "head", "ref"),
    ("github", "event", "workflow_run", "head_sha"),
    ("github", "event", "workflow_run", "head_branch"),
    ("github", "head_ref"),
)
_EASILY_MISUSED = ("pull_request_target", "workflow_run")


class DangerousTrigger(Rule):
    """A workflow that has rights and secrets checks out what a stranger proposes.

    `pull_request_target`, `workflow_run` and `issue_comment` run with the rights of the
    repository. Code of the change, even its `Makefile` or tests, can then take the secrets. Use
    `pull_request`, or do not run what was checked out. The first two are a note where nothing of
    the change is checked out.
    """

    code = "dangerous-trigger"
    summary = "code of strangers in a workflow with rights"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the checkouts of a change in workflows that have rights."""
        for workflow in workflows(subject):
            found = [(name, at) for name, at in workflow.triggers() if name in _WITH_RIGHTS]
            if not found:
                continue
            checkouts = list(self._checkouts(workflow, found[0][0], found[0][1].span, subject))
            yield from checkouts
            for name, at in found:
                if not checkouts and name in _EASILY_MISUSED and not _is_labeler(workflow):
                    said = f"{name!r} starts the workflow with rights, whoever made the change"
                    advice = "run nothing that the change brings"
                    yield self.found(at.span, said, advice, severity=Severity.NOTE)

    def _checkouts(
        self, workflow: Workflow, event: str, at: Span, subject: Subject
    ) -> Iterator[Diagnostic]:
        for one in placed(workflow, subject):
            path = one.site.path
            if path[2:3] != ("steps",) or path[4:5] != ("with",) or path[5:] != ("ref",):
                continue
            step = workflow.step_at(path)
            if not (text_of(step, "uses") or "").startswith("actions/checkout@"):
                continue
            refs = (ref for part in one.parts for ref in walk(part) if isinstance(ref, Ref))
            if any(ref.path in _HEADS for ref in refs):
                said = f"a change of a stranger is checked out with the rights of {event!r}"
                labels = (Label(at, "the event"),)
                advice = "use 'pull_request', or run nothing of what is checked out"
                yield self.found(one.site.scalar.span, said, advice, labels=labels)


def _is_labeler(workflow: Workflow) -> bool:
    """Whether the only step is the action that needs these rights, and runs nothing else."""
    names = [(text_of(step, "uses") or "").partition("@")[0] for _, _, step in workflow.all_steps()]
    return names == ["actions/labeler"]
