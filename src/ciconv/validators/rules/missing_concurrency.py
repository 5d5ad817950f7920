"""The rule `missing-concurrency`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.validators.github import workflows
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class MissingConcurrency(Rule):
    """Runs of the workflow for one change do not end when a newer one begins.

    A new push to a pull request makes the run of the one before useless:

        concurrency:
          group: ${{ github.workflow }}-${{ github.ref }}
          cancel-in-progress: true
    """

    code = "missing-concurrency"
    summary = "a workflow whose runs pile up"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the workflows for pull requests without `concurrency`."""
        for workflow in workflows(subject):
            jobs = workflow.jobs.values()
            held = workflow.root.get("concurrency") or any(job.get("concurrency") for job in jobs)
            for name, at in () if held else workflow.triggers():
                if name == "pull_request":
                    said = "older runs for a change go on beside newer ones"
                    advice = "add 'concurrency' with a 'group' and 'cancel-in-progress: true'"
                    yield self.found(at.span, said, advice)
