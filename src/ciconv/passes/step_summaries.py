"""What steps write for people to read on the page of a run, which only GitHub's runs have.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

from ciconv.catalog.tool import SHELLS
from ciconv.context import Context, Place
from ciconv.ir.expression import Literal
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps, nodes
from ciconv.profile import Feature, Outcome, Profile

_VARIABLE = "GITHUB_STEP_SUMMARY"


def step_summaries(project: Project, profile: Profile, context: Context) -> Project:
    """Report the scripts that write a summary, where nobody shows it; the project stays."""
    if project.origin == "github" and profile.format in SHELLS:
        for pipeline in project.pipelines:
            for job, step in all_steps(pipeline):
                at = _written(step) if isinstance(step, Run) else None
                if at is not None:
                    place = Place(pipeline=pipeline.id, job=job.id).at(step)
                    loss = place.loss(Feature.COSMETIC, Outcome.DROPPED)
                    context.lose(loss, f"what a script writes to {_VARIABLE} is shown nowhere", at)
    return project


def _written(step: Run) -> Literal | None:
    """The first place where a script names the file."""
    for one in nodes(step.script):
        span = one.span
        start = -1 if span is None else span.text.find(_VARIABLE)
        if isinstance(one, Literal) and span is not None and start >= 0:
            begin = span.start_offset + start
            return replace(one, span=span.source.span(begin, begin + len(_VARIABLE)))
    return None
