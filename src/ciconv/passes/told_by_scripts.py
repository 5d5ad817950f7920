"""What scripts tell the runner of GitHub in ways of which no other system takes notice.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator

from ciconv.catalog.tool import SHELLS
from ciconv.context import Context, Place
from ciconv.ir.expression import Literal
from ciconv.ir.node import replace
from ciconv.ir.pipeline import Project
from ciconv.ir.step import Run
from ciconv.ir.walk import all_steps, nodes
from ciconv.profile import Feature, Outcome, Profile

# what stands in the script, what is lost, and the advice
_WAYS = (
    (
        "GITHUB_STEP_SUMMARY",
        (Feature.COSMETIC, Outcome.DROPPED),
        "what a script writes to GITHUB_STEP_SUMMARY is shown nowhere",
        "",
    ),
    (
        "::set-output ",
        (Feature.OUTPUT, Outcome.APPROXIMATED),
        "what a script says by ::set-output is no output: nobody reads it but GitHub",
        'let it write the line to the file: echo "name=value" >> "$GITHUB_OUTPUT"',
    ),
)


def told_by_scripts(project: Project, profile: Profile, context: Context) -> Project:
    """Report the scripts that tell something which nobody hears; the project stays."""
    if project.origin == "github" and profile.format in SHELLS:
        for pipeline in project.pipelines:
            for job, step in all_steps(pipeline):
                if isinstance(step, Run):
                    _report(step, Place(pipeline=pipeline.id, job=job.id).at(step), context)
    return project


def _report(step: Run, place: Place, context: Context) -> None:
    for sign, lost, said, help in _WAYS:
        at = next(_written(step, sign), None)
        if at is not None:
            context.lose(place.loss(*lost), said, at, help)


def _written(step: Run, sign: str) -> Iterator[Literal]:
    """The places where a script has this text, each in one of its parts."""
    for one in nodes(step.script):
        span = one.span
        start = -1 if span is None else span.text.find(sign)
        if isinstance(one, Literal) and span is not None and start >= 0:
            begin = span.start_offset + start
            yield replace(one, span=span.source.span(begin, begin + len(sign)))
