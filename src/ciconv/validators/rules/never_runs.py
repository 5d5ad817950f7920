"""The rule `never-runs`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Expr, Literal
from ciconv.ir.job import Job
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import steps_of
from ciconv.validators.reach import Reach, only_condition, reach_of
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class NeverRuns(Rule):
    """A job or a step asks for something that is never so when the pipeline is started.

    A job with `if: github.ref == 'refs/heads/main'` in a workflow for pull requests, a step for
    tags in one for branches, two parts of a condition that exclude each other. Either the
    condition or what starts the pipeline is not what was meant.
    """

    code = "never-runs"
    summary = "a condition that nothing the pipeline is started by makes true"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the conditions of jobs and steps that never hold."""
        for pipeline in subject.pipelines():
            reach = reach_of(pipeline, subject)
            for job in pipeline.jobs:
                tests = [one.condition for one in job.choices]
                if None not in tests and not any(reach.possible(one) for one in tests):
                    yield from self._job(job.id, tests)
                elif isinstance(job, Job):
                    yield from self._steps(job, pipeline, reach)

    def _job(self, name: str, tests: list[Expr | None]) -> Iterator[Diagnostic]:
        first = tests[0] if tests else None
        if first is not None and not isinstance(first, Literal):
            said = f"nothing that starts the pipeline makes the condition of {name!r} true"
            yield self.found(first.span, said)

    def _steps(self, job: Job, pipeline: Pipeline, reach: Reach) -> Iterator[Diagnostic]:
        for step in steps_of((*job.steps, *job.finally_steps)):
            test = step.condition
            if test is None or isinstance(test, Literal):
                continue
            if not reach.possible(only_condition(job), test):
                said = "nothing that starts the pipeline makes the condition of the step true"
                yield self.found(test.span, said)
