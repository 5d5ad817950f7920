"""The rule `duplicate-pipelines`."""

from collections.abc import Iterator
from typing import Any

from ciconv.diagnostics import Diagnostic, Severity
from ciconv.ir.evaluate import Environment, EvaluationError, condition
from ciconv.ir.expression import Expr
from ciconv.ir.job import Job, JobBase
from ciconv.ir.pipeline import Pipeline
from ciconv.ir.step import Use
from ciconv.ir.trigger import EventKind
from ciconv.validators.rule import Rule
from ciconv.validators.subject import Subject

_BRANCH = "a-branch"
_PUSH: dict[tuple[str, ...], Any] = {
    ("event",): "push",
    ("ref", "branch"): _BRANCH,
    ("ref", "name"): _BRANCH,
    ("ref", "full"): f"refs/heads/{_BRANCH}",
    ("ref", "tag"): None,
    ("ref", "default"): "main",
    ("pr", "head"): None,
    ("pr", "base"): None,
    ("pr", "number"): None,
    ("env", "CI_OPEN_MERGE_REQUESTS"): "group/project!1",
}
_MERGE_REQUEST: dict[tuple[str, ...], Any] = {
    ("event",): "pull_request",
    ("ref", "branch"): None,
    ("ref", "tag"): None,
    ("ref", "default"): "main",
    ("pr", "head"): _BRANCH,
    ("pr", "base"): "main",
    ("pr", "number"): 1,
    ("env", "CI_OPEN_MERGE_REQUESTS"): "group/project!1",
}


class DuplicatePipelines(Rule):
    """A push to the branch of an open merge request starts two pipelines with the same job.

    One is that of the branch, the other that of the merge request. `workflow: rules` says which
    of them there is: leave the branch pipeline out where `$CI_OPEN_MERGE_REQUESTS` is set.
    """

    code = "duplicate-pipelines"
    summary = "a job that runs twice for one push: for the branch and for its merge request"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield the first job of each pipeline that both kinds of pipelines have."""
        for pipeline in subject.pipelines():
            kinds = {one.kind for one in pipeline.triggers}
            if not kinds >= {EventKind.PUSH, EventKind.PULL_REQUEST}:
                continue
            twice = [job for job in pipeline.jobs if _is_in_both(job, pipeline)]
            if twice:
                first, *others = twice
                more = f" and {len(others)} more" if others else ""
                verb = "run" if others else "runs"
                said = (
                    f"for one push {first.id!r}{more} {verb} twice: in the pipeline of the branch "
                    "and in that of its merge request"
                )
                help = "say which pipelines there are with 'workflow: rules'"
                yield self.found(first.span, said, help)


def _is_in_both(job: JobBase, pipeline: Pipeline) -> bool:
    """Whether a job is certainly in both kinds of pipelines of a branch."""
    steps = job.steps if isinstance(job, Job) else ()
    if any(isinstance(one, Use) and one.ref.name == "include" for one in steps):
        return False  # it stands for a file that is not at hand
    return all(_is_there(job, pipeline, one) for one in (_PUSH, _MERGE_REQUEST))


def _is_there(job: JobBase, pipeline: Pipeline, known: dict[tuple[str, ...], Any]) -> bool:
    environment = Environment.of(known)
    if not _holds(pipeline.condition, environment):
        return False
    return any(_holds(choice.condition, environment) for choice in job.choices)


def _holds(expr: Expr | None, environment: Environment) -> bool:
    """Whether a condition holds, whatever else there is; of earlier jobs, that they succeed."""
    try:
        return expr is None or condition(expr, environment) is True
    except EvaluationError:
        return False
