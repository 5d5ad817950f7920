"""The rule `needs-cycle`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Label, Severity
from ciconv.ir.job import JobBase
from ciconv.ir.walk import needs_cycle
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject


class NeedsCycle(Rule):
    """Jobs wait for each other in a circle, so that none of them can ever start.

    The system refuses the pipeline. The related places show who waits for whom.
    """

    code = "needs-cycle"
    summary = "jobs that wait for each other"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one circle of each pipeline."""
        for pipeline in subject.pipelines():
            circle = needs_cycle(pipeline.jobs)
            if circle:
                yield self._circle(circle, {job.id: job for job in pipeline.jobs})

    def _circle(self, circle: tuple[str, ...], jobs: dict[str, JobBase]) -> Diagnostic:
        order = list(jobs)
        start = min(range(len(circle)), key=lambda at: order.index(circle[at]))
        path = (*circle[start:], *circle[: start + 1])
        labels = []
        for one, other in zip(path, path[1:], strict=False):
            need = next((it for it in jobs[one].needs or () if it.job == other), None)
            if need is not None and need.span is not None:
                labels.append(Label(need.span, f"{one!r} waits for {other!r}"))
        said = f"the jobs {' → '.join(path)} wait for each other, so none can start"
        return self.found(jobs[path[0]].span, said, labels=tuple(labels))
