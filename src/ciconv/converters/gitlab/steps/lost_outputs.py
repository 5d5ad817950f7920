"""Outputs of steps that became keywords: nothing has them any more.

`cache-hit` is never true, so what asks whether it is not runs.
"""

from ciconv.converters.gitlab.jobs.writer import Writer
from ciconv.ir.expression import Expr, Literal, Ref, Template, constant
from ciconv.ir.job import Job
from ciconv.ir.node import replace
from ciconv.ir.step import Checkout, DownloadArtifact, RestoreCache, SaveCache, UploadArtifact
from ciconv.ir.walk import replace_references, steps_of
from ciconv.profile import Feature, Outcome

_KEYWORDS = (Checkout, DownloadArtifact, RestoreCache, SaveCache, UploadArtifact)


def without_lost_outputs(job: Job, writer: Writer) -> Job:
    """Return the job with nothing in place of outputs that no script gives; each is reported."""
    steps = {one.id.lower(): one for one in steps_of((*job.steps, *job.finally_steps)) if one.id}

    def value_of(ref: Ref) -> Expr | None:
        if ref.path[0] != "steps" or len(ref.path) < 3:
            return None
        step = steps.get(ref.path[1].lower())
        if step is None:  # which GitHub takes for one without outputs
            said = f"{'.'.join(ref.path)} is empty: no step of the job has this id"
            writer.lose(Feature.EXPRESSION, Outcome.LOWERED, said, ref)
            return Literal(value="", span=ref.span)
        if not isinstance(step, _KEYWORDS):
            return None
        if ref.path[2] in ("outcome", "conclusion"):
            return Literal(value="success", span=ref.span)
        said = f"{'.'.join(ref.path)} is empty: a keyword of the job stands for the step"
        writer.lose(Feature.EXPRESSION, Outcome.APPROXIMATED, said, ref)
        return Literal(value="", span=ref.span)

    found = replace_references(job, value_of)
    for one in found.outputs:
        if _is_empty(one.value):
            said = f"the output {one.name!r} is left out, as it is always empty"
            writer.lose(Feature.OUTPUT, Outcome.LOWERED, said, one)
    return replace(found, outputs=tuple(one for one in found.outputs if not _is_empty(one.value)))


def _is_empty(value: Template) -> bool:
    """Whether nothing is handed on: whoever asks for a variable that is not there gets as much."""
    return constant(value) == ""
