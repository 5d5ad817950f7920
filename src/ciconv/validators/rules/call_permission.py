"""The rule `call-permission`."""

from collections.abc import Iterator

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.job import CallJob, JobBase, Permission
from ciconv.ir.pipeline import Pipeline
from ciconv.validators.github.workflow import OWN
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_ORDER = {"none": 0, "read": 1, "write": 2}
_ALL = "*"
_WHOLE = {"read-all": 1, "write-all": 2}


class CallPermission(Rule):
    """A workflow that is called asks for more rights than the call gives it.

    GitHub refuses the caller. Rights can only become fewer on the way down.
    https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
    """

    code = "call-permission"
    summary = "a called workflow that asks for more rights than it is given"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the calls whose rights are too few."""
        known = {pipeline.path: pipeline for pipeline in subject.pipelines()}
        for pipeline in subject.pipelines():
            for job in pipeline.jobs:
                if not isinstance(job, CallJob) or not job.pipeline.startswith(OWN):
                    continue
                called = known.get(job.pipeline[2:])
                given = job.permissions if job.permissions is not None else pipeline.permissions
                if called is not None and given is not None:
                    yield from self._call(job, called, given)

    def _call(
        self, call: CallJob, called: Pipeline, given: tuple[Permission, ...]
    ) -> Iterator[Diagnostic]:
        for job in called.jobs:
            for asked in _asked(job, called):
                if _level(asked.scope, (asked,)) > _level(asked.scope, given):
                    named = "" if asked.scope == _ALL else f"{asked.scope}: "
                    right = named + asked.access
                    said = f"the job {job.id!r} asks for {right!r}"
                    at = call.pipeline_span.span if call.pipeline_span else call.span
                    advice = "add it to the 'permissions' of the job that calls"
                    yield self.found(at, f"{said}, which the call does not give", advice)
                    return


def _asked(job: JobBase, pipeline: Pipeline) -> tuple[Permission, ...]:
    return (job.permissions if job.permissions is not None else pipeline.permissions) or ()


def _level(scope: str, given: tuple[Permission, ...]) -> int:
    """What is given of a right, or of all: a list of rights leaves some out."""
    for one in given:
        if one.scope == _ALL:
            return _WHOLE.get(one.access, 0)
        if one.scope == scope:
            return _ORDER.get(one.access, 0)
    return 0
