"""The rule `self-hosted-runner`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.github.runners import labels
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_OF_STRANGERS = frozenset({"pull_request", "pull_request_target", "issue_comment"})


class SelfHostedRunner(Rule):
    """Changes of strangers run on a machine of yours, which keeps what they leave behind.

    In a public repository anybody can propose a change. Use machines that are thrown away.
    """

    code = "self-hosted-runner"
    summary = "changes of strangers on a machine of yours"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the labels."""
        for workflow in workflows(subject):
            strangers = not _OF_STRANGERS.isdisjoint(workflow.events)
            for group in labels(workflow):
                for label in group:
                    if label.text.lower() == "self-hosted":
                        whose = "changes of strangers" if strangers else "jobs of every change"
                        said = f"{whose} run on this machine"
                        advice = "what they leave there stays for the next job"
                        yield self.found(label.span, said, advice)
