"""Steps that fail in place of what an earlier conversion could not say: they still do."""

from ciconv.context import Context, Place
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Placeholder
from ciconv.ir.walk import all_steps
from ciconv.profile import Feature, Outcome, Profile


def known_failures(project: Project, profile: Profile, context: Context) -> Project:
    """Return the project as it is; each step that was a failure before is told of."""
    for pipeline in project.pipelines:
        for job, step in all_steps(pipeline):
            if isinstance(step, Placeholder):
                place = Place(pipeline=pipeline.id, job=job.id).at(step)
                said = f"{step.what!r} is a step that fails, as it was: {step.reason}"
                context.lose(place.loss(Feature.TOOL, Outcome.MANUAL), said, step)
    return project
