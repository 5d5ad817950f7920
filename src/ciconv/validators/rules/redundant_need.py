"""The rule `redundant-need`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.expression import Ref
from ciconv.ir.job import JobBase, Status
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.walk import ancestors, nodes
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class RedundantNeed(Rule):
    """A job needs another one that it would wait for anyway, through a third one.

    It changes nothing but what the graph looks like. A need whose result or outputs the job reads
    has to stay.
    """

    code = "redundant-need"
    summary = "a need that other needs bring along"
    severity = Severity.NOTE

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the needs that can be left out."""
        if subject.format == "jenkins":  # where nobody writes what a stage waits for
            return
        for pipeline in subject.pipelines():
            jobs = {job.id: job for job in pipeline.jobs}
            for job in pipeline.jobs:
                if len(job.needs or ()) > 1:
                    yield from self._job(job, jobs, pipeline)

    def _job(
        self, job: JobBase, jobs: dict[str, JobBase], pipeline: Pipeline
    ) -> Iterator[Diagnostic]:
        needs = [one for one in job.needs or () if one.accept == (Status.SUCCESS,)]
        behind = {
            one.job: set(ancestors(pipeline, jobs[one.job])) for one in needs if one.job in jobs
        }
        read = {
            one.path[1]
            for one in nodes(job)
            if isinstance(one, Ref) and one.path[0] == "needs" and len(one.path) > 1
        }
        whole = any(isinstance(one, Ref) and one.path == ("needs",) for one in nodes(job))
        for need in needs:
            through = next((name for name, above in behind.items() if need.job in above), None)
            if through is None or need.artifacts or need.job in read or whole:
                continue
            said = f"{job.id!r} waits for {need.job!r} anyway, as it needs {through!r}"
            yield self.found(need.span, said)
